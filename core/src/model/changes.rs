//! The open `changes` object of an event: kept raw, with lenient readers. The page doesn't give its shape, so
//! every spelling that is understood stands here and nowhere else.

use std::fmt;
use std::sync::Arc;

use serde::de::Deserializer;

use super::wire::{self, Origin, Reading, Wire};
use super::{Fields, Outcome, TradeStatus};
use crate::error::Error;

/// What an event changed: the raw object, and what can be told from it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Changes(Arc<str>);

/// How a transfer of funds goes on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Execution {
    id: Option<String>,
    state: ExecutionState,
    reason: Option<String>,
}

/// Where a transfer of funds stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExecutionState {
    /// Accepted or under way.
    Pending,
    /// Carried out.
    Succeeded,
    /// Failed for good: it may be claimed again.
    Failed,
    /// A word that this version doesn't know. Not final.
    Unknown(String),
}

const OUTCOME_FIELDS: [&str; 2] = ["outcome", "result"];
const EXECUTION_FIELDS: [&str; 4] = ["execution", "fundExecution", "fund_execution", "fundExecutionStatus"];
const EXECUTION_ID_FIELDS: [&str; 2] = ["executionId", "id"];
const EXECUTION_STATE_FIELDS: [&str; 3] = ["status", "state", "executionStatus"];
const REASON_FIELDS: [&str; 4] = ["reason", "error", "failureReason", "message"];

impl Changes {
    /// The object as it came.
    pub fn raw_json(&self) -> &str {
        &self.0
    }

    /// Reads an object that [`raw_json`](Self::raw_json) gave.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        let wrong = |why| Error::invalid(format!("this JSON is no Changes: {why}"));
        Fields::parse(json.trim(), Origin::Rebuilt).map_err(wrong)?;
        Ok(Self(json.trim().into()))
    }

    /// How the trade ended, if these changes say so.
    pub fn outcome(&self) -> Option<Outcome> {
        let mut fields = self.fields()?;
        let raw = OUTCOME_FIELDS.iter().find_map(|name| fields.take_raw(name))?;
        let word = word(raw).or_else(|| {
            let mut inner = Fields::parse(raw, Origin::Rebuilt).ok()?;
            ["type", "outcome", "status"].iter().find_map(|name| word(inner.take_raw(name)?))
        })?;
        Some(match word.as_str() {
            "released" | "release" => Outcome::Released,
            "returned" | "return" => Outcome::Returned,
            "canceled" | "cancelled" => Outcome::Canceled,
            _ => Outcome::Unknown(word),
        })
    }

    /// The transfer that these changes report on, if any.
    pub fn execution(&self) -> Option<Execution> {
        let mut fields = self.fields()?;
        match EXECUTION_FIELDS.iter().find_map(|name| fields.take_raw(name)) {
            Some(raw) => match Fields::parse(raw, Origin::Rebuilt) {
                // A change may be told as where it came from and what it is now.
                Ok(mut inner) => {
                    match inner.take_raw("to").and_then(|to| Fields::parse(to, Origin::Rebuilt).ok()) {
                        Some(now) => execution(now),
                        None => execution(inner),
                    }
                }
                Err(_) => Some(Execution { id: None, state: state(&word(raw)?), reason: None }),
            },
            // Flat form: the execution's own fields stand directly in `changes`. A bare "completed" is the trade's.
            None => execution(fields)
                .filter(|found| found.id.is_some() || found.state.is_told_of_executions_only()),
        }
    }

    fn fields(&self) -> Option<Fields<'_>> {
        Fields::parse(&self.0, Origin::Rebuilt).ok()
    }
}

fn execution(mut fields: Fields<'_>) -> Option<Execution> {
    let mut read = |names: &[&str]| names.iter().find_map(|name| word(fields.take_raw(name)?));
    let id = read(&EXECUTION_ID_FIELDS);
    let told = read(&EXECUTION_STATE_FIELDS).filter(|word| !TradeStatus::from(word.as_str()).is_trade_only());
    let reason = read(&REASON_FIELDS);
    if id.is_none() && told.is_none() {
        return None;
    }
    Some(Execution { id, state: state(told.as_deref().unwrap_or_default()), reason })
}

fn state(word: &str) -> ExecutionState {
    match word {
        "pending" | "queued" | "accepted" | "processing" | "submitted" | "broadcast" | "confirming" => {
            ExecutionState::Pending
        }
        "completed" | "succeeded" | "success" | "confirmed" | "done" | "executed" => {
            ExecutionState::Succeeded
        }
        "failed" | "failure" | "error" | "rejected" | "canceled" | "cancelled" => ExecutionState::Failed,
        other => ExecutionState::Unknown(other.to_owned()),
    }
}

fn word(raw: &str) -> Option<String> {
    super::lenient_string(raw).map(|(text, _)| text)
}

impl TradeStatus {
    /// `completed` names a trade's end and an execution's end alike.
    fn is_trade_only(&self) -> bool {
        self.is_known() && *self != Self::Completed
    }
}

impl ExecutionState {
    /// The word for this state; an unknown one as it came.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Unknown(raw) => raw,
        }
    }

    fn is_told_of_executions_only(&self) -> bool {
        matches!(self, Self::Pending | Self::Failed)
    }
}

impl Execution {
    /// The transfer's identifier, if it was given.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Where the transfer stands.
    pub fn state(&self) -> &ExecutionState {
        &self.state
    }

    /// Why it failed, if the server says.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

impl Wire for Changes {
    const EXPECTS: &'static str = "an object";

    fn read<'de, D: Deserializer<'de>>(json: D, _: &Reading) -> Result<Self, D::Error> {
        wire::raw(json).map(|raw| Self(raw.into()))
    }

    fn encode(&self, out: &mut String) {
        out.push_str(&self.0);
    }

    fn absent() -> Option<Self> {
        Some(Self("{}".into()))
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(json: &str) -> Changes {
        Changes(json.into())
    }

    #[test]
    fn an_execution_is_read_in_every_likely_shape() {
        for json in [
            r#"{"execution":{"executionId":"x","status":"failed","reason":"no gas"}}"#,
            r#"{"fundExecution":{"id":"x","state":"failed","error":"no gas"}}"#,
            r#"{"executionId":"x","status":"failed","reason":"no gas"}"#,
            r#"{"fundExecution":{"from":{"id":"x","status":"pending"},"to":{"id":"x","status":"failed","reason":"no gas"}}}"#,
        ] {
            let found = changes(json).execution().unwrap();
            assert_eq!(
                (found.id(), found.state(), found.reason()),
                (Some("x"), &ExecutionState::Failed, Some("no gas"))
            );
        }
    }

    #[test]
    fn a_trade_status_is_no_execution() {
        assert_eq!(changes(r#"{"status":"waitingAction"}"#).execution(), None);
        assert_eq!(changes(r#"{"status":"completed","outcome":"released"}"#).execution(), None);
        assert_eq!(changes("{}").execution(), None);
        assert_eq!(changes("null").execution(), None);
    }

    #[test]
    fn an_unknown_outcome_stays_readable() {
        assert_eq!(changes(r#"{"outcome":"returned"}"#).outcome(), Some(Outcome::Returned));
        assert_eq!(changes(r#"{"outcome":{"type":"released"}}"#).outcome(), Some(Outcome::Released));
        assert_eq!(changes(r#"{"outcome":"burned"}"#).outcome(), Some(Outcome::Unknown("burned".into())));
        assert_eq!(changes(r#"{"outcome":null}"#).outcome(), None);
    }
}
