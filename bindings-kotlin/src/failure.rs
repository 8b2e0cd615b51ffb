//! The core's error as a record; Kotlin makes the exception of its kind of it.

use std::time::Duration;

use autoplus::{Change, Error, ErrorKind};

use crate::models::TradeParts;
use crate::operation::OperationParts;

/// What failed.
#[derive(Debug, Clone, uniffi::Record)]
pub struct FailureParts {
    /// The kind's stable name.
    pub kind: String,
    /// What happened and what to do.
    pub text: String,
    /// The server's error code.
    pub code: Option<String>,
    /// HTTP status.
    pub status: Option<i32>,
    /// The server's identifier of the request.
    pub request_id: Option<String>,
    /// The server's details, as raw JSON.
    pub details: Option<String>,
    /// How long to wait.
    pub retry_after: Option<Duration>,
    /// The operation that is left open.
    pub operation: Option<OperationParts>,
    /// Both snapshots, where a reviewed value changed.
    pub change: Option<ChangeParts>,
}

/// What was reviewed and what stands now.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ChangeParts {
    /// The snapshot that was reviewed.
    pub reviewed: TradeParts,
    /// The trade as it stands.
    pub current: TradeParts,
    /// What differs.
    pub fields: Vec<String>,
    /// Whether the call took effect all the same.
    pub landed: Option<bool>,
}

/// The one error of the bridge.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum BridgeError {
    /// A call failed.
    #[error("{}", failure.text)]
    Failed {
        /// How; in a box, because it is far larger than what most calls give.
        failure: Box<FailureParts>,
    },
}

impl FailureParts {
    /// What the bridge itself has to say.
    pub(crate) fn new(kind: ErrorKind, text: &str) -> Self {
        Self {
            kind: kind.as_str().to_owned(),
            text: text.to_owned(),
            code: None,
            status: None,
            request_id: None,
            details: None,
            retry_after: None,
            operation: None,
            change: None,
        }
    }
}

impl BridgeError {
    /// A refusal by the bridge itself.
    pub(crate) fn invalid(text: &str) -> Self {
        Self::Failed { failure: Box::new(FailureParts::new(ErrorKind::Invalid, text)) }
    }
}

impl From<Error> for FailureParts {
    fn from(error: Error) -> Self {
        Self {
            kind: error.kind().as_str().to_owned(),
            text: error.message().to_owned(),
            code: error.code().map(str::to_owned),
            status: error.status().map(i32::from),
            request_id: error.request_id().map(str::to_owned),
            details: error.details().map(str::to_owned),
            retry_after: error.retry_after(),
            operation: error.operation().map(OperationParts::from),
            change: error.change().map(ChangeParts::from),
        }
    }
}

impl From<Error> for BridgeError {
    fn from(error: Error) -> Self {
        Self::Failed { failure: Box::new(error.into()) }
    }
}

impl From<&Change> for ChangeParts {
    fn from(change: &Change) -> Self {
        Self {
            reviewed: (&change.reviewed).into(),
            current: (&change.current).into(),
            fields: change.fields.clone(),
            landed: change.landed,
        }
    }
}
