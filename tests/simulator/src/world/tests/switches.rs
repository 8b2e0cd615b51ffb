//! The switches: each question that the API page leaves open, both ways.

use serde_json::{Value, json};

use super::{LTC_ADDRESS, Play, RECEIVER, Told};
use crate::world::request::Request;
use crate::world::serve::Step;

fn switch(play: &mut Play, name: &str, value: Value) {
    let settings = play.control(json!({"do": "settings", name: value}));
    assert_eq!(settings[name], value);
}

fn advance(play: &mut Play, seconds: f64) {
    play.control(json!({"do": "advance", "seconds": seconds}));
}

fn last_event(play: &mut Play, id: &str) -> i64 {
    play.control(json!({"do": "inspect", "trade": id}))["last_event"].as_i64().unwrap()
}

fn challenge(play: &mut Play, id: &str) -> Value {
    play.ask("sender", &format!("POST /trades/{id}/action"), json!({"action": "release"})).body
}

fn confirmation(play: &mut Play, id: &str, challenge: &Value) -> Request {
    let body = json!({
        "action": "release", "recipient": RECEIVER, "confirmationCode": challenge["confirmationCode"],
    });
    play.request("sender", &format!("POST /trades/{id}/confirm-action"), &body.to_string())
}

fn claim(play: &mut Play, user: &str, id: &str) -> Told {
    let route = format!("POST /trades/{id}/claim-funds");
    let mut body = play.ask(user, &route, json!({"address": LTC_ADDRESS, "crypto": "ltc"})).body;
    body.as_object_mut().unwrap().remove("expiresAt");
    play.ask(user, &format!("POST /trades/{id}/confirm-claim"), body)
}

/// The status of executions and trade that events told after an offset.
fn told(play: &mut Play, id: &str, offset: i64) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let events = play.events("sender", id, offset);
    let of = |event: &Value| {
        text(&event["changes"]["execution"]["status"]).or_else(|| text(&event["changes"]["status"]))
    };
    events.iter().map(|event| of(event).unwrap()).collect()
}

#[test]
fn executions_complete_fail_or_wait() {
    for (executions, expected) in [
        ("complete", vec!["pending", "processing", "completed", "completed"]),
        ("fail", vec!["pending", "processing", "failed"]),
        ("hold", vec!["pending"]),
    ] {
        let mut play = Play::new();
        switch(&mut play, "executions", json!(executions));
        let id = play.trade("waitingAddress");
        let offset = last_event(&mut play, &id);
        assert_eq!(claim(&mut play, "receiver", &id).status, 202);
        advance(&mut play, 1.0);
        assert_eq!(told(&mut play, &id, offset), expected);
        let execution = play.control(json!({"do": "inspect", "trade": id}))["execution"].clone();
        assert_eq!(
            (&execution["held"], execution["reason"].is_string()),
            (&json!(executions == "hold"), executions == "fail")
        );
    }
}

#[test]
fn a_failed_claim_can_succeed_later() {
    let mut play = Play::new();
    switch(&mut play, "executions", json!("fail"));
    let id = play.trade("waitingAddress");
    claim(&mut play, "receiver", &id);
    advance(&mut play, 1.0);
    switch(&mut play, "executions", json!("complete"));
    assert_eq!(claim(&mut play, "receiver", &id).status, 202);
    advance(&mut play, 1.0);
    let seen = play.control(json!({"do": "inspect", "trade": id}));
    assert_eq!((&seen["closed"]["outcome"], &seen["effects"]["executions"]), (&json!("released"), &json!(2)));
    assert_eq!(play.control(json!({"do": "check"})), json!([]));
}

