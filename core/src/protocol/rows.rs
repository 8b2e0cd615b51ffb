//! What is kept of an operation, and the few things that a store must be able to do with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::claims::{Claim, Facts};
use super::consumers::Standing;
use super::proof::Death;
use super::turns::Waiting;
use crate::error::Error;
use crate::model::Action;

/// The mutations that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    OpenTrade,
    Release,
    Return,
    Claim,
}

impl Kind {
    /// The action that it confirms, if it is one.
    pub(crate) fn action(self) -> Option<Action> {
        match self {
            Self::Release => Some(Action::Release),
            Self::Return => Some(Action::Return),
            Self::OpenTrade | Self::Claim => None,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::OpenTrade => "open_trade",
            Self::Release => "release",
            Self::Return => "return",
            Self::Claim => "claim",
        }
    }
}

impl From<Action> for Kind {
    fn from(action: Action) -> Self {
        match action {
            Action::Release => Self::Release,
            Action::Return => Self::Return,
        }
    }
}

/// What a caller means to bring about, in words that can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Intent {
    pub(crate) kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trade_id: Option<String>,
    pub(crate) values: BTreeMap<String, String>,
}

impl Intent {
    pub(crate) fn new(
        kind: Kind,
        trade_id: Option<&str>,
        values: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { kind, trade_id: trade_id.map(str::to_owned), values }
    }
}

/// What was known of a challenge before its confirmation went out: enough to settle it by reading. No code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Issued {
    #[serde(flatten)]
    pub(crate) death: Death,
    /// The trade's status and revision as they were reviewed.
    pub(crate) status: String,
    pub(crate) revision: i64,
    /// The trade's last event then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<i64>,
    /// Transfers of the trade that were known then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) foreign: Vec<String>,
}

/// One key and one byte string, and when they were prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attempt {
    #[serde(rename = "idempotencyKey")]
    pub(crate) key: String,
    /// The bytes, where no secret is in them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<String>,
    /// Which token it goes out under, as a fingerprint: no replay goes out under another.
    pub(crate) token: String,
    /// Unix milliseconds by this machine's clock.
    #[serde(rename = "begunAtMillis")]
    pub(crate) begun_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) challenge: Option<Issued>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase")]
pub(crate) enum State {
    /// A call of the owner is at it.
    Running {
        /// It was sent before.
        replay: bool,
    },
    /// Nothing proves what became of it, and nobody is at it.
    Unknown,
    /// The claim was accepted; its transfer hasn't ended.
    Accepted { result: String },
    /// This came of it, as JSON.
    Done { result: String },
}

impl State {
    /// Whether it may still take effect, or did without anybody knowing.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Running { .. } | Self::Unknown)
    }

    /// Whether there is still something to wait for or to settle.
    pub(crate) fn is_pending(&self) -> bool {
        !matches!(self, Self::Done { .. })
    }

    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::Running { .. } => "running",
            Self::Unknown => "unknown",
            Self::Accepted { .. } => "accepted",
            Self::Done { .. } => "done",
        }
    }
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) intent: Intent,
    #[serde(flatten)]
    pub(crate) attempt: Attempt,
    #[serde(flatten)]
    pub(crate) state: State,
    /// Somebody knows the name: the caller chose it, or was told.
    pub(crate) known: bool,
    /// Whose user it is about: a Discord id, or a token's fingerprint.
    pub(crate) account: String,
    /// The process instance that is at it, or was last.
    pub(crate) owner: String,
    /// Grows whenever somebody takes it: a write of an older holder is refused.
    pub(crate) generation: u64,
    /// How often it may have been sent.
    #[serde(default)]
    pub(crate) sends: u64,
}

/// The rows of one account, within one transaction: all of it is kept, or nothing.
pub(crate) trait Rows {
    fn operation(&mut self, name: &str) -> Result<Option<Row>, Error>;
    /// The open ones of a trade, or of opening trades.
    fn open(&mut self, trade_id: Option<&str>) -> Result<Vec<Row>, Error>;
    /// All that are open or whose claim was accepted, oldest first; those that a token without a known user left
    /// elsewhere too.
    fn pending(&mut self) -> Result<Vec<Row>, Error>;
    /// One under this name of another account, where the user of either isn't known: it may be the same.
    fn elsewhere(&mut self, name: &str) -> Result<Option<Row>, Error>;
    /// One of such an account that is open on this trade.
    fn open_elsewhere(&mut self, trade_id: &str) -> Result<Option<Row>, Error>;
    /// A claim of such an account whose transfer hasn't ended.
    fn claim_elsewhere(&mut self, trade_id: &str) -> Result<Option<Claim>, Error>;
    /// Lets go of one of such an account.
    fn forget_elsewhere(&mut self, row: &Row) -> Result<(), Error>;
    fn put(&mut self, row: &Row) -> Result<(), Error>;
    fn remove(&mut self, name: &str) -> Result<(), Error>;
    /// What is known of a trade; nothing is no error.
    fn facts(&mut self, trade_id: &str) -> Result<Facts, Error>;
    fn put_facts(&mut self, trade_id: &str, facts: &Facts) -> Result<(), Error>;
    /// Trades that were opened or followed and haven't closed, or whose end a named consumer hasn't finished.
    fn trades(&mut self) -> Result<Vec<String>, Error>;
    /// How far a named consumer of a trade's events got.
    fn consumer(&mut self, trade_id: &str, name: &str) -> Result<Option<Standing>, Error>;
    fn put_consumer(&mut self, trade_id: &str, name: &str, standing: &Standing) -> Result<(), Error>;
    fn remove_consumer(&mut self, trade_id: &str, name: &str) -> Result<(), Error>;
    /// Who polls a trade or waits to, in the order of their turns.
    fn polls(&mut self, trade_id: &str) -> Result<Vec<Waiting>, Error>;
    fn put_poll(&mut self, trade_id: &str, waiting: &Waiting) -> Result<(), Error>;
    fn remove_poll(&mut self, trade_id: &str, turn: i64) -> Result<(), Error>;
    /// The instance that these writes are by.
    fn instance(&self) -> &str;
    /// Whether another instance may still be at its work.
    fn is_alive(&mut self, instance: &str) -> bool;
}

/// Where an account's name begins if only a token is known of it.
pub(crate) const TOKEN_ACCOUNT: &str = "token:";

#[cfg(test)]
mod tests;
