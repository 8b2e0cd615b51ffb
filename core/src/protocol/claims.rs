//! What is known of a trade beyond its snapshots: which claim is pending, which transfers there were, how it ended.
//! While a claim is pending, none is offered again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::proof::FAILED;
use super::rows::Issued;
use crate::model::{EventType, ExecutionState, FundExecution, Outcome, Trade, TradeEvent};

/// A claim that the server accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Claim {
    /// Its operation's name.
    pub(crate) name: String,
    pub(crate) execution_id: String,
    /// The trade as it was claimed.
    pub(crate) status: String,
    pub(crate) revision: i64,
    /// The trade's last event before the claim; its own come later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<i64>,
    /// Its transfer failed before anybody knew of it.
    #[serde(skip)]
    pub(crate) failed: bool,
}

impl Claim {
    pub(crate) fn new(name: &str, receipt: &FundExecution, issued: &Issued) -> Self {
        Self {
            name: name.to_owned(),
            execution_id: receipt.execution_id().to_owned(),
            status: issued.status.clone(),
            revision: issued.revision,
            offset: issued.offset,
            failed: receipt.status() == FAILED,
        }
    }
}

/// What was learned about a claim.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Its transfer failed for good: it may be claimed anew.
    Failed(Claim),
    /// The trade moved on.
    Over(Claim),
}

/// What is known of one trade.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Facts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pending: Option<Claim>,
    /// The status that the last claim was made at, and the revision at which the trade had left it.
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<(String, i64)>,
    /// Transfers that events told of.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    transfers: BTreeSet<String>,
    /// Transfers that failed for good.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    failed: BTreeSet<String>,
    /// How it ended, once an event said that it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed: Option<String>,
    /// It was opened or followed by this account.
    pub(crate) followed: bool,
}

impl Facts {
    /// A claim was accepted. False if its transfer is known to have failed already: its answer came late.
    pub(crate) fn accepted(&mut self, claim: Claim) -> bool {
        let stands = !claim.failed && !self.failed.contains(&claim.execution_id);
        self.pending = Some(claim).filter(|_| stands);
        stands
    }

    /// A person decided that a claim no longer counts.
    pub(crate) fn forget(&mut self, name: &str) {
        self.pending.take_if(|claim| claim.name == name);
    }

    /// Whether what this snapshot offers was claimed already: the claim is pending, or the trade left that status
    /// after this snapshot was taken.
    pub(crate) fn is_claimed(&self, trade: &Trade) -> bool {
        let behind = self.left.as_ref().is_some_and(|(status, revision)| {
            status == trade.status().as_str() && trade.revision() < *revision
        });
        behind || self.pending.is_some()
    }

    /// Whether the account takes part in it and no event said that it ended.
    pub(crate) fn is_known(&self) -> bool {
        self.followed && self.closed.is_none()
    }

    pub(crate) fn transfers(&self) -> Vec<String> {
        self.transfers.iter().cloned().collect()
    }

    /// How the trade ended, if an event said that it did.
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        self.closed.as_deref().map(Outcome::from)
    }

    /// Learns from a snapshot. An older one, which a stream or another task may still hold, says nothing.
    pub(crate) fn saw_trade(&mut self, trade: &Trade) -> Option<Ended> {
        let claim = self.pending.as_ref()?;
        let moved_on = trade.revision() > claim.revision && trade.status().as_str() != claim.status;
        if !moved_on {
            return None;
        }
        self.left = Some((claim.status.clone(), trade.revision()));
        self.pending.take().map(Ended::Over)
    }

    /// Learns from an event. Those of another transfer, or from before the claim, say nothing.
    pub(crate) fn saw_event(&mut self, event: &TradeEvent) -> Option<Ended> {
        if *event.kind() == EventType::Closed {
            let outcome = event.changes().outcome().unwrap_or_else(|| Outcome::Unknown("unknown".to_owned()));
            self.closed = Some(outcome.as_str().to_owned());
            return self.pending.take().map(Ended::Over);
        }
        let execution = event.changes().execution();
        if let Some(execution) = &execution
            && let Some(id) = execution.id()
        {
            self.transfers.insert(id.to_owned());
            if *execution.state() == ExecutionState::Failed {
                self.failed.insert(id.to_owned());
            }
        }
        let claim = self.pending.as_ref()?;
        if let Some(execution) = execution {
            let ours = match execution.id() {
                Some(id) => id == claim.execution_id,
                None => claim.offset.is_some_and(|offset| event.id() > offset),
            };
            if ours && *execution.state() == ExecutionState::Failed {
                return self.pending.take().map(Ended::Failed);
            }
        }
        self.saw_trade(event.trade())
    }
}

#[cfg(test)]
mod tests;