#[test]
fn an_accepted_claim_can_be_silent_for_a_while() {
    for executions in ["complete", "hold"] {
        let mut play = Play::new();
        switch(&mut play, "execution_silence", json!(300));
        switch(&mut play, "executions", json!(executions));
        let id = play.trade("waitingAddress");
        let offset = last_event(&mut play, &id);
        claim(&mut play, "receiver", &id);
        advance(&mut play, 299.0);
        assert!(told(&mut play, &id, offset).is_empty());
        let body = json!({"address": LTC_ADDRESS, "crypto": "ltc"});
        let again = play.ask("receiver", &format!("POST /trades/{id}/claim-funds"), body);
        assert_eq!(again.refusal(), (409, "wrong_state"), "it is accepted nevertheless");
        advance(&mut play, 1.0);
        assert_eq!(told(&mut play, &id, offset), ["pending"]);
        advance(&mut play, 1.0);
        assert_eq!(told(&mut play, &id, offset).len(), if executions == "hold" { 1 } else { 4 });
    }
}

#[test]
fn a_claim_may_change_the_status() {
    let mut play = Play::new();
    switch(&mut play, "claim_status", json!("sending"));
    for (until, user, ends, expected) in [
        ("waitingAddress", "receiver", "completed", vec!["sending", "pending", "completed", "completed"]),
        (
            "waitingReturnAddress",
            "sender",
            "failed",
            vec!["sending", "pending", "failed", "waitingReturnAddress"],
        ),
        (
            "waitingReduceAmountAddress",
            "sender",
            "completed",
            vec!["sending", "pending", "completed", "waitingAction"],
        ),
    ] {
        switch(&mut play, "executions", json!("hold"));
        let id = play.trade(until);
        let offset = last_event(&mut play, &id);
        claim(&mut play, user, &id);
        assert_eq!(play.seen("receiver", &id)["status"], "sending");
        play.control(json!({"do": "execution", "trade": id, "status": ends}));
        assert_eq!(told(&mut play, &id, offset), expected, "{until}");
        if ends == "failed" {
            assert_eq!(play.seen("receiver", &id)["status"], until, "as before the claim");
        }
    }
    switch(&mut play, "claim_status", json!("unchanged"));
    let id = play.trade("waitingAddress");
    claim(&mut play, "receiver", &id);
    assert_eq!(play.seen("receiver", &id)["status"], "waitingAddress");
}

#[test]
fn events_can_be_without_changes() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    switch(&mut play, "empty_changes", json!(true));
    assert!(play.events("sender", &id, 0).iter().all(|event| event["changes"] == json!({})));
    switch(&mut play, "empty_changes", json!(false));
    assert!(play.events("sender", &id, 0).iter().all(|event| event["changes"] != json!({})));
}

#[test]
fn clocks_can_be_wrong() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let now = play.world.now();
    assert_eq!(play.world.told_date(), Some(now));
    for skew in [600, -600] {
        switch(&mut play, "date_skew", json!(skew));
        switch(&mut play, "expiry_skew", json!(skew));
        assert_eq!(play.world.told_date(), Some(now + skew * 1000));
        let challenge = challenge(&mut play, &id);
        assert_eq!(challenge["expiresAt"], now / 1000 + 60 + skew);
    }
    let challenge = challenge(&mut play, &id);
    advance(&mut play, 59.0);
    let request = confirmation(&mut play, &id, &challenge);
    assert_eq!(play.send(request).status, 200, "what is told does not change what is");
    switch(&mut play, "send_date", json!(false));
    assert_eq!(play.world.told_date(), None);
}

#[test]
fn an_aborted_poll_may_hold_its_slot() {
    for (aborted_poll, status) in [(0, 200), (30, 429)] {
        let mut play = Play::new();
        switch(&mut play, "aborted_poll", json!(aborted_poll));
        let id = play.trade("waitingReceive");
        let offset = last_event(&mut play, &id);
        for _ in 0..2 {
            let request = play.request("sender", &format!("GET /trades/{id}/events?offset={offset}"), "");
            let Step::Wait(poll) = play.receive(request).step else { panic!() };
            play.world.abandon(&poll);
        }
        assert_eq!(play.control(json!({"do": "inspect", "trade": id}))["polls"], 0);
        let again = format!("/trades/{id}/events");
        assert_eq!(play.get("sender", &again).status, status);
        assert_eq!(play.get("receiver", &again).status, 200);
        advance(&mut play, 30.0);
        assert_eq!(play.get("sender", &again).status, 200);
    }
}

