//! The words of a schedule: what is asked for, what the library says of it, and how it stands in the end.

use autoplus::{Error, ErrorKind};

/// What a call is to bring about, by the name of the simulator's moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deed {
    Create,
    ChooseRole,
    ConfirmIdentification,
    ResetIdentification,
    SetTerms,
    ConfirmTerms,
    Release,
    Return,
    Claim,
}

impl Deed {
    pub(crate) const ALL: [Deed; 9] = [
        Deed::Create,
        Deed::ChooseRole,
        Deed::ConfirmIdentification,
        Deed::ResetIdentification,
        Deed::SetTerms,
        Deed::ConfirmTerms,
        Deed::Release,
        Deed::Return,
        Deed::Claim,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Deed::Create => "create",
            Deed::ChooseRole => "choose_role",
            Deed::ConfirmIdentification => "confirm_identification",
            Deed::ResetIdentification => "reset_identification",
            Deed::SetTerms => "set_terms",
            Deed::ConfirmTerms => "confirm_terms",
            Deed::Release => "release",
            Deed::Return => "return",
            Deed::Claim => "claim",
        }
    }

    /// Whether it compares a revision or version: each such call stands alone and can't be repeated.
    pub(crate) fn compares(self) -> bool {
        !matches!(self, Deed::Create | Deed::Release | Deed::Return | Deed::Claim)
    }
}

/// What the library said of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// With what came of it: a trade's or an execution's id.
    Done(String),
    NotDone,
    /// The trade moved on, and whether the call landed in between can't be told.
    Perhaps,
    Unknown,
    /// The challenge was used or given up: by now this object tells no more.
    Spent,
    /// Refused on this side, or nobody listened: it says nothing of earlier sends.
    Nothing,
    /// Its caller went away before an answer.
    Unheard,
    /// A defect by its own words.
    Defect(String),
}

impl Told {
    pub(crate) fn of<T>(deed: Deed, result: &Result<T, Error>, came: impl Fn(&T) -> String) -> Told {
        let error = match result {
            Ok(value) => return Told::Done(came(value)),
            Err(error) => error,
        };
        let landed = error.change().map(|change| change.landed);
        match (error.kind(), landed) {
            (ErrorKind::ChangedSinceReview, Some(Some(true))) => Told::Done(String::new()),
            (ErrorKind::ChangedSinceReview, Some(None)) => Told::Perhaps,
            (ErrorKind::OutcomeUnknown, _) => Told::Unknown,
            (ErrorKind::Bug, _) => Told::Defect(error.to_string()),
            (ErrorKind::Invalid, _) if error.status().is_none() && !deed.compares() => {
                if error.message().contains("was used") { Told::Spent } else { Told::Nothing }
            }
            (ErrorKind::OperationInProgress | ErrorKind::Closed | ErrorKind::Store, _) => Told::Nothing,
            _ => Told::NotDone,
        }
    }

    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Told::Done(_) => "done",
            Told::NotDone => "not done",
            Told::Perhaps => "changed, perhaps landed",
            Told::Unknown => "unknown",
            Told::Spent => "spent",
            Told::Nothing => "nothing sent",
            Told::Unheard => "unheard",
            Told::Defect(_) => "defect",
        }
    }

    /// Whether asking again can't tell more.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Told::Done(_) | Told::NotDone | Told::Spent | Told::Defect(_))
    }
}

/// How an attempt stands by all that was said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Done,
    NotDone,
    Perhaps,
    Unknown,
    /// Nobody listened to the only answer.
    Untold,
}

impl Verdict {
    pub(crate) const ALL: [Verdict; 5] =
        [Verdict::Done, Verdict::NotDone, Verdict::Perhaps, Verdict::Unknown, Verdict::Untold];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Verdict::Done => "done",
            Verdict::NotDone => "not done",
            Verdict::Perhaps => "perhaps",
            Verdict::Unknown => "unknown",
            Verdict::Untold => "untold",
        }
    }
}
