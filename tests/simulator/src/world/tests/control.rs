//! The control surface itself: what it refuses, what it shows, what it plans.

use serde_json::json;

use super::{Play, SENDER};
use crate::world::plans::Fault;
use crate::world::serve::Step;

#[test]
fn a_command_that_is_wrong_says_what_would_be_right() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    for (command, advice) in [
        (json!({"do": "fly"}), "open_trade"),
        (json!({"trade": id}), "`do` must be one of"),
        (json!([]), "a command is a JSON object"),
        (json!({"do": "now", "seconds": 1}), "it takes no arguments"),
        (json!({"do": "deposit", "trade": id}), "missing field `amount`"),
        (json!({"do": "deposit", "trade": id, "amount": "0.5", "when": 1}), "unknown field `when`"),
        (json!({"do": "deposit", "trade": id, "amount": 0.5}), "expected a string"),
        (json!({"do": "deposit", "trade": id, "amount": "0.5"}), "waitingReceive"),
        (json!({"do": "deposit", "trade": "1", "amount": "0.5"}), "there is no trade 1"),
        (json!({"do": "deposit", "trade": id, "amount": "1,5"}), "JSON number"),
        (json!({"do": "confirm_deposit", "trade": id}), "waitingConfirmations"),
        (json!({"do": "advance", "seconds": -1}), "forward"),
        (json!({"do": "open_trade", "until": "paid"}), "waitingAction"),
        (json!({"do": "open_trade", "sender": "nobody"}), "stranger"),
        (json!({"do": "open_trade", "receiver": "bot"}), "no bots"),
        (json!({"do": "open_trade", "crypto": "doge"}), "doge"),
        (json!({"do": "open_trade", "sender_terms": 5}), "sender_terms must be a string"),
        (json!({"do": "act", "trade": id, "user": "stranger", "act": "release"}), "no participant"),
        (json!({"do": "act", "trade": id, "user": "receiver", "act": "release"}), "Only the sender"),
        (
            json!({"do": "act", "trade": id, "user": "sender", "act": "release", "role": "sender"}),
            "leave it out",
        ),
        (json!({"do": "set_crypto", "crypto": "doge", "enabled": true}), "pol_usdce"),
        (json!({"do": "revoke_token", "token": "x"}), "no such token"),
        (json!({"do": "add_user", "id": "7"}), "17 to 20 digits"),
        (json!({"do": "add_user", "token": "sim-token-sender"}), "belongs to"),
        (json!({"do": "patch", "trade": id, "raw": {"amount": "1e"}}), "valid JSON"),
        (json!({"do": "answer", "on": "GET /trade", "status": 500, "body": ""}), "GET /trades/{id}"),
        (json!({"do": "answer", "on": "GET /stats", "status": 99, "body": ""}), "from 200 to 599"),
        (
            json!({"do": "answer", "on": "GET /stats", "status": 500, "body": "", "headers": {"a b": "c"}}),
            "header",
        ),
        (json!({"do": "fault", "on": "GET /stats", "kind": "explode"}), "lost_before"),
        (
            json!({"do": "fault", "on": "GET /stats", "kind": "cut_body", "seconds": 1}),
            "which takes times, skip",
        ),
        (json!({"do": "fault", "on": "GET /stats", "kind": "slow", "times": 0}), "1 or more"),
        (json!({"do": "close", "trade": id}), "missing field `outcome`"),
        (json!({"do": "execution", "trade": id, "status": "completed"}), "no transfer is under way"),
        (json!({"do": "settings", "hide_closed": 1}), "boolean"),
    ] {
        let error = play.refused(command.clone());
        assert!(error.contains(advice), "{command} said: {error}");
    }
}

#[test]
fn a_trade_can_be_brought_to_every_status() {
    let mut play = Play::new();
    play.control(json!({"do": "settings", "hide_closed": false}));
    for status in [
        "waitingIdentification",
        "waitingTermsAcceptance",
        "waitingReceive",
        "waitingConfirmations",
        "waitingAction",
        "waitingReduceAmountAddress",
        "waitingReturnAddress",
        "waitingAddress",
        "completed",
    ] {
        let id = play.trade_with(
            json!({"until": status, "sender_terms": "a", "sender": "receiver", "receiver": SENDER}),
        );
        let seen = play.seen("sender", &id);
        assert_eq!((&seen["status"], &seen["receiver"]), (&json!(status), &json!(SENDER)));
        if status != "waitingIdentification" {
            assert_eq!(seen["terms"]["sender"]["text"], "a");
        }
    }
}

#[test]
fn people_can_be_added() {
    let mut play = Play::new();
    let added = play.control(json!({"do": "add_user"}));
    let id = added["id"].as_str().unwrap().to_owned();
    assert_eq!(added["token"], format!("sim-token-{id}"));
    let trade = play.trade_with(json!({"receiver": id}));
    let mut request = play.request("sender", &format!("GET /trades/{trade}"), "");
    request.headers.insert("authorization".into(), format!("Bearer sim-token-{id}"));
    assert_eq!(play.send(request).status, 200);
    let bot = play.control(json!({"do": "add_user", "id": "300000000000000000", "bot": true}));
    assert_eq!(bot, json!({"id": "300000000000000000", "token": null}));
    play.control(json!({"do": "add_user", "id": SENDER, "token": "another-token"}));
    let mut request = play.request("sender", &format!("GET /trades/{trade}"), "");
    request.headers.insert("authorization".into(), "Bearer another-token".into());
    assert_eq!(play.send(request).status, 200, "one user, two tokens");
    assert!(play.control(json!({"do": "world"}))["users"].get(&id).is_some());
}

