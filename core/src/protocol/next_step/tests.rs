use super::*;
use crate::protocol::fixtures::trade;

fn steps(fields: &str) -> (&'static str, &'static str) {
    let trade = trade(fields);
    let step = |me| next_step(&trade, me, &Known::default()).name();
    (step("1"), step("2"))
}

#[test]
fn each_status_tells_each_side_its_step() {
    for (fields, sender, receiver) in [
        (r#""status":"waitingIdentification""#, "confirmIdentification", "confirmIdentification"),
        (
            r#""status":"waitingIdentification","identificationConfirmedBy":["1"]"#,
            "wait",
            "confirmIdentification",
        ),
        (r#""status":"waitingIdentification","sender":null,"receiver":null"#, "chooseRole", "chooseRole"),
        (r#""status":"waitingIdentification","receiver":null"#, "wait", "chooseRole"),
        (r#""status":"waitingReceive","address":"ltc1x""#, "deposit", "wait"),
        (r#""status":"waitingReceive""#, "wait", "wait"),
        (r#""status":"waitingConfirmations""#, "wait", "wait"),
        (r#""status":"waitingAction""#, "mayRelease", "mayReturn"),
        (r#""status":"waitingAction","fundControlsLocked":true"#, "blocked", "blocked"),
        (r#""status":"waitingAddress""#, "wait", "claim"),
        (r#""status":"waitingReturnAddress""#, "claim", "wait"),
        (r#""status":"waitingReduceAmountAddress""#, "claim", "wait"),
        (r#""status":"waitingAddress","fundControlsLocked":true"#, "wait", "blocked"),
        (r#""status":"completed""#, "closed", "closed"),
        (r#""status":"waitingForGodot""#, "unknown", "unknown"),
    ] {
        assert_eq!(steps(fields), (sender, receiver), "{fields}");
    }
}

#[test]
fn a_stranger_waits_where_no_role_is_free() {
    let identifying = trade(r#""status":"waitingIdentification""#);
    assert_eq!(next_step(&identifying, "3", &Known::default()), NextStep::Wait);
}

#[test]
fn a_pending_claim_is_never_offered_again() {
    let claimed = trade(r#""status":"waitingAddress""#);
    let pending = Known { claim_pending: true, ..Known::default() };
    assert_eq!(next_step(&claimed, "2", &pending), NextStep::PayoutPending);
    let unsettled = Known { unsettled: true, ..Known::default() };
    assert_eq!(next_step(&claimed, "2", &unsettled), NextStep::PayoutPending);
}

#[test]
fn a_trade_known_as_closed_offers_nothing_whatever_the_snapshot() {
    let closed = Known { outcome: Some(Outcome::Released), ..Known::default() };
    let step = next_step(&trade(r#""status":"waitingAddress""#), "2", &closed);
    assert_eq!(step, NextStep::Closed { outcome: Outcome::Released });
}

#[test]
fn an_unsettled_release_is_not_offered_again() {
    let unsettled = Known { unsettled: true, ..Known::default() };
    assert_eq!(next_step(&trade(r#""status":"waitingAction""#), "1", &unsettled), NextStep::Wait);
}
