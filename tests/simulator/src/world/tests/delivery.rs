//! Requests that are delivered late or twice.

use serde_json::{Value, json};

use super::{Play, RECEIVER, SENDER};
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
