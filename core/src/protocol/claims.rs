//! Claims that were accepted and whose transfer hasn't ended: while one is pending, none is offered again.

use std::collections::{BTreeSet, HashMap};

use super::operations::Issued;
use crate::model::{EventType, ExecutionState, FundExecution, Outcome, Trade, TradeEvent, TradeStatus};

/// A claim that the server accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    /// Its operation's name.
    pub(crate) name: String,
    pub(crate) execution_id: String,
    /// The trade as it was claimed.
    pub(crate) status: TradeStatus,
    pub(crate) revision: i64,
    /// The trade's last event before the claim; its own come later.
    pub(crate) offset: Option<i64>,
}

impl Claim {
    pub(crate) fn new(name: &str, receipt: &FundExecution, issued: &Issued) -> Self {
        Self {
            name: name.to_owned(),
            execution_id: receipt.execution_id().to_owned(),
            status: issued.status.clone(),
            revision: issued.revision,
            offset: issued.offset,
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

#[derive(Debug, Default)]
pub(crate) struct Claims {
    pending: HashMap<String, Claim>,
    /// The status that each last claim was made at, and the revision at which the trade had left it.
    left: HashMap<String, (TradeStatus, i64)>,
    /// Transfers that events told of.
    transfers: HashMap<String, BTreeSet<String>>,
    /// Trades that closed, with the outcome as far as an event told.
    closed: HashMap<String, Outcome>,
}

impl Claims {
    pub(crate) fn accepted(&mut self, trade_id: &str, claim: Claim) {
        self.pending.insert(trade_id.to_owned(), claim);
    }

    pub(crate) fn pending(&self, trade_id: &str) -> Option<&Claim> {
        self.pending.get(trade_id)
    }

    /// Whether what this snapshot offers was claimed already: the claim is pending, or the trade left that status
    /// after this snapshot was taken.
    pub(crate) fn is_claimed(&self, trade: &Trade) -> bool {
        let left = self.left.get(trade.id());
        let behind =
            left.is_some_and(|(status, revision)| status == trade.status() && trade.revision() < *revision);
        behind || self.pending.contains_key(trade.id())
    }

    pub(crate) fn transfers(&self, trade_id: &str) -> Vec<String> {
        self.transfers.get(trade_id).map(|ids| ids.iter().cloned().collect()).unwrap_or_default()
    }

    /// How the trade ended, if an event said that it did.
    pub(crate) fn outcome(&self, trade_id: &str) -> Option<&Outcome> {
        self.closed.get(trade_id)
    }

    /// A person decided that it no longer counts.
    pub(crate) fn forget(&mut self, name: &str) -> bool {
        let before = self.pending.len();
        self.pending.retain(|_, claim| claim.name != name);
        self.pending.len() < before
    }

    /// Learns from a snapshot. An older one, which a stream or another task may still hold, says nothing.
    pub(crate) fn saw_trade(&mut self, trade: &Trade) -> Option<Ended> {
        let claim = self.pending.get(trade.id())?;
        let moved_on = trade.revision() > claim.revision && *trade.status() != claim.status;
        if !moved_on {
            return None;
        }
        self.left.insert(trade.id().to_owned(), (claim.status.clone(), trade.revision()));
        self.pending.remove(trade.id()).map(Ended::Over)
    }

    /// Learns from an event. Those of another transfer, or from before the claim, say nothing.
    pub(crate) fn saw_event(&mut self, event: &TradeEvent) -> Option<Ended> {
        let trade_id = event.trade().id();
        if *event.kind() == EventType::Closed {
            let outcome = event.changes().outcome().unwrap_or_else(|| Outcome::Unknown("unknown".to_owned()));
            self.closed.insert(trade_id.to_owned(), outcome);
            return self.pending.remove(trade_id).map(Ended::Over);
        }
        let execution = event.changes().execution();
        if let Some(id) = execution.as_ref().and_then(|execution| execution.id()) {
            self.transfers.entry(trade_id.to_owned()).or_default().insert(id.to_owned());
        }
        let claim = self.pending.get(trade_id)?;
        if let Some(execution) = execution {
            let ours = match execution.id() {
                Some(id) => id == claim.execution_id,
                None => claim.offset.is_some_and(|offset| event.id() > offset),
            };
            if ours && *execution.state() == ExecutionState::Failed {
                return self.pending.remove(trade_id).map(Ended::Failed);
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

    fn claims(offset: Option<i64>) -> Claims {
        let mut claims = Claims::default();
        let status = TradeStatus::WaitingAddress;
        let (name, execution_id) = ("payout".to_owned(), "exec_1".to_owned());
        claims.accepted("9", Claim { name, execution_id, status, revision: 7, offset });
        claims
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
        let mut claims = claims(Some(4));
        assert_eq!(claims.saw_trade(&trade(r#""status":"waitingAction","revision":6"#)), None);
        assert_eq!(claims.saw_trade(&trade(r#""status":"waitingAction","revision":7"#)), None);
        assert_eq!(claims.saw_trade(&trade(r#""status":"waitingAddress","revision":9"#)), None);
        let moved_on = claims.saw_trade(&trade(r#""status":"completed","revision":9"#));
        assert!(matches!(moved_on, Some(Ended::Over(_))));
    }

    #[test]
    fn only_its_own_failure_frees_a_claim() {
        let mut claims = claims(Some(4));
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
        let mut claims = claims(None);
        assert_eq!(claims.saw_event(&execution(5, r#"{"execution":{"status":"failed"}}"#)), None);
    }

    #[test]
    fn a_success_leaves_it_claimed_until_the_trade_moved_on() {
        let mut claims = claims(Some(4));
        assert_eq!(
            claims.saw_event(&execution(5, r#"{"execution":{"id":"exec_1","status":"completed"}}"#)),
            None
        );
        let before = trade(r#""status":"waitingAddress","revision":8"#);
        assert!(claims.is_claimed(&before));
        claims.saw_trade(&trade(r#""status":"waitingAction","revision":9"#));
        assert!(claims.pending("9").is_none());
        assert!(claims.is_claimed(&before));
        assert!(!claims.is_claimed(&trade(r#""status":"waitingAddress","revision":12"#)));
    }

    #[test]
    fn a_close_ends_it() {
        let mut closed = claims(None);
        let event = event(9, "trade.closed", r#"{"outcome":"released"}"#, r#""status":"completed""#);
        assert!(matches!(closed.saw_event(&event), Some(Ended::Over(_))));
        assert_eq!(closed.outcome("9"), Some(&Outcome::Released));
    }
}
