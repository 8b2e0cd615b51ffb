//! Planned faults: what they do to a request, and what the client is told.

use serde_json::{Value, json};

use super::{Play, RECEIVER, SENDER, Told};
use crate::world::refusal::Answer;
use crate::world::request::Request;
use crate::world::serve::Step;

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

fn later(step: Step) -> tokio::sync::oneshot::Receiver<Step> {
    match step {
        Step::Later(outcome) => outcome,
        other => panic!("should come later, not {other:?}"),
    }
}

fn answer(step: Step) -> Answer {
    match step {
        Step::Answer(answer) => answer,
        other => panic!("should be an answer, not {other:?}"),
    }
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
fn a_delayed_request_is_done_in_its_own_moment() {
    let mut play = Play::new();
    fault(&mut play, ON_CREATE, "delayed", json!({"seconds": 30}));
    let request = create(&mut play);
    let mut outcome = later(play.receive(request.clone()).step);
    play.control(json!({"do": "advance", "seconds": 29}));
    assert!(outcome.try_recv().is_err() && play.world.trades.is_empty());
    let began = play.control(json!({"do": "now"}))["now"].as_i64().unwrap();
    play.control(json!({"do": "advance", "seconds": 3600}));
    let told = answer(outcome.try_recv().unwrap());
    let body: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(told.status, 201);
    assert_eq!(play.seen("sender", body["id"].as_str().unwrap())["openedAt"], began + 1);
    assert_eq!(play.send(request).body, body, "and its key is known");
}

#[test]
fn a_delayed_request_is_done_though_its_client_is_gone() {
    let mut play = Play::new();
    fault(&mut play, ON_CREATE, "delayed", json!({"times": 2}));
    let request = create(&mut play);
    for _ in 0..2 {
        drop(play.receive(request.clone()));
    }
    play.control(json!({"do": "advance", "seconds": 1}));
    assert_eq!(play.world.trades.len(), 1);
}

#[test]
fn a_delayed_poll_takes_its_slot_when_it_is_looked_at() {
    let mut play = Play::new();
    let id = play.trade("waitingReceive");
    let offset = play.control(json!({"do": "inspect", "trade": id}))["last_event"].clone();
    let polls = |play: &mut Play| play.control(json!({"do": "inspect", "trade": id}))["polls"].clone();
    fault(&mut play, "GET /trades/{id}/events", "delayed", json!({"times": 2}));
    let request = play.request("sender", &format!("GET /trades/{id}/events?offset={offset}"), "");
    let mut kept = later(play.receive(request.clone()).step);
    drop(play.receive(request));
    assert_eq!(polls(&mut play), 0);
    play.control(json!({"do": "advance", "seconds": 1}));
    assert_eq!(polls(&mut play), 1, "nobody waits for the second");
    assert!(matches!(kept.try_recv(), Ok(Step::Wait(_))));
}

#[test]
fn a_duplicate_under_a_key_happens_once() {
    let mut play = Play::new();
    for which in ["first", "second"] {
        fault(&mut play, ON_CREATE, "duplicate", json!({"answer": which}));
        let request = create(&mut play);
        assert_eq!(play.send(request).status, 201);
    }
    assert_eq!(play.world.trades.len(), 2, "two requests, two keys");
}

#[test]
fn a_duplicate_without_a_known_key_happens_twice() {
    let mut play = Play::new();
    play.control(json!({"do": "settings", "keys_kept": 0}));
    let mut told = Vec::new();
    for which in ["first", "second"] {
        fault(&mut play, ON_CREATE, "duplicate", json!({"answer": which}));
        let request = create(&mut play);
        told.push(play.send(request).body["id"].as_str().unwrap().to_owned());
    }
    let all: Vec<_> = play.world.trades.keys().cloned().collect();
    assert_eq!((all.len(), &told[0], &told[1]), (4, &all[0], &all[3]));
}

#[test]
fn the_second_delivery_may_come_later() {
    let mut play = Play::new();
    play.control(json!({"do": "settings", "keys_kept": 60}));
    fault(&mut play, ON_CREATE, "duplicate", json!({"seconds": 61}));
    let request = create(&mut play);
    assert_eq!(play.send(request).status, 201, "the first is answered at once");
    fault(&mut play, ON_CREATE, "duplicate", json!({"seconds": 61, "answer": "second"}));
    let request = create(&mut play);
    let mut second = later(play.receive(request).step);
    assert_eq!(play.world.trades.len(), 2);
    play.control(json!({"do": "advance", "seconds": 61}));
    assert_eq!(answer(second.try_recv().unwrap()).status, 201);
    assert_eq!(play.world.trades.len(), 4, "their keys were forgotten");
}

#[test]
fn a_duplicate_of_a_compare_and_set_is_stale() {
    let mut play = Play::new();
    let id = play.trade("waitingTermsAcceptance");
    for (which, status) in [("first", 200), ("second", 409)] {
        let version = play.seen("sender", &id)["terms"]["version"].clone();
        fault(&mut play, "PUT /trades/{id}/terms", "duplicate", json!({"answer": which}));
        let body = json!({"text": which, "version": version});
        assert_eq!(play.ask("sender", &format!("PUT /trades/{id}/terms"), body).status, status);
        assert_eq!(play.seen("sender", &id)["terms"]["sender"]["text"], which, "it landed all the same");
    }
}

#[test]
fn a_duplicate_poll_takes_one_slot() {
    let mut play = Play::new();
    let id = play.trade("waitingReceive");
    let offset = play.control(json!({"do": "inspect", "trade": id}))["last_event"].clone();
    for which in ["first", "second"] {
        fault(&mut play, "GET /trades/{id}/events", "duplicate", json!({"answer": which}));
        let request = play.request("sender", &format!("GET /trades/{id}/events?offset={offset}"), "");
        let Step::Wait(poll) = play.receive(request).step else { panic!("it waits") };
        assert_eq!(play.control(json!({"do": "inspect", "trade": id}))["polls"], 1);
        play.world.polls.end(&poll);
    }
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
