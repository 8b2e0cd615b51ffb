//! Events made by the thousand, history that goes, and answers to polls that are not quite right.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Play;

const ON: &str = "GET /trades/{id}/events";

fn poll(play: &mut Play, id: &str, offset: i64) -> (Vec<i64>, i64) {
    let told = play.get("sender", &format!("/trades/{id}/events?offset={offset}&timeout=0"));
    assert_eq!(told.status, 200, "{told:?}");
    let ids = told.body["events"].as_array().unwrap().iter().map(|event| event["id"].as_i64().unwrap());
    (ids.collect(), told.body["nextOffset"].as_i64().unwrap())
}

fn happen(play: &mut Play, arguments: Value) -> Vec<(String, i64)> {
    let mut command = json!({"do": "happen"});
    command.as_object_mut().unwrap().extend(arguments.as_object().unwrap().clone());
    let made = play.control(command);
    let event = |event: &Value| (event["trade"].as_str().unwrap().to_owned(), event["id"].as_i64().unwrap());
    made["events"].as_array().unwrap().iter().map(event).collect()
}

/// A trade with five events more, and their ids.
fn busy(play: &mut Play) -> (String, Vec<i64>) {
    let id = play.trade("waitingAction");
    let ids = happen(play, json!({"trade": id, "count": 5})).into_iter().map(|(_, id)| id).collect();
    (id, ids)
}

#[test]
fn what_happens_reads_as_it_was_told_and_changes_only_the_revision() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let before = play.seen("sender", &id);
    let last = play.control(json!({"do": "inspect", "trade": id}))["last_event"].as_i64().unwrap();
    let made: Vec<_> =
        happen(&mut play, json!({"trade": id, "count": 3})).into_iter().map(|it| it.1).collect();
    assert_eq!(poll(&mut play, &id, last), (made.clone(), made[2]));
    assert_eq!(play.events("receiver", &id, last)[0]["type"], "trade.support.updated");
    let mut after = play.seen("sender", &id);
    assert_eq!(after["revision"].as_i64(), before["revision"].as_i64().map(|revision| revision + 3));
    after["revision"] = before["revision"].clone();
    assert_eq!(after, before);
    assert_eq!(play.control(json!({"do": "check"})), json!([]));
}

#[test]
fn it_happens_on_open_trades_at_random() {
    let mut play = Play::new();
    let error = play.refused(json!({"do": "happen"}));
    assert!(error.contains("no open trade"), "{error}");
    let ids: Vec<_> = (0..10).map(|_| play.trade("waitingAction")).collect();
    play.control(json!({"do": "close", "trade": ids[0], "outcome": null}));
    let made = happen(&mut play, json!({"count": 500}));
    let on = |id: &String| made.iter().filter(|(trade, _)| trade == id).count();
    assert!(on(&ids[0]) == 0 && ids[1..].iter().all(|id| (20..100).contains(&on(id))));
    for (arguments, advice) in [
        (json!({"trade": ids[0]}), "is closed"),
        (json!({"trade": "1"}), "there is no trade 1"),
        (json!({"count": 100_001}), "at most 100000"),
    ] {
        let mut command = json!({"do": "happen"});
        command.as_object_mut().unwrap().extend(arguments.as_object().unwrap().clone());
        let error = play.refused(command);
        assert!(error.contains(advice), "{error}");
    }
}

#[test]
fn the_history_of_random_trades_goes() {
    let mut play = Play::new();
    let ids: Vec<_> = (0..40).map(|_| play.trade("waitingReceive")).collect();
    let gone = play.control(json!({"do": "expire_history", "share": 0.5}));
    let gone = gone["expired"].as_array().unwrap().clone();
    assert!((8..=32).contains(&gone.len()), "{} of 40", gone.len());
    for id in &ids {
        let expired = gone.iter().find(|expired| expired["trade"] == *id);
        let event = &play.events("sender", id, 1)[0];
        assert_eq!(event["type"] == "trade.snapshot", expired.is_some());
        assert!(expired.is_none_or(|expired| event["id"] == expired["dropped"]));
    }
    for (arguments, advice) in [
        (json!({"do": "expire_history"}), "a share from 0 to 1"),
        (json!({"do": "expire_history", "trade": ids[0], "share": 1}), "not both"),
        (json!({"do": "expire_history", "trade": "1"}), "there is no trade 1"),
    ] {
        let error = play.refused(arguments);
        assert!(error.contains(advice), "{error}");
    }
}

