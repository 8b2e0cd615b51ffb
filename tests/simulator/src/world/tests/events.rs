//! The history: offsets, snapshots, waiting, retention.

use serde_json::{Value, json};

use super::{Play, SENDER};
use crate::world::polls::Poll;
use crate::world::serve::Step;

pub(super) fn wait(play: &mut Play, user: &str, id: &str, query: &str) -> Poll {
    let request = play.request(user, &format!("GET /trades/{id}/events?{query}"), "");
    match play.receive(request).step {
        Step::Wait(poll) => poll,
        other => panic!("should wait, not {other:?}"),
    }
}

/// What a poll that waited is told.
pub(super) fn looked_again(play: &mut Play, poll: &Poll) -> Value {
    match play.world.look_again(poll).unwrap() {
        Step::Answer(answer) => serde_json::from_str(&answer.body).unwrap(),
        other => panic!("no answer but {other:?}"),
    }
}

fn last_event(play: &mut Play, id: &str) -> i64 {
    play.control(json!({"do": "inspect", "trade": id}))["last_event"].as_i64().unwrap()
}

#[test]
fn the_whole_history_reads_in_order() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let events = play.events("sender", &id, 0);
    let ids: Vec<i64> = events.iter().map(|event| event["id"].as_i64().unwrap()).collect();
    assert!(ids[0] == 1 && ids.is_sorted() && ids.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(*ids.last().unwrap() > ids.len() as i64, "ids have gaps");
    assert_eq!(events[0]["type"], "trade.created");
    let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"trade.identification.updated") && kinds.contains(&"trade.terms.updated"));
    assert_eq!(events.last().unwrap()["changes"], json!({"status": "waitingAction"}));
    let revisions: Vec<_> = events.iter().map(|event| event["trade"]["revision"].as_i64().unwrap()).collect();
    assert!(revisions.windows(2).all(|pair| pair[0] < pair[1]));
    let from_the_middle = play.events("sender", &id, ids[2]);
    assert_eq!(from_the_middle.len(), events.len() - 3);
}

#[test]
fn only_the_sender_sees_the_address_in_events() {
    let mut play = Play::new();
    let id = play.trade("waitingReceive");
    let addresses =
        |events: Vec<Value>| events.iter().filter(|event| event["trade"].get("address").is_some()).count();
    assert_eq!(addresses(play.events("receiver", &id, 0)), 0);
    assert_eq!(addresses(play.events("sender", &id, 0)), 1);
}

#[test]
fn without_an_offset_there_is_a_snapshot() {
    let mut play = Play::new();
    let id = play.trade("waitingReceive");
    let told = play.get("sender", &format!("/trades/{id}/events")).body;
    let last = last_event(&mut play, &id);
    assert_eq!((&told["nextOffset"], &told["events"][0]["id"]), (&json!(last), &json!(last)));
    assert_eq!(told["events"][0]["type"], "trade.snapshot");
    assert_eq!(told["events"][0]["trade"]["sender"], SENDER);
}

#[test]
fn a_poll_waits_until_something_happens() {
    let mut play = Play::new();
    let id = play.trade("waitingTermsAcceptance");
    let last = last_event(&mut play, &id);
    let poll = wait(&mut play, "receiver", &id, &format!("offset={last}"));
    assert!(play.world.look_again(&poll).is_none());
    play.world.take_changed();
    play.control(json!({"do": "act", "trade": id, "user": "sender", "act": "set_terms", "text": "cash"}));
    assert!(play.world.take_changed().contains(&id), "the poll is woken");
    let answer = looked_again(&mut play, &poll);
    assert_eq!(answer["events"][0]["changes"]["terms"]["sender"]["text"], "cash");
}

#[test]
fn a_poll_ends_with_the_same_offset() {
    let mut play = Play::new();
    let id = play.trade("waitingReceive");
    let last = last_event(&mut play, &id);
    for (timeout, seconds) in [("", 55), ("&timeout=5", 5), ("&timeout=600", 60)] {
        let poll = wait(&mut play, "sender", &id, &format!("offset={last}{timeout}"));
        play.control(json!({"do": "advance", "seconds": seconds - 1}));
        assert!(play.world.look_again(&poll).is_none(), "{timeout}");
        play.control(json!({"do": "advance", "seconds": 1}));
        let answer = looked_again(&mut play, &poll);
        assert_eq!(answer, json!({"events": [], "nextOffset": last}));
        play.world.polls.end(&poll);
    }
    let at_once = play.get("sender", &format!("/trades/{id}/events?offset={last}&timeout=0")).body;
    assert_eq!(at_once, json!({"events": [], "nextOffset": last}));
}

