//! Planned faults: what they do to a request, and what the client is told.

use serde_json::{Value, json};

use super::{Play, RECEIVER, SENDER, Told};
use crate::world::request::Request;

const ON_CREATE: &str = "POST /guilds/{guildId}/trades";

fn create(play: &mut Play) -> Request {
    let body = json!({"crypto": "ltc", "sender": SENDER, "receiver": RECEIVER}).to_string();
    play.request("sender", "POST /guilds/100000000000000001/trades", &body)
}

fn fault(play: &mut Play, on: &str, kind: &str, more: Value) {
    let mut command = json!({"do": "fault", "on": on, "kind": kind});
    command.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    play.control(command);
}

fn release(play: &mut Play, id: &str) -> Told {
    play.ask("sender", &format!("POST /trades/{id}/action"), json!({"action": "release"}))
}

#[test]
fn a_failure_has_the_form_of_an_error_and_does_nothing() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    for (status, code, retry_after, header) in [
        (429, "rate_limited", json!(2), "2"),
        (500, "internal_error", json!("soon"), "soon"),
        (502, "bad_gateway", json!(0), "0"),
        (503, "service_unavailable", json!("Sun, 17 Mar 2030 18:46:40 GMT"), "Sun, 17 Mar 2030 18:46:40 GMT"),
        (504, "gateway_timeout", json!(1.5), "1.5"),
    ] {
        let more = json!({"status": status, "retry_after": retry_after});
        fault(&mut play, "POST /trades/{id}/action", "status", more);
        let told = release(&mut play, &id);
        assert_eq!(told.refusal(), (status, code));
        assert!(told.body["requestId"].is_string() && told.body["message"].is_string());
        assert_eq!(told.answer.headers, [("retry-after".to_owned(), Some(header.to_owned()))]);
        assert_eq!(play.control(json!({"do": "inspect", "trade": id}))["challenges"], json!([]));
    }
    assert_eq!(release(&mut play, &id).status, 201);
}

#[test]
fn a_failure_may_hide_that_it_was_done() {
    let mut play = Play::new();
    fault(&mut play, ON_CREATE, "status", json!({"status": 504, "processed": true}));
    let request = create(&mut play);
    assert_eq!(play.send(request.clone()).status, 504);
    assert_eq!(play.world.trades.len(), 1);
    assert_eq!(play.send(request).status, 201, "the key knows the true answer");
    assert_eq!(play.world.trades.len(), 1);
}

#[test]
fn a_window_lasts_for_virtual_time() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let path = format!("/trades/{id}");
    fault(&mut play, "GET /trades/{id}", "status", json!({"status": 503, "seconds": 30}));
    for _ in 0..3 {
        assert_eq!(play.get("sender", &path).status, 503);
    }
    play.control(json!({"do": "advance", "seconds": 29.9}));
    assert_eq!(play.get("receiver", &path).status, 503);
    play.control(json!({"do": "advance", "seconds": 0.1}));
    assert_eq!(play.get("sender", &path).status, 200);
}

#[test]
fn html_comes_as_success_and_as_error() {
    let mut play = Play::new();
    for (more, status, trades) in [
        (json!({}), 200, 0),
        (json!({"status": 502, "processed": true, "retry_after": 1}), 502, 1),
        (json!({"status": 403, "processed": false}), 403, 1),
    ] {
        fault(&mut play, ON_CREATE, "html", more);
        let request = create(&mut play);
        let told = play.send(request);
        assert_eq!((told.status, &told.body, play.world.trades.len()), (status, &Value::Null, trades));
        assert!(told.answer.body.starts_with("<!doctype html>"));
        let media_type = ("content-type".to_owned(), Some("text/html; charset=utf-8".to_owned()));
        assert!(told.answer.headers.contains(&media_type));
    }
}

#[test]
fn some_requests_pass_first() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    fault(&mut play, "GET /trades/{id}", "status", json!({"status": 500, "skip": 2, "times": 2}));
    fault(&mut play, "GET /trades/{id}", "html", json!({"skip": 1}));
    let path = format!("/trades/{id}");
    let seen: Vec<_> = (0..6).map(|_| play.get("sender", &path)).collect();
    assert_eq!(seen.iter().map(|told| told.status).collect::<Vec<_>>(), [200, 200, 500, 500, 200, 200]);
    assert!(seen[1].body.is_null(), "the second plan counts the requests that pass the first: {seen:?}");
}

