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
mod tests {
    use super::*;
    use crate::model::{Origin, Wire};
    use crate::protocol::fixtures::trade;

    fn claimed(offset: Option<i64>) -> Facts {
        let (name, execution_id) = ("payout".to_owned(), "exec_1".to_owned());
        let status = "waitingAddress".to_owned();
        let pending = Some(Claim { name, execution_id, status, revision: 7, offset, failed: false });
        Facts { pending, ..Facts::default() }
    }

    fn event(id: i64, kind: &str, changes: &str, fields: &str) -> TradeEvent {
        let trade = trade(fields).to_json();
        let json =
            format!(r#"{{"id":{id},"type":"{kind}","occurredAt":1,"changes":{changes},"trade":{trade}}}"#);
        TradeEvent::decode(&json, Origin::Server).unwrap()
    }

    fn execution(id: i64, changes: &str) -> TradeEvent {
        event(id, "trade.fund.execution.updated", changes, r#""status":"waitingAddress""#)
    }

    #[test]
    fn an_older_snapshot_never_ends_a_claim_and_a_newer_one_that_moved_on_does() {
        let mut claims = claimed(Some(4));
        assert_eq!(claims.saw_trade(&trade(r#""status":"waitingAction","revision":6"#)), None);
        assert_eq!(claims.saw_trade(&trade(r#""status":"waitingAction","revision":7"#)), None);
        assert_eq!(claims.saw_trade(&trade(r#""status":"waitingAddress","revision":9"#)), None);
        let moved_on = claims.saw_trade(&trade(r#""status":"completed","revision":9"#));
        assert!(matches!(moved_on, Some(Ended::Over(_))));
    }

    #[test]
    fn only_its_own_failure_frees_a_claim() {
        let mut claims = claimed(Some(4));
        assert_eq!(
            claims.saw_event(&execution(5, r#"{"execution":{"id":"exec_0","status":"failed"}}"#)),
            None
        );
        assert_eq!(claims.saw_event(&execution(4, r#"{"execution":{"status":"failed"}}"#)), None);
        assert_eq!(
            claims.saw_event(&execution(6, r#"{"execution":{"id":"exec_1","status":"pending"}}"#)),
            None
        );
        let failed = claims.saw_event(&execution(7, r#"{"execution":{"id":"exec_1","status":"failed"}}"#));
        assert!(matches!(failed, Some(Ended::Failed(_))));
    }

    #[test]
    fn without_an_offset_a_failure_without_an_id_says_nothing() {
        let mut claims = claimed(None);
        assert_eq!(claims.saw_event(&execution(5, r#"{"execution":{"status":"failed"}}"#)), None);
    }

    #[test]
    fn a_success_leaves_it_claimed_until_the_trade_moved_on() {
        let mut claims = claimed(Some(4));
        assert_eq!(
            claims.saw_event(&execution(5, r#"{"execution":{"id":"exec_1","status":"completed"}}"#)),
            None
        );
        let before = trade(r#""status":"waitingAddress","revision":8"#);
        assert!(claims.is_claimed(&before));
        claims.saw_trade(&trade(r#""status":"waitingAction","revision":9"#));
        assert!(claims.pending.is_none());
        assert!(claims.is_claimed(&before));
        assert!(!claims.is_claimed(&trade(r#""status":"waitingAddress","revision":12"#)));
    }

    #[test]
    fn a_close_ends_it() {
        let mut closed = claimed(None);
        let event = event(9, "trade.closed", r#"{"outcome":"released"}"#, r#""status":"completed""#);
        assert!(matches!(closed.saw_event(&event), Some(Ended::Over(_))));
        assert_eq!(closed.outcome(), Some(Outcome::Released));
    }
}
