//! Deposits, release and return, and their challenges.

use serde_json::{Value, json};

use super::{Play, RECEIVER, SENDER, Told};

fn action(play: &mut Play, user: &str, id: &str, action: &str) -> Told {
    play.ask(user, &format!("POST /trades/{id}/action"), json!({"action": action}))
}

fn confirmation(challenge: &Value) -> Value {
    json!({
        "action": challenge["action"],
        "recipient": challenge["recipient"],
        "confirmationCode": challenge["confirmationCode"],
    })
}

#[test]
fn a_deposit_waits_for_the_confirmations_of_its_network() {
    let mut play = Play::new();
    for (crypto, seconds) in
        [("ltc", 150), ("btc", 600), ("eth_usdt", 120), ("sol", 12), ("bnb", 23), ("pol", 100)]
    {
        let id = play.trade_with(json!({"crypto": crypto, "until": "waitingReceive"}));
        let txid = play.control(json!({"do": "deposit", "trade": id, "amount": "0.10"}))["txid"].clone();
        let told = play.get("receiver", &format!("/trades/{id}"));
        assert_eq!((&told.body["status"], &told.body["txid"]), (&json!("waitingConfirmations"), &txid));
        assert!(told.answer.body.contains("\"amount\":0.10,"), "verbatim");
        for field in ["amountUsd", "fees", "feesUsd", "receivedAt"] {
            assert!(told.body[field].is_number(), "{field}");
        }
        play.control(json!({"do": "advance", "seconds": seconds - 1}));
        assert_eq!(play.seen("sender", &id)["status"], "waitingConfirmations", "{crypto}");
        play.control(json!({"do": "advance", "seconds": 1}));
        assert_eq!(play.seen("sender", &id)["status"], "waitingAction", "{crypto}");
    }
}

#[test]
fn confirmations_can_come_at_once() {
    let mut play = Play::new();
    let id = play.trade("waitingConfirmations");
    play.control(json!({"do": "confirm_deposit", "trade": id}));
    assert_eq!(play.seen("sender", &id)["status"], "waitingAction");
    play.control(json!({"do": "settings", "auto_confirm_deposit": true}));
    let id = play.trade("waitingReceive");
    play.control(json!({"do": "deposit", "trade": id, "amount": "5", "txid": "abc"}));
    let seen = play.seen("sender", &id);
    assert_eq!(
        (&seen["status"], &seen["txid"], &seen["amountUsd"]),
        (&json!("waitingAction"), &json!("abc"), &json!(462.5))
    );
}

#[test]
fn the_sender_releases_and_the_receiver_returns() {
    let mut play = Play::new();
    for (user, other, act, recipient, leads_to) in [
        ("sender", "receiver", "release", RECEIVER, "waitingAddress"),
        ("receiver", "sender", "return", SENDER, "waitingReturnAddress"),
    ] {
        let id = play.trade("waitingAction");
        assert_eq!(action(&mut play, other, &id, act).refusal(), (403, "forbidden"));
        let challenge = action(&mut play, user, &id, act);
        assert_eq!((challenge.status, &challenge.body["recipient"]), (201, &json!(recipient)));
        let confirm = format!("POST /trades/{id}/confirm-action");
        let stolen = play.ask(other, &confirm, confirmation(&challenge.body));
        assert_eq!(stolen.refusal(), (403, "forbidden"));
        let told = play.ask(user, &confirm, confirmation(&challenge.body));
        assert_eq!((told.status, &told.body["status"]), (200, &json!(leads_to)));
        assert_eq!(play.ask(user, &confirm, confirmation(&challenge.body)).refusal(), (409, "wrong_state"));
    }
}

#[test]
fn challenges_need_the_right_status() {
    let mut play = Play::new();
    for status in ["waitingIdentification", "waitingReceive", "waitingConfirmations", "waitingAddress"] {
        let id = play.trade(status);
        assert_eq!(action(&mut play, "sender", &id, "release").refusal(), (409, "wrong_state"), "{status}");
    }
    let id = play.trade("waitingAction");
    let told = action(&mut play, "sender", &id, "burn");
    assert_eq!((told.refusal(), told.field()), ((400, "invalid_request"), "action"));
}

#[test]
fn whatever_differs_from_the_challenge_is_a_mismatch() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let older = action(&mut play, "sender", &id, "release").body;
    let challenge = action(&mut play, "sender", &id, "release").body;
    let confirm = format!("POST /trades/{id}/confirm-action");
    assert_ne!(older["confirmationCode"], challenge["confirmationCode"]);
    assert_eq!(
        play.ask("sender", &confirm, confirmation(&older)).refusal(),
        (409, "confirmation_mismatch"),
        "voided"
    );
    for (name, value) in [("recipient", SENDER), ("confirmationCode", "guess")] {
        let mut body = confirmation(&challenge);
        body[name] = value.into();
        assert_eq!(play.ask("sender", &confirm, body).refusal(), (409, "confirmation_mismatch"), "{name}");
    }
    assert_eq!(play.ask("sender", &confirm, confirmation(&challenge)).status, 200);
}

#[test]
fn a_challenge_lives_for_sixty_seconds() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let confirm = format!("POST /trades/{id}/confirm-action");
    let challenge = action(&mut play, "sender", &id, "release").body;
    let now = play.control(json!({"do": "now"}))["now"].as_i64().unwrap();
    assert_eq!(challenge["expiresAt"].as_i64().unwrap(), now + 60);
    play.control(json!({"do": "advance", "seconds": 60}));
    assert_eq!(play.ask("sender", &confirm, confirmation(&challenge)).refusal(), (410, "challenge_expired"));
    let fresh = action(&mut play, "sender", &id, "release").body;
    play.control(json!({"do": "advance", "seconds": 59}));
    assert_eq!(play.ask("sender", &confirm, confirmation(&fresh)).status, 200);
}

#[test]
fn locked_funds_do_not_move() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let challenge = action(&mut play, "sender", &id, "release").body;
    play.control(json!({"do": "support", "trade": id, "open": true}));
    assert_eq!(play.seen("sender", &id)["fundControlsLocked"], true);
    assert_eq!(action(&mut play, "sender", &id, "release").refusal(), (409, "wrong_state"));
    let confirm = format!("POST /trades/{id}/confirm-action");
    assert_eq!(play.ask("sender", &confirm, confirmation(&challenge)).refusal(), (409, "wrong_state"));
    play.control(json!({"do": "support", "trade": id, "open": false}));
    assert_eq!(play.seen("sender", &id)["fundControlsLocked"], false);
    assert_eq!(play.ask("sender", &confirm, confirmation(&challenge)).status, 200);
    play.control(json!({"do": "lock", "trade": id, "locked": true}));
    let claim = json!({"address": super::LTC_ADDRESS, "crypto": "ltc"});
    assert_eq!(
        play.ask("receiver", &format!("POST /trades/{id}/claim-funds"), claim).refusal(),
        (409, "wrong_state")
    );
}

#[test]
fn staff_can_force_a_release_or_a_return() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    play.control(json!({"do": "force", "trade": id, "action": "return"}));
    assert_eq!(play.seen("sender", &id)["status"], "waitingReturnAddress");
    play.control(json!({"do": "force", "trade": id, "action": "release"}));
    assert_eq!(play.seen("sender", &id)["status"], "waitingAddress");
    let early = play.trade("waitingReceive");
    assert!(
        play.refused(json!({"do": "force", "trade": early, "action": "return"})).contains("waitingReceive")
    );
}
