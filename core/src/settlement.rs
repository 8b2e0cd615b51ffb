//! What settling found: whether an operation took effect, how that is known, and what came of it.

use crate::error::Error;
use crate::model::{FundExecution, OpenedTrade, Origin, Trade, Wire};
use crate::operation::Operation;
use crate::protocol::proof::FAILED;
use crate::protocol::rows::{Kind, Row};

/// What settling an operation found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It took effect, once.
    Done,
    /// Proven: nothing happened, and nothing of it still can. Its name is free.
    NotDone,
    /// Nothing proves either.
    Unknown,
}

impl Verdict {
    /// `done`, `not_done` or `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotDone => "not_done",
            Self::Unknown => "unknown",
        }
    }
}

/// How it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SettledBy {
    /// The same bytes were sent again under the same key, and the answer is theirs.
    Replay,
    /// The trade or its events show it. By whom can't be read: a release, return or claim that a person made in
    /// Discord looks the same, so the address of a claim isn't proven.
    Reading,
    /// It was settled before; this is what was kept.
    Record,
}

impl SettledBy {
    /// `replay`, `reading` or `record`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Replay => "replay",
            Self::Reading => "reading",
            Self::Record => "record",
        }
    }
}

/// What became of an operation that was open.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settlement {
    /// The operation.
    pub operation: Operation,
    /// Whether it took effect.
    pub verdict: Verdict,
    /// How that is known; none while it isn't.
    pub by: Option<SettledBy>,
    /// What was opened, if it opened a trade and is done.
    pub opened: Option<OpenedTrade>,
    /// The trade after a release or return that is done.
    pub trade: Option<Trade>,
    /// The receipt of a claim that is done.
    pub execution: Option<FundExecution>,
    /// What that means and what to do, in words.
    pub message: String,
}

impl Settlement {
    /// Everything above as one JSON object, by the same names. What isn't known is left out.
    pub fn to_json(&self) -> String {
        let json = AsJson {
            operation: &self.operation,
            verdict: self.verdict.as_str(),
            by: self.by.map(SettledBy::as_str),
            opened: self.opened.as_ref(),
            trade: self.trade.as_ref(),
            execution: self.execution.as_ref(),
            message: &self.message,
        };
        serde_json::to_string(&json).unwrap_or_default()
    }
}

#[derive(serde::Serialize)]
struct AsJson<'a> {
    operation: &'a Operation,
    verdict: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opened: Option<&'a OpenedTrade>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trade: Option<&'a Trade>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<&'a FundExecution>,
    message: &'a str,
}

/// What came of an operation.
pub(crate) enum Came {
    Opened(OpenedTrade),
    Trade(Trade),
    Execution(FundExecution),
}

impl Settlement {
    pub(crate) fn new(row: &Row, verdict: Verdict, by: Option<SettledBy>, why: &str) -> Self {
        let message = match (verdict, by, row.intent.kind) {
            (Verdict::Done, Some(SettledBy::Reading), Kind::Claim) => String::from(
                "done, by the events; a claim made in Discord looks the same, so the address isn't proven",
            ),
            (Verdict::Done, Some(SettledBy::Reading), _) => {
                String::from("done, by the trade; a person in Discord may have done it just as well")
            }
            (Verdict::Done, ..) => String::from("done, once"),
            (Verdict::NotDone, ..) => {
                String::from("not done, and nothing of it can take effect any more; its name is free")
            }
            (Verdict::Unknown, ..) => format!("still unknown: {why}"),
        };
        let operation = Operation::of(row);
        Self { operation, verdict, by, opened: None, trade: None, execution: None, message }
    }

    pub(crate) fn came(&mut self, came: Came) {
        match came {
            Came::Opened(opened) => self.opened = Some(opened),
            Came::Trade(trade) => self.trade = Some(trade),
            Came::Execution(receipt) => {
                if receipt.status() == FAILED {
                    self.message = String::from(
                        "accepted, but its transfer failed for good: nothing moved, and the funds can be claimed again",
                    );
                }
                self.execution = Some(receipt);
            }
        }
    }

    /// What was written down before.
    pub(crate) fn of_record(row: &Row) -> Result<Self, Error> {
        let operation = Operation::of(row);
        let Some(result) = operation.result() else {
            return Ok(Self::new(row, Verdict::Unknown, None, "a call is at it"));
        };
        let mut settlement = Self::new(row, Verdict::Done, Some(SettledBy::Record), "");
        let came = match row.intent.kind {
            Kind::OpenTrade => OpenedTrade::decode(result, Origin::Server).map(Came::Opened),
            Kind::Claim => FundExecution::decode(result, Origin::Server).map(Came::Execution),
            Kind::Release | Kind::Return => Trade::decode(result, Origin::Server).map(Came::Trade),
        };
        settlement.came(came.map_err(Error::bug)?);
        Ok(settlement)
    }
}
