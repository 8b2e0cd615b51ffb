use super::*;
use crate::protocol::assumptions::CLAIM_SILENCE;
use crate::protocol::fixtures::{self, trade};

fn event(id: i64, kind: &str, changes: &str, status: &str) -> TradeEvent {
    fixtures::event(id, kind, changes, &format!(r#""status":"{status}""#))
}

fn execution(id: i64, execution_id: &str, state: &str, status: &str) -> TradeEvent {
    let changes = format!(r#"{{"execution":{{"executionId":"{execution_id}","status":"{state}"}}}}"#);
    event(id, "trade.fund.execution.updated", &changes, status)
}

fn read(events: &[TradeEvent], dead: bool) -> Proof<String> {
    claim("waitingAddress", events, &["old".to_owned()], dead)
        .map(|receipt| receipt.execution_id().to_owned())
}

#[test]
fn a_release_is_proven_by_the_status_and_disproven_by_it_only_past_the_challenges_death() {
    let at = |status: &str, dead| action(Action::Release, &trade(&format!(r#""status":"{status}""#)), dead);
    assert_eq!(at("waitingAddress", false), Proof::Done(()));
    assert_eq!(at("waitingAction", false), Proof::Nothing);
    assert_eq!(at("waitingAction", true), Proof::NotDone);
    assert_eq!(at("completed", true), Proof::Nothing);
    assert_eq!(at("waitingReturnAddress", true), Proof::Nothing);
}

fn death(expires_at: i64, dated: Option<i64>) -> Death {
    let (expires_at, dated) = (Timestamp::from_seconds(expires_at), dated.map(Timestamp::from_seconds));
    Death { expires_at, dated, attempt: Duration::from_secs(20) }
}

#[test]
fn a_return_is_proven_by_its_own_status_alone() {
    let at = |status: &str, dead| action(Action::Return, &trade(&format!(r#""status":"{status}""#)), dead);
    assert_eq!(at("waitingReturnAddress", false), Proof::Done(()));
    assert_eq!(at("waitingAction", false), Proof::Nothing);
    assert_eq!(at("waitingAction", true), Proof::NotDone);
    assert_eq!(at("waitingAddress", true), Proof::Nothing);
}

#[test]
fn only_what_is_done_is_changed_by_mapping() {
    assert_eq!(Proof::Done(2).map(|value| value + 1), Proof::Done(3));
    assert_eq!(Proof::<i32>::NotDone.map(|value| value + 1), Proof::NotDone);
    assert_eq!(Proof::<i32>::NotYet.map(|value| value + 1), Proof::NotYet);
    assert_eq!(Proof::<i32>::Nothing.map(|value| value + 1), Proof::Nothing);
}

#[test]
fn death_comes_after_the_expiry_by_one_attempt_and_a_margin() {
    let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let past = |death: Death, seconds, silence| death.is_past(at(seconds), silence);
    let (none, delay) = (Duration::ZERO, 20 + DEATH_MARGIN.as_secs());
    let usual = death(1060, Some(1000));
    assert_eq!(past(usual, 1060 + delay, none), Some(false));
    assert_eq!(past(usual, 1061 + delay, none), Some(true));
    assert_eq!(past(usual, 1061 + delay, CLAIM_SILENCE), Some(false));
    assert_eq!(past(usual, 1060 + delay + CLAIM_SILENCE.as_secs(), CLAIM_SILENCE), Some(false));
    assert_eq!(past(usual, 1061 + delay + CLAIM_SILENCE.as_secs(), CLAIM_SILENCE), Some(true));
}

#[test]
fn where_the_servers_clocks_differ_it_has_lived_for_as_long_as_any_does() {
    let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let delay = 20 + DEATH_MARGIN.as_secs();
    let ahead = death(460, Some(1000));
    assert_eq!(ahead.is_past(at(1060 + delay), Duration::ZERO), Some(false));
    assert_eq!(ahead.is_past(at(1061 + delay), Duration::ZERO), Some(true));
    let behind = death(1460, Some(1000));
    assert_eq!(
        behind.is_past(at(1460 + delay), Duration::ZERO),
        Some(false),
        "its own expiry counts all the same"
    );
    assert_eq!(behind.is_past(at(1461 + delay), Duration::ZERO), Some(true));
    assert_eq!(death(1060, None).is_past(at(9999), Duration::ZERO), None, "by no clock that is known");
}

#[test]
fn a_transfer_that_begins_after_the_offset_proves_a_claim() {
    assert_eq!(read(&[execution(5, "x", "pending", "waitingAddress")], false), Proof::Done("x".into()));
    let quick =
        [execution(5, "x", "completed", "waitingAddress"), event(6, "trade.closed", "{}", "completed")];
    assert_eq!(read(&quick, false), Proof::Done("x".into()));
}

#[test]
fn a_transfer_that_succeeded_is_the_claims_own_only_if_the_trade_moves_on_with_it() {
    let succeeded = |status: &str| execution(5, "x", "completed", status);
    assert_eq!(read(&[succeeded("completed")], true), Proof::Done("x".into()));
    assert_eq!(read(&[succeeded("waitingAddress")], true), Proof::Nothing);
    let harmless = event(6, "trade.support.updated", "{}", "waitingAddress");
    assert_eq!(read(&[succeeded("waitingAddress"), harmless], true), Proof::Nothing);
    let moved_before = event(4, "trade.status.changed", "{}", "waitingAction");
    assert_eq!(read(&[moved_before, succeeded("waitingAddress")], true), Proof::Nothing);
    let close = event(6, "trade.closed", "{}", "completed");
    for state in ["failed", "somehow"] {
        let events = [execution(5, "x", state, "waitingAddress"), close.clone()];
        assert_eq!(read(&events, true), Proof::Nothing, "{state}");
    }
}

#[test]
fn a_receipt_read_off_an_event_says_what_the_transfer_was_then() {
    let pending =
        [execution(5, "old", "failed", "waitingAddress"), execution(6, "x", "processing", "waitingAddress")];
    let Proof::Done(receipt) = claim("waitingAddress", &pending, &["old".to_owned()], false) else {
        panic!("a transfer began");
    };
    assert_eq!((receipt.execution_id(), receipt.status()), ("x", "pending"));
}

#[test]
fn a_gap_in_the_history_hides_whatever_it_may_have_held() {
    let gap = event(5, "trade.snapshot", "{}", "waitingAddress");
    assert_eq!(read(&[gap, execution(6, "x", "pending", "waitingAddress")], true), Proof::Nothing);
}

#[test]
fn a_late_report_of_another_transfer_proves_nothing() {
    for state in ["failed", "completed", "somehow", "pending", "processing"] {
        assert_eq!(read(&[execution(5, "old", state, "waitingAddress")], true), Proof::Nothing, "{state}");
    }
}

#[test]
fn a_transfer_that_begins_after_the_status_moved_on_is_another_sides() {
    let events = [
        event(5, "trade.status.changed", "{}", "waitingReturnAddress"),
        execution(6, "x", "pending", "waitingReturnAddress"),
    ];
    assert_eq!(read(&events, true), Proof::Nothing);
}

#[test]
fn whose_a_transfer_is_follows_from_the_phase_that_it_begins_in() {
    let moved_on = |status: &str| event(5, "trade.status.changed", "{}", status);
    for (status, expected) in [
        ("waitingAction", Proof::Nothing),
        ("waitingReturnAddress", Proof::Nothing),
        ("waitingReduceAmountAddress", Proof::Nothing),
        ("waitingAddress", Proof::Done("x".into())),
        // No funds wait there: nobody can have claimed since.
        ("waitingConfirmations", Proof::Done("x".into())),
        ("completed", Proof::Done("x".into())),
    ] {
        assert_eq!(
            read(&[moved_on(status), execution(6, "x", "pending", status)], true),
            expected,
            "{status}"
        );
        assert_eq!(read(&[execution(6, "x", "pending", status)], true), expected, "{status} at once");
    }
}

#[test]
fn a_transfer_may_end_a_claim_in_the_very_event_that_opens_the_next_phase() {
    let reduced = |events: &[TradeEvent]| {
        claim("waitingReduceAmountAddress", events, &[], true)
            .map(|receipt| receipt.execution_id().to_owned())
    };
    let ended = execution(5, "x", "completed", "waitingAction");
    assert_eq!(reduced(std::slice::from_ref(&ended)), Proof::Done("x".into()));
    let next_phase = event(4, "trade.status.changed", "{}", "waitingAction");
    assert_eq!(reduced(&[next_phase, ended]), Proof::Nothing, "told after that, it may be another's");
}

#[test]
fn a_claim_whose_transfer_failed_is_told_so_once_nothing_of_it_can_follow() {
    let events =
        [execution(5, "x", "pending", "waitingAddress"), execution(6, "x", "failed", "waitingAddress")];
    let told = |events: &[TradeEvent], dead| {
        claim("waitingAddress", events, &[], dead).map(|receipt| receipt.status().to_owned())
    };
    assert_eq!(told(&events, true), Proof::Done(FAILED.to_owned()));
    assert_eq!(told(&events, false), Proof::Nothing);
    let again = [&events[..], &[execution(7, "y", "pending", "waitingAddress")]].concat();
    assert_eq!(told(&again, false), Proof::Done("pending".to_owned()));
}

#[test]
fn a_failed_transfer_does_not_hide_what_may_be_another_of_the_claims() {
    let failed =
        [execution(5, "x", "pending", "waitingAddress"), execution(6, "x", "failed", "waitingAddress")];
    for later in [
        execution(7, "y", "initiated", "waitingAddress"),
        event(7, "trade.closed", r#"{"outcome":"released"}"#, "completed"),
        event(7, "trade.fund.execution.updated", "{}", "waitingAddress"),
    ] {
        let events = [&failed[..], std::slice::from_ref(&later)].concat();
        assert_eq!(read(&events, true), Proof::Nothing, "{later:?}");
    }
}

#[test]
fn silence_disproves_a_claim_only_past_its_death_and_in_unbroken_history() {
    assert_eq!(read(&[], false), Proof::Nothing);
    assert_eq!(read(&[], true), Proof::NotDone);
    for kind in ["trade.support.updated", "trade.terms.updated", "trade.identification.updated"] {
        assert_eq!(read(&[event(5, kind, "{}", "waitingAddress")], true), Proof::NotDone, "{kind}");
        assert_eq!(read(&[event(5, kind, "{}", "waitingAddress")], false), Proof::Nothing, "{kind}");
        assert_eq!(read(&[event(5, kind, "{}", "completed")], true), Proof::Nothing, "{kind}");
    }
    assert_eq!(read(&[event(5, "trade.status.changed", "{}", "completed")], true), Proof::Nothing);
    for kind in ["trade.snapshot", "trade.fund.execution.updated", "trade.closed", "trade.somehow"] {
        for changes in ["{}", "null", "[]"] {
            assert_eq!(read(&[event(5, kind, changes, "waitingAddress")], true), Proof::Nothing, "{kind}");
        }
    }
}

#[test]
fn history_proves_a_release_that_was_claimed_and_closed_since() {
    let events = [
        event(5, "trade.status.changed", "{}", "waitingAction"),
        event(6, "trade.status.changed", "{}", "waitingAddress"),
        event(9, "trade.closed", "{}", "completed"),
    ];
    let released = action_in_history(Action::Release, &events, Some(7), true);
    assert_eq!(released, Proof::Done(events[1].trade().clone()));
    assert_eq!(
        action_in_history(Action::Return, &events, Some(7), true),
        Proof::Nothing,
        "its beginning is missing"
    );
    let whole = [&[event(1, "trade.created", "{}", "waitingIdentification")][..], &events].concat();
    assert_eq!(action_in_history(Action::Return, &whole, Some(7), false), Proof::Nothing);
    assert_eq!(action_in_history(Action::Return, &whole, Some(7), true), Proof::NotDone);
    let broken = [&[event(4, "trade.snapshot", "{}", "waitingAction")][..], &events].concat();
    assert_eq!(action_in_history(Action::Return, &broken, Some(7), true), Proof::Nothing);
}

#[test]
fn history_that_lags_behind_the_trade_disproves_nothing() {
    // The trade itself was read as further on (that is why its history is looked at), its events don't show that yet.
    let events = [
        event(1, "trade.created", "{}", "waitingIdentification"),
        event(5, "trade.status.changed", "{}", "waitingAction"),
    ];
    assert_eq!(action_in_history(Action::Release, &events, Some(7), true), Proof::Nothing);
}

#[test]
fn of_a_trade_that_can_no_longer_be_read_only_its_close_makes_the_history_whole() {
    let untold = [
        event(1, "trade.created", "{}", "waitingIdentification"),
        event(5, "trade.status.changed", "{}", "waitingAction"),
        event(6, "trade.status.changed", "{}", "waitingReturnAddress"),
    ];
    assert_eq!(action_in_history(Action::Release, &untold, None, true), Proof::Nothing);
    let closed = [&untold[..], &[event(9, "trade.closed", "{}", "completed")]].concat();
    assert_eq!(action_in_history(Action::Release, &closed, None, true), Proof::NotDone);
}

#[test]
fn an_expiry_beyond_all_time_is_never_past() {
    assert_eq!(death(i64::MAX, Some(1000)).is_past(SystemTime::now(), CLAIM_SILENCE), Some(false));
}

/// A status that a newer server has may be one to claim at: a transfer there needn't be this claim's.
#[test]
fn a_transfer_at_an_unknown_status_proves_nothing_of_a_claim_before_it() {
    let moved = event(5, "trade.status.changed", "{}", "waitingFeeAddress");
    let later = execution(6, "x", "pending", "waitingFeeAddress");
    assert_eq!(read(&[moved, later], true), Proof::Nothing);
}
