//! How strictly requests are read, and what an Idempotency-Key does.

use serde_json::json;

use super::{Play, RECEIVER, SENDER};

const CREATE: &str = "POST /guilds/100000000000000001/trades";

fn create() -> String {
    json!({"crypto": "ltc", "sender": SENDER, "receiver": RECEIVER}).to_string()
}

#[test]
fn a_token_is_needed_and_must_be_known() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    for header in
        [None, Some("sim-token-sender"), Some("Basic sim-token-sender"), Some("Bearer "), Some("Bearer x")]
    {
        let mut request = play.request("sender", &format!("GET /trades/{id}"), "");
        match header {
            Some(value) => request.headers.insert("authorization".into(), value.into()),
            None => request.headers.remove("authorization"),
        };
        let told = play.send(request);
        assert_eq!(told.refusal(), (401, "unauthorized"), "{header:?}");
        assert!(
            told.body["requestId"].as_str().unwrap().starts_with("req_") && told.body["message"].is_string()
        );
    }
    let mut request = play.request("sender", &format!("GET /trades/{id}"), "");
    request.headers.insert("authorization".into(), "bearer sim-token-sender".into());
    assert_eq!(play.send(request).status, 200, "the scheme has no case");
    play.control(json!({"do": "revoke_token", "token": "sim-token-sender"}));
    assert_eq!(play.get("sender", &format!("/trades/{id}")).refusal(), (401, "unauthorized"));
}

#[test]
fn bodies_have_exactly_the_fields_of_the_page() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let action = format!("POST /trades/{id}/action");
    for (body, field) in [
        (r#"{}"#, "action"),
        (r#"{"action":1}"#, "action"),
        (r#"{"action":null}"#, "action"),
        (r#"{"action":"release","more":1}"#, "more"),
        (r#"{"action":"release","action":"release"}"#, "action"),
    ] {
        let told = play.ask_raw("sender", &action, body);
        assert_eq!((told.refusal(), told.field()), ((400, "invalid_request"), field), "{body}");
    }
    for body in ["", "[]", "null", "{", "{\"action\":\"release\"} x"] {
        assert_eq!(play.ask_raw("sender", &action, body).refusal(), (400, "invalid_request"), "{body}");
    }
    let mut request = play.request("sender", &action, r#"{"action":"release"}"#);
    request.body.push(0xff);
    assert_eq!(play.send(request).refusal(), (400, "invalid_request"), "not UTF-8");
    let identification = play.trade("waitingIdentification");
    for revision in [json!("3000"), json!(3000.5), json!(null)] {
        let body = json!({"role": "sender", "revision": revision});
        let told = play.ask("sender", &format!("PUT /trades/{identification}/identification"), body);
        assert_eq!((told.refusal(), told.field()), ((400, "invalid_request"), "revision"));
    }
}

#[test]
fn content_type_query_and_path_are_checked() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    for (media_type, status) in
        [("text/plain", 400), ("application/json; charset=utf-8", 201), ("Application/JSON", 201)]
    {
        let mut request =
            play.request("sender", &format!("POST /trades/{id}/action"), r#"{"action":"release"}"#);
        request.headers.insert("content-type".into(), media_type.into());
        assert_eq!(play.send(request).status, status, "{media_type}");
    }
    let told = play.get("sender", &format!("/trades/{id}?verbose=1"));
    assert_eq!((told.refusal(), told.field()), ((400, "invalid_request"), "verbose"));
    for route in ["GET /trade", "DELETE /stats", "GET /", "POST /trades"] {
        assert_eq!(play.ask_raw("sender", route, "").refusal(), (404, "not_found"), "{route}");
    }
}

#[test]
fn a_key_is_needed_and_has_a_length() {
    let mut play = Play::new();
    for (key, status) in [(None, 400), (Some(7), 400), (Some(8), 201), (Some(128), 201), (Some(129), 400)] {
        let mut request = play.request("sender", CREATE, &create());
        match key {
            Some(length) => request.headers.insert("idempotency-key".into(), "k".repeat(length)),
            None => request.headers.remove("idempotency-key"),
        };
        let told = play.send(request);
        assert_eq!(told.status, status, "{key:?}");
        assert_eq!(told.field(), if status == 400 { "Idempotency-Key" } else { "" });
    }
}

#[test]
fn the_same_request_under_the_same_key_happens_once() {
    let mut play = Play::new();
    let request = play.request("sender", CREATE, &create());
    let first = play.send(request.clone());
    assert_eq!(play.send(request.clone()).body, first.body);
    assert_eq!(play.world.trades.len(), 1);

    let mut other = request.clone();
    other.body.push(b' ');
    assert_eq!(play.send(other).refusal(), (409, "idempotency_conflict"));
    let mut theirs = request.clone();
    theirs.headers.insert("authorization".into(), "Bearer sim-token-receiver".into());
    assert_ne!(play.send(theirs).body, first.body, "a key belongs to its token");

    play.control(json!({"do": "advance", "seconds": 24 * 3600 - 1}));
    assert_eq!(play.send(request.clone()).body, first.body);
    play.control(json!({"do": "advance", "seconds": 1}));
    assert_ne!(play.send(request).body, first.body, "keys are kept for a day");
}

#[test]
fn refusals_are_stored_under_the_key_too() {
    let mut play = Play::new();
    play.control(json!({"do": "set_crypto", "crypto": "ltc", "enabled": false}));
    let request = play.request("sender", CREATE, &create());
    let refused = play.send(request.clone());
    assert_eq!(refused.refusal(), (422, "unsupported_crypto"));
    play.control(json!({"do": "set_crypto", "crypto": "ltc", "enabled": true}));
    assert_eq!(play.send(request).body, refused.body, "request id and all");
}

#[test]
fn a_confirmed_action_replays_its_first_answer() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let challenge =
        play.ask("sender", &format!("POST /trades/{id}/action"), json!({"action": "release"})).body;
    let body = json!({
        "action": "release", "recipient": RECEIVER, "confirmationCode": challenge["confirmationCode"],
    });
    let request = play.request("sender", &format!("POST /trades/{id}/confirm-action"), &body.to_string());
    let first = play.send(request.clone());
    play.control(json!({"do": "advance", "seconds": 3600}));
    let again = play.send(request);
    assert_eq!((again.status, again.body), (200, first.body), "long after the challenge expired");
}
