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
        (r#""status":"waitingReturnAddress","fundControlsLocked":true"#, "blocked", "wait"),
        (r#""status":"waitingTermsAcceptance""#, "wait", "wait"),
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
    for status in ["waitingTermsAcceptance", "waitingReceive", "waitingAction", "waitingAddress"] {
        let trade = trade(&format!(
            r#""status":"{status}","address":"ltc1x","fundControlsLocked":true,"terms":{{"version":"a","sender":{{"confirmed":false}},"receiver":{{"confirmed":false}}}}"#
        ));
        assert_eq!(next_step(&trade, "3", &Known::default()), NextStep::Wait, "{status}");
    }
}

#[test]
fn only_the_roles_that_nobody_has_are_free() {
    let free = |fields: &str| {
        let trade = trade(&format!(r#""status":"waitingIdentification",{fields}"#));
        next_step(&trade, "3", &Known::default())
    };
    let both = NextStep::ChooseRole { free: vec![Role::Sender, Role::Receiver] };
    assert_eq!(free(r#""sender":null,"receiver":null"#), both);
    assert_eq!(free(r#""sender":null"#), NextStep::ChooseRole { free: vec![Role::Sender] });
    assert_eq!(free(r#""receiver":null"#), NextStep::ChooseRole { free: vec![Role::Receiver] });
}

#[test]
fn each_side_sees_its_own_terms_as_its_own() {
    let trade = trade(
        r#""status":"waitingTermsAcceptance","terms":{"version":"a","sender":{"text":"pay","confirmed":true},"receiver":{"confirmed":false}}"#,
    );
    let NextStep::Terms { mine, theirs, confirmed_by_me, confirmed_by_them } =
        next_step(&trade, "1", &Known::default())
    else {
        panic!("terms are to be confirmed");
    };
    assert_eq!((mine.as_ref().map(Text::as_str), theirs), (Some("pay"), None));
    assert_eq!((confirmed_by_me, confirmed_by_them), (true, false));
    let NextStep::Terms { mine, theirs, confirmed_by_me, confirmed_by_them } =
        next_step(&trade, "2", &Known::default())
    else {
        panic!("terms are to be confirmed");
    };
    assert_eq!((mine, theirs.as_ref().map(Text::as_str)), (None, Some("pay")));
    assert_eq!((confirmed_by_me, confirmed_by_them), (false, true));
}

#[test]
fn the_sender_is_told_where_and_what_to_pay_in() {
    let step = next_step(&trade(r#""status":"waitingReceive","address":"ltc1x""#), "1", &Known::default());
    assert_eq!(step, NextStep::Deposit { address: "ltc1x".into(), crypto: Crypto::Ltc });
}

#[test]
fn what_is_claimed_follows_from_the_status() {
    for (status, claimant, kind) in [
        ("waitingAddress", "2", ClaimKind::Payout),
        ("waitingReturnAddress", "1", ClaimKind::Return),
        ("waitingReduceAmountAddress", "1", ClaimKind::Reduction),
    ] {
        let trade = trade(&format!(r#""status":"{status}""#));
        assert_eq!(next_step(&trade, claimant, &Known::default()), NextStep::Claim { kind });
    }
    for status in ["waitingAction", "waitingReceive", "completed", "waitingForGodot"] {
        assert_eq!(ClaimKind::at(&TradeStatus::from(status)), None, "{status}");
    }
}

#[test]
fn nothing_that_is_pending_hides_behind_a_lock() {
    let locked = trade(r#""status":"waitingAddress","fundControlsLocked":true"#);
    let pending = Known { claim_pending: true, ..Known::default() };
    assert_eq!(next_step(&locked, "2", &pending), NextStep::PayoutPending);
    assert_eq!(next_step(&locked, "1", &pending), NextStep::Wait, "the claim is the receiver's");
}

#[test]
fn a_step_is_written_with_what_it_takes_to_act_on_it() {
    let said = |fields: &str, me: &str| {
        serde_json::to_string(&next_step(&trade(fields), me, &Known::default())).unwrap()
    };
    for (fields, me, json) in [
        (
            r#""status":"waitingIdentification","sender":null"#,
            "3",
            r#"{"step":"chooseRole","free":["sender"]}"#,
        ),
        (r#""status":"waitingIdentification""#, "1", r#"{"step":"confirmIdentification"}"#),
        (
            r#""status":"waitingTermsAcceptance","terms":{"version":"a","sender":{"text":"half \ud83d","confirmed":true},"receiver":{"confirmed":false}}"#,
            "2",
            r#"{"step":"terms","theirs":"half \ud83d","confirmedByMe":false,"confirmedByThem":true}"#,
        ),
        (
            r#""status":"waitingReceive","address":"ltc1x""#,
            "1",
            r#"{"step":"deposit","address":"ltc1x","crypto":"ltc"}"#,
        ),
        (r#""status":"waitingAction""#, "1", r#"{"step":"mayRelease"}"#),
        (r#""status":"waitingAction""#, "2", r#"{"step":"mayReturn"}"#),
        (r#""status":"waitingAddress""#, "2", r#"{"step":"claim","kind":"payout"}"#),
        (r#""status":"waitingReturnAddress""#, "1", r#"{"step":"claim","kind":"return"}"#),
        (r#""status":"waitingReduceAmountAddress""#, "1", r#"{"step":"claim","kind":"reduction"}"#),
        (r#""status":"waitingAddress""#, "1", r#"{"step":"wait"}"#),
        (r#""status":"waitingAction","fundControlsLocked":true"#, "1", r#"{"step":"blocked"}"#),
        (r#""status":"completed""#, "1", r#"{"step":"closed","outcome":"unknown"}"#),
        (r#""status":"waitingForGodot""#, "1", r#"{"step":"unknown","status":"waitingForGodot"}"#),
    ] {
        assert_eq!(said(fields, me), json);
    }
    assert_eq!(serde_json::to_string(&NextStep::PayoutPending).unwrap(), r#"{"step":"payoutPending"}"#);
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
