//! What tests of streams need: many events, history and connections that go, and counts of those who poll.

#![allow(clippy::unwrap_used)]

mod client;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use autoplus_simulator::Simulator;
use client::{address, last_event, opened, raw, request, soon, start};
use serde_json::{Value, json};

fn polls(simulator: &Simulator) -> Value {
    simulator.control(&json!({"do": "polls"})).unwrap()
}

fn path(id: &str, offset: i64) -> String {
    format!("/v1/trades/{id}/events?offset={offset}")
}

/// A poll that waits, on a connection of its own.
fn poll(simulator: &Simulator, id: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address(simulator)).unwrap();
    stream.write_all(request("GET", &path(id, last_event(simulator, id)), "").as_bytes()).unwrap();
    stream
}

fn waiting(simulator: &Simulator, polls: &[TcpStream]) {
    soon("the polls wait", || self::polls(simulator)["waiting"] == polls.len());
}

fn is_closed_without_a_byte(mut stream: &TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    matches!(stream.read(&mut [0; 16]), Ok(0))
}

#[test]
fn polls_are_counted_by_trade_and_token() {
    let simulator = start();
    let [one, other] = ["waitingAction", "waitingReceive"].map(|until| opened(&simulator, until));
    let mut open: Vec<_> = [&one, &one, &other].map(|id| poll(&simulator, id)).into();
    waiting(&simulator, &open);
    assert!(raw(&simulator, "GET", &path(&one, last_event(&simulator, &one)), "").contains("too_many_polls"));
    let count = |trade: &str, waiting: u8, most: u8, came: u8, refused: u8| json!({"trade": trade, "token": "sim-token-sender", "waiting": waiting, "most": most, "came": came, "refused": refused});
    let seen = polls(&simulator);
    assert_eq!(seen["of"], json!([count(&one, 2, 2, 3, 1), count(&other, 1, 1, 1, 0)]));
    assert_eq!(
        ["waiting", "most", "came", "refused"].map(|name| seen[name].as_i64().unwrap()),
        [3, 2, 4, 1],
        "{seen}"
    );
    open.remove(0);
    waiting(&simulator, &open);
    let cleared = simulator.control(&json!({"do": "polls", "trade": one, "clear": true})).unwrap();
    assert_eq!(cleared["of"], json!([count(&one, 1, 2, 3, 1)]));
    assert_eq!(polls(&simulator)["of"], json!([count(&one, 1, 1, 0, 0), count(&other, 1, 1, 0, 0)]));
}

#[test]
fn open_connections_are_counted_but_not_the_tests_own() {
    let simulator = start();
    let id = opened(&simulator, "waitingAction");
    let connections = |wanted: usize| {
        soon("so many connections", || polls(&simulator)["connections"] == wanted);
        let own = raw(&simulator, "POST", "/control", r#"{"do":"polls"}"#);
        assert!(own.contains(&format!(r#""connections":{wanted},"#)), "{own}");
    };
    let open =
        [poll(&simulator, &id), poll(&simulator, &id), TcpStream::connect(address(&simulator)).unwrap()];
    connections(3);
    drop(open);
    connections(0);
    assert_eq!(polls(&simulator)["waiting"], 0);
}

#[test]
fn connections_of_polls_that_wait_are_cut() {
    let simulator = start();
    let [one, other] = ["waitingAction", "waitingReceive"].map(|until| opened(&simulator, until));
    let open = [poll(&simulator, &one), poll(&simulator, &other)];
    waiting(&simulator, &open);
    let cut = |more: Value| {
        let mut command = json!({"do": "cut"});
        command.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        simulator.control(&command)
    };
    assert_eq!(cut(json!({"share": 0})).unwrap(), json!({"cut": 0}));
    assert_eq!(cut(json!({"trade": one})).unwrap(), json!({"cut": 1}));
    assert!(is_closed_without_a_byte(&open[0]));
    waiting(&simulator, &open[1..]);
    assert_eq!(cut(json!({})).unwrap(), json!({"cut": 1}));
    assert!(is_closed_without_a_byte(&open[1]));
    waiting(&simulator, &[]);
    assert!(cut(json!({"trade": "1"})).unwrap_err().contains("there is no trade 1"));
    assert!(cut(json!({"trade": one, "share": 1})).unwrap_err().contains("not both"));
    assert!(cut(json!({"share": 1.5})).unwrap_err().contains("from 0 to 1"));
}

#[test]
fn a_share_of_the_polls_is_cut() {
    let simulator = start();
    let open: Vec<_> = (0..40).map(|_| poll(&simulator, &opened(&simulator, "waitingAction"))).collect();
    waiting(&simulator, &open);
    let cut = simulator.control(&json!({"do": "cut", "share": 0.5})).unwrap()["cut"].as_u64().unwrap();
    assert!((8..=32).contains(&cut), "{cut} of 40");
    waiting(&simulator, &open[cut as usize..]);
}

#[test]
fn a_share_of_the_polls_is_lost_as_long_as_it_is_set() {
    let simulator = start();
    let id = opened(&simulator, "waitingAction");
    let lose = |share: f64| simulator.control(&json!({"do": "settings", "lost_polls": share})).unwrap();
    lose(1.0);
    assert_eq!(raw(&simulator, "GET", &path(&id, 0), ""), "");
    assert!(raw(&simulator, "GET", &format!("/v1/trades/{id}"), "").contains("200 OK"), "polls only");
    let seen = simulator.control(&json!({"do": "requests"})).unwrap();
    assert_eq!((&seen[0]["fault"], &seen[0]["status"]), (&json!("lost_polls"), &json!(null)));
    lose(0.5);
    let lost = (0..40).filter(|_| raw(&simulator, "GET", &path(&id, 0), "").is_empty()).count();
    assert!((8..=32).contains(&lost), "{lost} of 40");
    lose(0.0);
    assert!(raw(&simulator, "GET", &path(&id, 0), "").contains("trade.created"));
}

#[test]
fn requests_are_kept_only_if_they_are_wanted() {
    let simulator = start();
    simulator.control(&json!({"do": "settings", "keep_requests": false})).unwrap();
    raw(&simulator, "GET", "/v1/stats", "");
    simulator.control(&json!({"do": "settings", "keep_requests": true})).unwrap();
    raw(&simulator, "GET", "/v1/servers", "");
    let seen = simulator.control(&json!({"do": "requests"})).unwrap();
    assert_eq!((seen.as_array().unwrap().len(), &seen[0]["path"]), (1, &json!("/servers")));
    assert_eq!(seen[0]["status"], 200);
}