#[test]
fn events_come_once_more() {
    let mut play = Play::new();
    let (id, made) = busy(&mut play);
    play.control(json!({"do": "fault", "on": ON, "kind": "repeated"}));
    assert_eq!(poll(&mut play, &id, made[2]), (made[2..].to_vec(), made[4]));
    play.control(json!({"do": "fault", "on": ON, "kind": "repeated", "events": 3}));
    assert_eq!(poll(&mut play, &id, made[4]), (made[2..].to_vec(), made[4]), "not empty, and no advance");
    play.control(json!({"do": "expire_history", "trade": id}));
    play.control(json!({"do": "fault", "on": ON, "kind": "repeated"}));
    assert_eq!(poll(&mut play, &id, made[4]), (Vec::new(), made[4]), "nothing is retained");
    assert_eq!(poll(&mut play, &id, made[4]), (Vec::new(), made[4]));
}

#[test]
fn the_newest_comes_first_or_the_offset_stays() {
    let mut play = Play::new();
    let (id, made) = busy(&mut play);
    for kind in ["backwards", "stuck"] {
        play.control(json!({"do": "fault", "on": ON, "kind": kind}));
    }
    assert_eq!(poll(&mut play, &id, made[2]), (vec![made[4], made[3]], made[4]));
    assert_eq!(poll(&mut play, &id, made[2]), (vec![made[3], made[4]], made[2]));
    assert_eq!(poll(&mut play, &id, made[2]), (vec![made[3], made[4]], made[4]));
    for kind in ["repeated", "backwards", "stuck"] {
        let error = play.refused(json!({"do": "fault", "on": "GET /trades/{id}", "kind": kind}));
        assert!(error.contains("GET /trades/{id}/events"), "{error}");
    }
}

#[test]
fn an_odd_answer_waits_like_another_and_needs_a_token() {
    let mut play = Play::new();
    let (id, made) = busy(&mut play);
    play.control(json!({"do": "fault", "on": ON, "kind": "stuck", "times": 2}));
    assert_eq!(play.get("nobody", &format!("/trades/{id}/events?offset=1")).refusal(), (401, "unauthorized"));
    let poll = super::events::wait(&mut play, "sender", &id, &format!("offset={}", made[4]));
    let new = happen(&mut play, json!({"trade": id}))[0].1;
    let answer = super::events::looked_again(&mut play, &poll);
    assert_eq!((&answer["events"][0]["id"], &answer["nextOffset"]), (&json!(new), &json!(made[4])));
}

#[test]
fn either_the_events_or_the_trade_are_not_found() {
    let mut play = Play::new();
    let (id, made) = busy(&mut play);
    let events = format!("/trades/{id}/events?offset={}", made[3]);
    for on in [ON, "GET /trades/{id}"] {
        play.control(json!({"do": "fault", "on": on, "kind": "status", "status": 404, "seconds": 30}));
        let expected = if on == ON { [404, 200] } else { [200, 404] };
        assert_eq!([&events, &format!("/trades/{id}")].map(|path| play.get("sender", path).status), expected);
        play.control(json!({"do": "advance", "seconds": 30}));
        assert_eq!(play.get("sender", &events).status, 200);
    }
    assert_eq!(play.seen("sender", &id)["status"], "waitingAction");
}

#[test]
fn a_long_history_makes_no_poll_slower() {
    let mut play = Play::new();
    let [quiet, busy] = ["waitingAction", "waitingAction"].map(|until| play.trade(until));
    happen(&mut play, json!({"trade": busy, "count": 10_000}));
    let mut fastest = |id: &str| {
        let last = play.control(json!({"do": "inspect", "trade": id}))["last_event"].as_i64().unwrap();
        let rounds = (0..100).map(|_| {
            let began = Instant::now();
            assert_eq!(poll(&mut play, id, last), (Vec::new(), last));
            began.elapsed()
        });
        rounds.min().unwrap_or(Duration::MAX)
    };
    let times = [fastest(&quiet), fastest(&busy)];
    assert!(times[1] < times[0] * 2, "{times:?}");
}
