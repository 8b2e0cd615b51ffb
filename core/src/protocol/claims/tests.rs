use super::*;
use crate::protocol::fixtures::{claim, event, issued, trade, transfer};

fn claimed(offset: Option<i64>) -> Facts {
    Facts { pending: Some(claim("payout", offset)), ..Facts::default() }
}

fn nameless(id: i64, state: &str) -> TradeEvent {
    let changes = format!(r#"{{"execution":{{"status":"{state}"}}}}"#);
    event(id, "trade.fund.execution.updated", &changes, r#""status":"waitingAddress""#)
}

fn closed(changes: &str) -> TradeEvent {
    event(9, "trade.closed", changes, r#""status":"completed","revision":9"#)
}

#[test]
fn a_claim_is_kept_as_it_was_reviewed_with_the_transfer_that_its_receipt_names() {
    let receipt = FundExecution::accepted("exec_1", "pending").unwrap();
    assert_eq!(Claim::new("payout", &receipt, &issued()), claim("payout", Some(4)));
    let receipt = FundExecution::accepted("exec_1", FAILED).unwrap();
    let failed = Claim { failed: true, ..claim("payout", Some(4)) };
    assert_eq!(Claim::new("payout", &receipt, &issued()), failed);
}

#[test]
fn an_older_snapshot_never_ends_a_claim_and_a_newer_one_that_moved_on_does() {
    let mut facts = claimed(Some(4));
    for status in ["waitingAction", "completed"] {
        for revision in [6, 7] {
            let older = trade(&format!(r#""status":"{status}","revision":{revision}"#));
            assert_eq!(facts.saw_trade(&older), None, "{status} at {revision}");
        }
    }
    assert_eq!(facts.saw_trade(&trade(r#""status":"waitingAddress","revision":9"#)), None);
    let moved_on = facts.saw_trade(&trade(r#""status":"completed","revision":8"#));
    assert_eq!(moved_on, Some(Ended::Over(claim("payout", Some(4)))));
    assert_eq!(facts.saw_trade(&trade(r#""status":"completed","revision":9"#)), None, "it ends once");
}

#[test]
fn only_its_own_failure_frees_a_claim() {
    let mut facts = claimed(Some(4));
    for other in [transfer(5, "exec_0", "failed"), nameless(4, "failed"), transfer(6, "exec_1", "pending")] {
        assert_eq!(facts.saw_event(&other), None, "{other:?}");
    }
    let failed = facts.saw_event(&transfer(7, "exec_1", "failed"));
    assert_eq!(failed, Some(Ended::Failed(claim("payout", Some(4)))));
    assert!(!facts.is_claimed(&trade(r#""status":"waitingAddress","revision":7"#)), "it may be claimed anew");
}

#[test]
fn a_failure_without_an_id_is_the_claims_if_it_came_after_it() {
    assert!(matches!(claimed(Some(4)).saw_event(&nameless(5, "failed")), Some(Ended::Failed(_))));
    assert_eq!(claimed(Some(4)).saw_event(&nameless(4, "failed")), None);
    assert_eq!(claimed(Some(4)).saw_event(&nameless(5, "pending")), None);
    assert_eq!(claimed(None).saw_event(&nameless(5, "failed")), None, "what came before isn't known");
}

#[test]
fn a_success_leaves_it_claimed_until_the_trade_moved_on() {
    let mut facts = claimed(Some(4));
    assert_eq!(facts.saw_event(&transfer(5, "exec_1", "completed")), None);
    let before = trade(r#""status":"waitingAddress","revision":8"#);
    assert!(facts.is_claimed(&before));
    facts.saw_trade(&trade(r#""status":"waitingAction","revision":9"#));
    assert!(facts.pending.is_none());
    assert!(facts.is_claimed(&before), "what was read before it moved on offers nothing");
    assert!(!facts.is_claimed(&trade(r#""status":"waitingAction","revision":8"#)), "another status");
    for revision in [9, 12] {
        let again = trade(&format!(r#""status":"waitingAddress","revision":{revision}"#));
        assert!(!facts.is_claimed(&again), "{revision}: it came back there");
    }
}

#[test]
fn an_event_tells_by_the_trade_in_it_that_the_claim_is_over() {
    let moved = event(8, "trade.status.changed", "{}", r#""status":"waitingAction","revision":8"#);
    assert!(matches!(claimed(Some(4)).saw_event(&moved), Some(Ended::Over(_))));
    assert_eq!(Facts::default().saw_event(&moved), None, "nothing was claimed");
}

#[test]
fn an_answer_that_comes_after_its_transfer_failed_starts_nothing() {
    let mut facts = Facts::default();
    assert!(facts.accepted(claim("payout", Some(4))));
    assert_eq!(facts.pending, Some(claim("payout", Some(4))));

    let mut facts = Facts::default();
    facts.saw_event(&transfer(5, "exec_0", "failed"));
    facts.saw_event(&transfer(6, "exec_1", "completed"));
    assert!(facts.accepted(claim("payout", Some(4))), "another one failed, or it succeeded");

    let mut facts = Facts::default();
    facts.saw_event(&transfer(5, "exec_1", "failed"));
    for receipt_says in [false, true] {
        assert!(!facts.accepted(Claim { failed: receipt_says, ..claim("payout", Some(4)) }));
        assert_eq!(facts.pending, None);
    }
    let mut facts = Facts::default();
    assert!(!facts.accepted(Claim { failed: true, ..claim("payout", Some(4)) }), "no event told of it yet");
    assert_eq!(facts.pending, None);
}

#[test]
fn the_transfers_that_events_told_of_are_known_for_the_next_claim() {
    let mut facts = Facts::default();
    assert_eq!(facts.transfers(), Vec::<String>::new());
    for told in [transfer(5, "b", "pending"), transfer(6, "a", "failed"), nameless(7, "pending")] {
        facts.saw_event(&told);
    }
    assert_eq!(facts.transfers(), ["a", "b"]);
}

#[test]
fn a_close_ends_it_whatever_its_outcome() {
    let mut facts = Facts { followed: true, ..claimed(None) };
    assert!(facts.is_known() && facts.outcome().is_none());
    assert!(matches!(facts.saw_event(&closed(r#"{"outcome":"released"}"#)), Some(Ended::Over(_))));
    assert_eq!(facts.outcome(), Some(Outcome::Released));
    assert!(!facts.is_known(), "there is nothing left to follow");
    assert!(!Facts::default().is_known(), "nobody follows it");

    let mut facts = Facts::default();
    assert_eq!(facts.saw_event(&closed("{}")), None);
    assert_eq!(facts.outcome(), Some(Outcome::Unknown("unknown".into())));
}

#[test]
fn what_is_known_of_a_trade_survives_being_kept() {
    let mut facts = Facts { followed: true, ..claimed(Some(4)) };
    facts.saw_event(&transfer(5, "exec_0", "failed"));
    let pending = facts.clone();
    facts.saw_event(&closed(r#"{"outcome":"released"}"#));
    facts.saw_trade(&trade(r#""status":"completed","revision":9"#));
    let mut left = pending.clone();
    left.saw_trade(&trade(r#""status":"completed","revision":9"#));
    for kept in [Facts::default(), pending, facts, left] {
        let json = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<Facts>(&json).unwrap(), kept, "{json}");
        let newer = format!(r#"{{"later":{{}},{}"#, &json[1..]);
        assert_eq!(serde_json::from_str::<Facts>(&newer).unwrap(), kept, "{newer}");
    }
    assert_eq!(serde_json::from_str::<Facts>("{}").unwrap(), Facts::default());
}
