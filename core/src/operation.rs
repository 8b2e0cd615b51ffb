//! Operations as callers see them: what was begun under a name, and what became of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::model::Timestamp;
use crate::protocol::rows::{Row, State};

/// A mutation whose outcome matters beyond one call. It serialises: keep [`Self::to_json`] where you like, and settle
/// it later with [`Client::resolve`](crate::Client::resolve), in this process or another. It holds neither the token
/// nor a confirmation code.
#[derive(Clone, PartialEq, Eq)]
pub struct Operation(Arc<Row>);

impl Operation {
    pub(crate) fn of(row: &Row) -> Self {
        Self(Arc::new(row.clone()))
    }

    pub(crate) fn row(&self) -> &Row {
        &self.0
    }

    /// The caller's name for it, or a random one.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// `open_trade`, `release`, `return` or `claim`.
    pub fn kind(&self) -> &'static str {
        self.0.intent.kind.as_str()
    }

    /// The trade it belongs to; none for opening one.
    pub fn trade_id(&self) -> Option<&str> {
        self.0.intent.trade_id.as_deref()
    }

    /// `running`: a call is at it, or the process that was has ended. `unknown`: nothing proves what became of it.
    /// `accepted`: a claim whose transfer hasn't ended. `done`.
    pub fn state(&self) -> &'static str {
        self.0.state.as_str()
    }

    /// What was meant: `guild`, `crypto`, `sender` and `receiver` of a trade to open, the `recipient` of a release or
    /// return, `status`, `address`, `crypto` and `revision` of a claim.
    pub fn values(&self) -> &BTreeMap<String, String> {
        &self.0.intent.values
    }

    /// The key that every send of it carries, for AutoPlus's support.
    pub fn idempotency_key(&self) -> &str {
        &self.0.attempt.key
    }

    /// The bytes that were sent, where no secret is in them: for opening a trade.
    pub fn body(&self) -> Option<&str> {
        self.0.attempt.body.as_deref()
    }

    /// When it was prepared, by this machine's clock.
    pub fn begun_at(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.attempt.begun_at.div_euclid(1000))
    }

    /// Everything that is needed to settle it, as JSON with stable names.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&*self.0).unwrap_or_default()
    }

    /// Reads what [`Self::to_json`] wrote.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        let row: Row = serde_json::from_str(json).map_err(|why| {
            Error::invalid(format!("this JSON is no operation ({why}): pass what to_json of one gave"))
        })?;
        Ok(Self(Arc::new(row)))
    }

    /// What came of it, as JSON.
    pub(crate) fn result(&self) -> Option<&str> {
        match &self.0.state {
            State::Done { result } | State::Accepted { result } => Some(result),
            State::Running { .. } | State::Unknown => None,
        }
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation")
            .field("name", &self.name())
            .field("kind", &self.kind())
            .field("trade_id", &self.trade_id())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

impl serde::Serialize for Operation {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}
