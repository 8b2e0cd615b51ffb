//! What an account can do next, as Kotlin gets it.

use autoplus::{NextStep, Role};

use crate::models::TextParts;

/// The core's `NextStep`; enums as their words.
#[derive(Debug, Clone, uniffi::Enum)]
#[allow(missing_docs, reason = "the core's NextStep explains each step")]
pub enum StepParts {
    ChooseRole {
        free: Vec<String>,
    },
    ConfirmIdentification,
    Terms {
        mine: Option<TextParts>,
        theirs: Option<TextParts>,
        confirmed_by_me: bool,
        confirmed_by_them: bool,
    },
    Deposit {
        address: String,
        crypto: String,
    },
    MayRelease,
    MayReturn,
    Claim {
        kind: String,
    },
    PayoutPending,
    Blocked,
    Wait,
    Closed {
        outcome: String,
    },
    Unknown {
        status: String,
    },
}

impl From<NextStep> for StepParts {
    fn from(step: NextStep) -> Self {
        match step {
            NextStep::ChooseRole { free } => {
                Self::ChooseRole { free: free.into_iter().map(Role::as_str).map(str::to_owned).collect() }
            }
            NextStep::ConfirmIdentification => Self::ConfirmIdentification,
            NextStep::Terms { mine, theirs, confirmed_by_me, confirmed_by_them } => Self::Terms {
                mine: mine.as_ref().map(TextParts::from),
                theirs: theirs.as_ref().map(TextParts::from),
                confirmed_by_me,
                confirmed_by_them,
            },
            NextStep::Deposit { address, crypto } => Self::Deposit { address, crypto: crypto.to_string() },
            NextStep::MayRelease => Self::MayRelease,
            NextStep::MayReturn => Self::MayReturn,
            NextStep::Claim { kind } => Self::Claim { kind: kind.as_str().to_owned() },
            NextStep::PayoutPending => Self::PayoutPending,
            NextStep::Blocked => Self::Blocked,
            NextStep::Wait => Self::Wait,
            NextStep::Closed { outcome } => Self::Closed { outcome: outcome.to_string() },
            NextStep::Unknown { status } => Self::Unknown { status },
        }
    }
}