#[test]
fn the_weather_can_clear_up() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    fault(&mut play, "GET /trades/{id}", "status", json!({"status": 500, "seconds": 3600}));
    fault(&mut play, "GET /trades/{id}", "delayed", json!({"times": 9}));
    assert_eq!(play.get("sender", &format!("/trades/{id}")).status, 500);
    play.control(json!({"do": "calm"}));
    assert_eq!(play.get("sender", &format!("/trades/{id}")).status, 200);
}

#[test]
fn the_counterparty_may_be_faster() {
    let mut play = Play::new();
    let id = play.trade("waitingTermsAcceptance");
    let terms = play.seen("sender", &id)["terms"].clone();
    let act = json!({"user": "receiver", "act": "set_terms", "text": "no refunds"});
    fault(&mut play, "POST /trades/{id}/terms/confirm", "overtaken", json!({"act": act}));
    let body = json!({"sender": null, "receiver": null, "version": terms["version"]});
    let told = play.ask("sender", &format!("POST /trades/{id}/terms/confirm"), body);
    assert_eq!(told.refusal(), (409, "stale_revision"));
    assert_eq!(play.seen("sender", &id)["terms"]["receiver"]["text"], "no refunds");
    assert_eq!(play.control(json!({"do": "requests"}))[1]["fault"], "overtaken");
}

#[test]
fn an_impossible_move_is_told_and_not_made() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let act = json!({"user": "receiver", "act": "confirm_terms"});
    fault(&mut play, "POST /trades/{id}/action", "overtaken", json!({"act": act, "times": 2}));
    assert_eq!(release(&mut play, &id).status, 201);
    release(&mut play, "1");
    let seen = play.control(json!({"do": "requests"}));
    let fault = |index: usize| seen[index]["fault"].as_str().unwrap();
    assert!(fault(0).contains("not moved") && fault(0).contains("waitingTermsAcceptance"), "{seen}");
    assert!(fault(1).contains("no such trade"), "{seen}");
}

#[test]
fn the_record_names_the_fault() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    for kind in ["lost_before", "lost_after", "cut_body", "slow", "slow_body", "delayed", "html", "duplicate"]
    {
        fault(&mut play, "GET /trades/{id}", kind, json!({}));
        let request = play.request("sender", &format!("GET /trades/{id}"), "");
        play.receive(request);
        assert_eq!(play.control(json!({"do": "requests", "clear": true}))[0]["fault"], kind);
    }
    play.get("sender", &format!("/trades/{id}"));
    assert_eq!(play.control(json!({"do": "requests"}))[0]["fault"], json!(null));
}

#[test]
fn a_wrong_fault_says_what_would_be_right() {
    let mut play = Play::new();
    for (more, advice) in [
        (json!({"kind": "status"}), "429, 500, 502, 503 or 504"),
        (json!({"kind": "status", "status": 418}), "`answer` gives any other"),
        (json!({"kind": "status", "status": 500, "times": 1, "seconds": 1}), "not both"),
        (json!({"kind": "status", "status": 500, "times": 0}), "1 or more"),
        (json!({"kind": "status", "status": 500, "seconds": -1}), "from 0 to"),
        (json!({"kind": "status", "status": 500, "retry_after": [1]}), "a number or a text"),
        (json!({"kind": "status", "status": 500, "retry_after": "a\nb"}), "header value"),
        (
            json!({"kind": "status", "status": 500, "answer": "first"}),
            "which takes times, skip, seconds, status",
        ),
        (json!({"kind": "html", "status": 204}), "200 or an error's"),
        (json!({"kind": "lost_after", "processed": true}), "processed does not belong"),
        (json!({"kind": "delayed", "seconds": 1e9}), "from 0 to"),
        (json!({"kind": "delayed", "skip": -1}), "invalid value"),
        (json!({"kind": "duplicate", "answer": "third"}), "`first` or `second`"),
        (json!({"kind": "overtaken"}), "{user, act, role?, text?, address?}"),
        (json!({"kind": "overtaken", "act": {"user": "nobody", "act": "release"}}), "stranger"),
        (json!({"kind": "overtaken", "act": {"user": "sender", "act": "create"}}), "choose_role"),
        (json!({"kind": "overtaken", "act": {"user": "sender", "act": "choose_role"}}), "needs a role"),
        (
            json!({"kind": "overtaken", "act": {"user": "sender", "act": "release", "text": "x"}}),
            "leave it out",
        ),
        (
            json!({"kind": "overtaken", "on": ON_CREATE, "act": {"user": "sender", "act": "release"}}),
            "requests on a trade",
        ),
    ] {
        let mut command = json!({"do": "fault", "on": "GET /trades/{id}"});
        command.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let error = play.refused(command.clone());
        assert!(error.contains(advice), "{command} said: {error}");
    }
}