#[test]
fn reads_may_lag_behind() {
    let mut play = Play::new();
    let id = play.trade("waitingReceive");
    advance(&mut play, 100.0);
    switch(&mut play, "stale_reads", json!(10));
    let offset = last_event(&mut play, &id);
    play.control(json!({"do": "deposit", "trade": id, "amount": "0.5"}));
    let request = play.request("sender", &format!("GET /trades/{id}/events?offset={offset}"), "");
    let Step::Wait(poll) = play.receive(request).step else { panic!() };
    assert!(play.world.look_again(&poll).is_none());
    assert_eq!(play.world.patience(&poll), 10_000);
    advance(&mut play, 9.0);
    assert_eq!(play.seen("sender", &id)["status"], "waitingReceive");
    assert_eq!(play.world.patience(&poll), 1000);
    let snapshot = play.get("sender", &format!("/trades/{id}/events")).body;
    assert_eq!(
        (&snapshot["nextOffset"], &snapshot["events"][0]["trade"]["status"]),
        (&json!(offset), &json!("waitingReceive"))
    );
    advance(&mut play, 1.0);
    assert_eq!(play.seen("sender", &id)["status"], "waitingConfirmations");
    assert!(play.world.look_again(&poll).is_some());
    play.control(json!({"do": "close", "trade": id, "outcome": null}));
    advance(&mut play, 9.0);
    assert_eq!(play.seen("sender", &id)["status"], "waitingConfirmations", "the close is not seen yet");
    advance(&mut play, 1.0);
    assert_eq!(play.get("sender", &format!("/trades/{id}")).status, 404);
}

#[test]
fn versions_of_terms_may_recur() {
    for (terms_version, recurs) in [("random", false), ("of_texts", true)] {
        let mut play = Play::new();
        switch(&mut play, "terms_version", json!(terms_version));
        let id = play.trade("waitingTermsAcceptance");
        let mut version = |text: Value| {
            let mut command = json!({"do": "act", "trade": id, "user": "sender", "act": "set_terms"});
            if text.is_string() {
                command["text"] = text;
            }
            play.control(command);
            play.seen("sender", &id)["terms"]["version"].clone()
        };
        let (first, second) = (version(json!("a")), version(json!("b")));
        assert_ne!(first, second);
        assert_eq!(version(json!("a")) == first, recurs, "{terms_version}");
        let none = version(Value::Null);
        assert!(none != first && none != version(json!("")), "no text is not an empty one");
    }
}

#[test]
fn a_wrong_switch_changes_nothing_and_says_what_would_be_right() {
    let mut play = Play::new();
    let before = play.control(json!({"do": "settings"}));
    for (name, value, advice) in [
        ("executions", json!("explode"), "`complete`, `fail`, `hold`"),
        ("keys_kept", json!(-1), "keys_kept: seconds must be from 0 to"),
        ("date_skew", json!(1e12 as i64), "date_skew: seconds must be from -31536000 to"),
        ("date_skew", json!("late"), "date_skew: invalid type: string"),
        ("in_flight", json!("wait"), "`process` or `conflict`"),
        ("failed_answers", json!(true), "failed_answers"),
        ("hide_closed", json!(1), "hide_closed: invalid type: integer `1`, expected a boolean"),
        ("gravity", json!(9), "unknown field `gravity`"),
    ] {
        let error = play.refused(json!({"do": "settings", "empty_changes": true, name: value}));
        assert!(error.contains(advice), "{name} said: {error}");
        assert_eq!(play.control(json!({"do": "settings"})), before);
    }
    assert_eq!(play.control(json!({"do": "settings", "hide_closed": null})), before, "null is not given");
    let twice = r#"{"do":"settings","keys_kept":1,"keys_kept":2}"#;
    assert!(crate::control::run(&mut play.world, twice).unwrap_err().contains("there twice"));
}