#[test]
fn patches_go_out_verbatim() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    play.control(json!({"do": "patch", "trade": id, "raw": {
        "amount": "12345678901234567.12345678", "status": "\"waitingForGodot\"", "mood": "{\"good\":1.0}", "fees": null,
    }}));
    let body = play.get("sender", &format!("/trades/{id}")).answer.body;
    for part in
        [r#""amount":12345678901234567.12345678,"#, r#""status":"waitingForGodot""#, r#""mood":{"good":1.0}"#]
    {
        assert!(body.contains(part), "{part} in {body}");
    }
    assert!(!body.contains("\"fees\""));
    play.control(json!({"do": "patch", "trade": id, "raw": {"mood.good": "2"}}));
    assert!(play.get("sender", &format!("/trades/{id}")).answer.body.contains(r#""mood":{"good":2}"#));
    play.control(json!({"do": "lock", "trade": id, "locked": false}));
    assert_eq!(play.events("receiver", &id, 0).pop().unwrap()["trade"]["status"], "waitingForGodot");
}

#[test]
fn an_unknown_crypto_can_be_claimed_in() {
    let mut play = Play::new();
    let id = play.trade("waitingAddress");
    play.control(json!({"do": "patch", "trade": id, "raw": {"crypto": "\"xmr\""}}));
    let claim =
        |crypto: &str| json!({"address": "4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx", "crypto": crypto});
    let route = format!("POST /trades/{id}/claim-funds");
    assert_eq!(play.ask("receiver", &route, claim("ltc")).refusal(), (422, "unsupported_crypto"));
    assert_eq!(play.ask("receiver", &route, claim("xmr")).body["crypto"], "xmr");
}

#[test]
fn canned_answers_come_in_order_and_process_nothing() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let on = "POST /trades/{id}/action";
    play.control(json!({"do": "answer", "on": on, "status": 503, "body": "<html>", "headers": {"Retry-After": "2"}, "times": 2}));
    play.control(json!({"do": "answer", "on": on, "status": 500, "body": "", "processed": true}));
    let ask = |play: &mut Play| {
        play.ask("sender", &format!("POST /trades/{id}/action"), json!({"action": "release"}))
    };
    for _ in 0..2 {
        let told = ask(&mut play);
        assert_eq!((told.status, told.answer.body.as_str()), (503, "<html>"));
        assert_eq!(told.answer.headers, [("retry-after".to_owned(), Some("2".to_owned()))]);
    }
    assert_eq!(play.control(json!({"do": "inspect", "trade": id}))["challenges"], json!([]));
    assert_eq!(ask(&mut play).status, 500);
    assert_eq!(play.control(json!({"do": "inspect", "trade": id}))["challenges"][0]["action"], "release");
    assert_eq!(ask(&mut play).status, 201);
}

#[test]
fn faults_say_whether_the_request_was_done() {
    let mut play = Play::new();
    let body = json!({"crypto": "ltc", "sender": SENDER, "receiver": super::RECEIVER}).to_string();
    let on = "POST /guilds/{guildId}/trades";
    for (kind, made, expected) in [
        ("lost_before", 0, None),
        ("lost_after", 1, Some(Fault::LostAfter)),
        ("cut_body", 2, Some(Fault::CutBody)),
        ("slow", 3, Some(Fault::Slow(1000))),
    ] {
        play.control(json!({"do": "fault", "on": on, "kind": kind}));
        let request = play.request("sender", "POST /guilds/100000000000000001/trades", &body);
        let reception = play.receive(request);
        assert_eq!(reception.fault, expected, "{kind}");
        assert_eq!(matches!(reception.step, Step::Hangup), expected.is_none());
        assert_eq!(play.world.trades.len(), made, "{kind}");
    }
}

#[test]
fn requests_are_recorded() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let request = play.request("receiver", &format!("GET /trades/{id}/events?offset=5&timeout=0"), "");
    let number = play.receive(request).number;
    play.world.record.answered(number, 200);
    play.ask_raw("nobody", "POST /trades", "{\"a\": 1}");
    let seen = play.control(json!({"do": "requests", "clear": true}));
    assert_eq!(seen[0]["path"], format!("/trades/{id}/events"));
    assert_eq!(
        (&seen[0]["route"], &seen[0]["query"]),
        (&json!("/trades/{id}/events"), &json!({"offset": "5", "timeout": "0"}))
    );
    assert_eq!(
        (&seen[0]["user"], &seen[0]["status"], &seen[0]["body"]),
        (&json!("receiver"), &json!(200), &json!(null))
    );
    assert_eq!(seen[0]["headers"]["authorization"], "Bearer sim-token-receiver");
    assert_eq!(
        (&seen[1]["user"], &seen[1]["status"], &seen[1]["body"]),
        (&json!(null), &json!(null), &json!("{\"a\": 1}"))
    );
    assert_eq!(play.control(json!({"do": "requests"})), json!([]));
    play.world.record.answered(number, 500);
}
