//! One error type. Its kind says what to do; the rest says what happened.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::model::Trade;
use crate::operation::Operation;

/// What went wrong, by what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The call itself is wrong and was refused, here or by the server (400). Nothing happened; mend the call.
    Invalid,
    /// The token is missing, wrong, expired or revoked (401). Set another token.
    Authentication,
    /// This account or guild may not do that (403).
    Forbidden,
    /// No such trade, or this account has no part in it (404).
    NotFound,
    /// Wrong state, or a clash with what happened before (409). Read the trade again.
    Conflict,
    /// What was reviewed is not what stands now. [`Error::change`] has both; show them to whoever decides.
    ChangedSinceReview,
    /// The challenge is past its time or was replaced (410). Request a new one.
    ChallengeExpired,
    /// Understood but refused: address, crypto, participants, text (422).
    Unprocessable,
    /// Too many requests (429), and still after backing off. Nothing happened; wait [`Error::retry_after`].
    RateLimited,
    /// The server failed (5xx) at a call that moves nothing.
    Server,
    /// No connection, at a call that moves nothing or before anything was sent.
    Transport,
    /// No answer in time, at a call that moves nothing.
    Timeout,
    /// The answer of a call that moves nothing can't be read.
    Decode,
    /// A mutation was sent and nothing proves whether it took effect. **Never start it anew**: repeat the same
    /// call with the same operation name or challenge, or read the trade.
    OutcomeUnknown,
    /// An operation that excludes this one is still open.
    OperationInProgress,
    /// The store can't be used; nothing was sent.
    Store,
    /// The client or stream was closed.
    Closed,
    /// A defect in this library.
    Bug,
}

impl ErrorKind {
    /// A stable name, as bindings and logs show it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Authentication => "authentication",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::ChangedSinceReview => "changed_since_review",
            Self::ChallengeExpired => "challenge_expired",
            Self::Unprocessable => "unprocessable",
            Self::RateLimited => "rate_limited",
            Self::Server => "server",
            Self::Transport => "transport",
            Self::Timeout => "timeout",
            Self::Decode => "decode",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::OperationInProgress => "operation_in_progress",
            Self::Store => "store",
            Self::Closed => "closed",
            Self::Bug => "bug",
        }
    }

    /// The kind for an error status of the API.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            401 => Self::Authentication,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            409 => Self::Conflict,
            410 => Self::ChallengeExpired,
            422 => Self::Unprocessable,
            429 => Self::RateLimited,
            400..=499 => Self::Invalid,
            500..=599 => Self::Server,
            _ => Self::Transport,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What failed. Cheap to clone. Neither the token nor a confirmation code is ever in it.
#[derive(Clone)]
pub struct Error(Arc<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    kind: ErrorKind,
    message: String,
    code: Option<String>,
    status: Option<u16>,
    request_id: Option<String>,
    details: Option<String>,
    retry_after: Option<Duration>,
    operation: Option<Operation>,
    change: Option<Change>,
}

/// What was reviewed and what stands now.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Change {
    /// The snapshot that the call was given.
    pub reviewed: Trade,
    /// The trade as it stands.
    pub current: Trade,
    /// Names of the fields that differ, never empty.
    pub fields: Vec<String>,
    /// Whether this call took effect all the same; `None` if that can't be told.
    pub landed: Option<bool>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct AsJson<'a> {
    kind: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a serde_json::value::RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'a Operation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'a Change>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Parts {
            kind,
            message: message.into(),
            code: None,
            status: None,
            request_id: None,
            details: None,
            retry_after: None,
            operation: None,
            change: None,
        }))
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    pub(crate) fn bug(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Bug, format!("a defect in autoplus, please report it: {message}"))
    }

    fn with(mut self, change: impl FnOnce(&mut Parts)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    pub(crate) fn with_answer(self, status: u16, code: Option<String>, request_id: Option<String>) -> Self {
        self.with(|parts| {
            parts.status = Some(status);
            parts.code = code;
            parts.request_id = request_id;
        })
    }

    pub(crate) fn with_details(self, details: Option<String>) -> Self {
        self.with(|parts| parts.details = details)
    }

    pub(crate) fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        self.with(|parts| parts.retry_after = retry_after)
    }

    pub(crate) fn with_operation(self, operation: Operation) -> Self {
        self.with(|parts| parts.operation = Some(operation))
    }

    pub(crate) fn with_change(self, change: Change) -> Self {
        self.with(|parts| parts.change = Some(change))
    }

    /// Without these secrets, should the server have echoed one.
    pub(crate) fn without(self, secrets: &[&str]) -> Self {
        let masked = |text: &mut String| {
            for secret in secrets {
                *text = text.replace(secret, "***");
            }
        };
        self.with(|parts| {
            masked(&mut parts.message);
            [&mut parts.code, &mut parts.request_id, &mut parts.details]
                .into_iter()
                .flatten()
                .for_each(masked);
        })
    }

    /// The same answer seen as another kind, with other advice; what the server said stays readable.
    pub(crate) fn recast(self, kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        self.with(|parts| {
            parts.kind = kind;
            parts.message = message;
        })
    }

    /// What to do about it.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened and what to do, in words.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The server's own error code, if it answered with one. `stale_revision` and `confirmation_mismatch` are
    /// documented; others are carried as they came.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// HTTP status of the last answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The server's identifier of the request, to give to support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The server's `details`, as raw JSON text.
    pub fn details(&self) -> Option<&str> {
        self.0.details.as_deref()
    }

    /// How long the server asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The operation that this error leaves open.
    pub fn operation(&self) -> Option<&Operation> {
        self.0.operation.as_ref()
    }

    /// Everything above as one JSON object, by the same names in camelCase: `kind`, `message`, `code`, `status`,
    /// `requestId`, `details`, `retryAfter` (seconds), `operation`, `change`. What isn't known is left out.
    pub fn to_json(&self) -> String {
        let parts = &*self.0;
        let json = AsJson {
            kind: parts.kind.as_str(),
            message: &parts.message,
            code: parts.code.as_deref(),
            status: parts.status,
            request_id: parts.request_id.as_deref(),
            details: parts.details.as_deref().and_then(|raw| serde_json::from_str(raw).ok()),
            retry_after: parts.retry_after.map(|wait| wait.as_secs_f64()),
            operation: parts.operation.as_ref(),
            change: parts.change.as_ref(),
        };
        serde_json::to_string(&json).unwrap_or_else(|_| String::from("{}"))
    }

    /// Both snapshots, for [`ErrorKind::ChangedSinceReview`].
    pub fn change(&self) -> Option<&Change> {
        self.0.change.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}