#[test]
fn two_polls_wait_and_a_third_is_too_many() {
    let mut play = Play::new();
    let id = play.trade("waitingReceive");
    let query = format!("offset={}", last_event(&mut play, &id));
    let first = wait(&mut play, "sender", &id, &query);
    wait(&mut play, "sender", &id, &query);
    let told = play.get("sender", &format!("/trades/{id}/events?{query}"));
    assert_eq!(told.refusal(), (429, "too_many_polls"));
    assert_eq!(told.answer.headers, [("retry-after".to_owned(), Some("1".to_owned()))]);
    wait(&mut play, "receiver", &id, &query);
    let other = play.trade("waitingReceive");
    let query = format!("offset={}", last_event(&mut play, &other));
    wait(&mut play, "sender", &other, &query);
    play.world.polls.end(&first);
    assert_eq!(play.get("sender", &format!("/trades/{id}/events")).status, 200);
}

#[test]
fn events_are_kept_for_an_hour() {
    let mut play = Play::new();
    let id = play.trade("waitingReceive");
    play.control(json!({"do": "advance", "seconds": 3600}));
    assert_eq!(play.events("sender", &id, 0)[0]["type"], "trade.created");
    let last = last_event(&mut play, &id);
    play.control(json!({"do": "advance", "seconds": 1}));
    assert_eq!(play.events("sender", &id, 0)[0]["type"], "trade.snapshot");
    assert_eq!(play.events("sender", &id, last - 1)[0]["id"], last, "a snapshot, too");
    assert!(play.events("sender", &id, last).is_empty(), "nothing was missed");
    play.control(json!({"do": "lock", "trade": id, "locked": true}));
    assert_eq!(play.events("sender", &id, last)[0]["type"], "trade.support.updated");
}

#[test]
fn history_can_be_dropped_early() {
    let mut play = Play::new();
    let id = play.trade("waitingReceive");
    play.control(json!({"do": "expire_history", "trade": id}));
    let events = play.events("receiver", &id, 1);
    assert_eq!(
        (events.len(), &events[0]["type"], events[0]["trade"].get("address")),
        (1, &json!("trade.snapshot"), None)
    );
}

#[test]
fn a_closed_trade_keeps_its_stream_for_an_hour() {
    let mut play = Play::new();
    let id = play.trade("waitingReceive");
    play.control(json!({"do": "close", "trade": id, "outcome": null}));
    assert_eq!(play.get("sender", &format!("/trades/{id}")).status, 404);
    assert_eq!(play.events("sender", &id, 0).pop().unwrap()["changes"], json!({"status": "completed"}));
    play.control(json!({"do": "advance", "seconds": 3601}));
    assert_eq!(play.get("sender", &format!("/trades/{id}/events?offset=0")).refusal(), (404, "not_found"));
    play.control(json!({"do": "settings", "hide_closed": false}));
    assert_eq!(play.seen("sender", &id)["status"], "completed");
}

#[test]
fn any_event_can_be_made_up() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let last = last_event(&mut play, &id);
    let command =
        format!(r#"{{"do":"emit","trade":"{id}","type":"trade.blessed","changes":[1e-7,"\ud83d"]}}"#);
    crate::control::run(&mut play.world, &command).unwrap();
    let told = play.get("sender", &format!("/trades/{id}/events?offset={last}"));
    assert!(told.answer.body.contains(r#""type":"trade.blessed""#));
    assert!(told.answer.body.contains(r#""changes":[1e-7,"\ud83d"],"#));
}

#[test]
fn odd_queries_are_refused() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    for (query, field) in
        [("offset=x", "offset"), ("offset=1.5", "offset"), ("timeout=-1", "timeout"), ("ofset=1", "ofset")]
    {
        let told = play.get("sender", &format!("/trades/{id}/events?{query}"));
        assert_eq!((told.refusal(), told.field()), ((400, "invalid_request"), field));
    }
}
