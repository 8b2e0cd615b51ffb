//! What was asked for, by whom, with which reviewed values, and what the library said became of it.

use std::collections::{BTreeMap, BTreeSet};

use autoplus::{Error, ErrorKind};
use serde_json::Value;

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
            Told::Defect(_) => "defect",
        }
    }

    /// Whether asking again can't tell more.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Told::Done(_) | Told::NotDone | Told::Spent | Told::Defect(_))
    }
}

/// One call of identification or terms, one challenge, or one intent to create.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) deed: Deed,
    /// Which client, for people.
    pub(crate) who: String,
    /// A Discord id.
    pub(crate) user: String,
    /// The thread id; none for creating.
    pub(crate) trade: Option<String>,
    /// Whether somebody could ask again for its outcome: it has a name, or its caller listened.
    pub(crate) is_named: bool,
    /// The reviewed values: what the body of a request that does this must hold.
    pub(crate) carries: Value,
    pub(crate) told: Vec<Told>,
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

impl Attempt {
    /// Done, once said, stays; an intent to create may be refused and tried again; what was unknown and is spent was
    /// settled as not done.
    pub(crate) fn verdict(&self) -> Verdict {
        let mut verdict = Verdict::Untold;
        for told in &self.told {
            verdict = match told {
                _ if verdict == Verdict::Done => Verdict::Done,
                Told::Done(_) => Verdict::Done,
                Told::NotDone => Verdict::NotDone,
                Told::Perhaps => Verdict::Perhaps,
                Told::Unknown => Verdict::Unknown,
                Told::Spent if verdict == Verdict::Unknown => Verdict::NotDone,
                Told::Spent | Told::Nothing | Told::Defect(_) => verdict,
            };
        }
        verdict
    }
}

/// An event as a stream handed it out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) id: i64,
    pub(crate) is_snapshot: bool,
    pub(crate) offset: i64,
}

/// What one stream handed out.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) who: String,
    pub(crate) trade: String,
    pub(crate) start_after: Option<i64>,
    pub(crate) seen: Vec<Seen>,
}

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) streams: Vec<Stream>,
    /// Trades whose funds staff moved, with the move.
    pub(crate) forced: BTreeSet<(String, &'static str)>,
    /// Trades whose history has an event of a kind that nobody knows.
    pub(crate) odd: BTreeSet<String>,
    /// What was noticed on the way and must not be.
    pub(crate) problems: Vec<String>,
    pub(crate) calls: u64,
    pub(crate) requests: u64,
    /// The confirmation code that a client was given last, by client and trade.
    codes: BTreeMap<(String, String), String>,
}

impl Ledger {
    pub(crate) fn begin(&mut self, attempt: Attempt) -> usize {
        self.attempts.push(attempt);
        self.attempts.len() - 1
    }

    pub(crate) fn tell(&mut self, attempt: usize, told: Told) {
        self.calls += 1;
        if let Told::Defect(words) = &told {
            self.problems.push(format!("the library calls it a defect itself: {words}"));
        }
        self.attempts[attempt].told.push(told);
    }

    pub(crate) fn given_code(&mut self, who: &str, trade: &str, code: &str) {
        self.codes.insert((who.to_owned(), trade.to_owned()), code.to_owned());
    }

    pub(crate) fn code(&self, who: &str, trade: &str) -> Option<String> {
        self.codes.get(&(who.to_owned(), trade.to_owned())).cloned()
    }
}
