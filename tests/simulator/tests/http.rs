//! Over real connections: what a client sees of answers, faults, waiting and stopping.

#![allow(clippy::unwrap_used)]

mod client;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use autoplus_simulator::{Config, Simulator};
use client::{BODY, CREATE, ON_CREATE, address, last_event, opened, polls, raw, request, soon, start};
use serde_json::{Value, json};

#[test]
fn it_starts_in_milliseconds_and_answers_a_usual_client() {
    let began = Instant::now();
    let simulator = start();
    assert!(began.elapsed() < Duration::from_millis(500));
    let mut answer = ureq::get(format!("{}/servers", simulator.base_url())).call().unwrap();
    assert_eq!(answer.headers()["content-type"], "application/json; charset=utf-8");
    let servers: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(servers[0]["name"], "Test Market");
}

#[test]
fn the_date_is_the_virtual_one() {
    let simulator =
        Simulator::start(Config { start_time: Some(1_900_000_000), ..Config::default() }).unwrap();
    simulator.control(&json!({"do": "advance", "seconds": 3600})).unwrap();
    let answer = raw(&simulator, "GET", "/v1/stats", "");
    assert!(answer.contains("\r\ndate: Sun, 17 Mar 2030 18:46:4"), "{answer}");
    simulator
        .control(&json!({"do": "answer", "on": "GET /stats", "status": 200, "body": "{}", "headers": {"Date": null}}))
        .unwrap();
    assert!(!raw(&simulator, "GET", "/v1/stats", "").contains("date:"));
}

#[test]
fn control_works_over_http_too_and_is_not_recorded() {
    let simulator = start();
    assert!(raw(&simulator, "POST", "/control", r#"{"do":"now"}"#).starts_with("HTTP/1.1 200"));
    let refused = raw(&simulator, "POST", "/control", r#"{"do":"fly"}"#);
    assert!(refused.starts_with("HTTP/1.1 400") && refused.contains(r#"{"error":"`do` must be one of"#));
    assert!(raw(&simulator, "GET", "/stats", "").starts_with("HTTP/1.1 404"), "outside of /v1");
    let seen = simulator.control(&json!({"do": "requests"})).unwrap();
    assert_eq!(seen.as_array().unwrap().len(), 1);
    assert_eq!((&seen[0]["path"], &seen[0]["status"]), (&json!("/../stats"), &json!(404)));
}

#[test]
fn lost_connections_close_without_a_byte() {
    let simulator = start();
    for (kind, trades) in [("lost_before", 0), ("lost_after", 1)] {
        simulator.control(&json!({"do": "fault", "on": ON_CREATE, "kind": kind})).unwrap();
        assert_eq!(raw(&simulator, "POST", CREATE, BODY), "", "{kind}");
        let seen = simulator.control(&json!({"do": "requests", "clear": true})).unwrap();
        assert_eq!((&seen[0]["status"], &seen[0]["body"]), (&json!(null), &json!(BODY)));
        let made = simulator.control(&json!({"do": "inspect", "trade": "3000000000000000001"}));
        assert_eq!(usize::from(made.is_ok()), trades, "{kind}");
    }
    let replayed = raw(&simulator, "POST", CREATE, BODY);
    assert!(replayed.contains("3000000000000000001"), "the key finds the lost answer: {replayed}");
}

#[test]
fn a_kept_connection_is_closed_by_a_fault_as_well() {
    let simulator = start();
    simulator.control(&json!({"do": "fault", "on": "GET /stats", "kind": "lost_before"})).unwrap();
    let mut stream = TcpStream::connect(address(&simulator)).unwrap();
    let keep = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: simulator\r\n\r\n");
    stream.write_all(keep("/v1/servers").as_bytes()).unwrap();
    let mut buffer = [0; 4096];
    assert!(stream.read(&mut buffer).unwrap() > 0);
    stream.write_all(keep("/v1/stats").as_bytes()).unwrap();
    assert_eq!(stream.read(&mut buffer).unwrap_or(0), 0);
}

#[test]
fn a_cut_body_promises_more_than_it_gives() {
    let simulator = start();
    simulator.control(&json!({"do": "fault", "on": "GET /stats", "kind": "cut_body"})).unwrap();
    let answer = raw(&simulator, "GET", "/v1/stats", "");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let promised: usize =
        head.split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
    assert!(head.starts_with("HTTP/1.1 200") && !body.is_empty() && body.len() < promised);
    let error = {
        simulator.control(&json!({"do": "fault", "on": "GET /stats", "kind": "cut_body"})).unwrap();
        let answer = ureq::get(format!("{}/stats", simulator.base_url())).call();
        answer.and_then(|mut answer| answer.body_mut().read_to_string())
    };
    assert!(error.is_err());
}

#[test]
fn a_slow_answer_is_late_but_done_at_once() {
    let simulator = start();
    simulator.control(&json!({"do": "fault", "on": ON_CREATE, "kind": "slow", "seconds": 0.3})).unwrap();
    thread::scope(|scope| {
        let began = Instant::now();
        let asked = scope.spawn(|| raw(&simulator, "POST", CREATE, BODY));
        let inspect = json!({"do": "inspect", "trade": "3000000000000000001"});
        soon("the trade is there", || simulator.control(&inspect).is_ok());
        assert!(began.elapsed() < Duration::from_millis(250));
        assert!(asked.join().unwrap().starts_with("HTTP/1.1 201"));
        assert!(began.elapsed() >= Duration::from_millis(300));
    });
}

#[test]
fn a_waiting_poll_is_woken_by_events_and_by_time() {
    let simulator = start();
    let id = opened(&simulator, "waitingAction");
    let commands =
        [json!({"do": "lock", "trade": id, "locked": true}), json!({"do": "advance", "seconds": 55})];
    for (command, expected) in commands.into_iter().zip(["trade.support.updated", "{\"events\":[],"]) {
        let path = format!("/v1/trades/{id}/events?offset={}", last_event(&simulator, &id));
        thread::scope(|scope| {
            let poll = scope.spawn(|| raw(&simulator, "GET", &path, ""));
            soon("the poll waits", || polls(&simulator, &id) == 1);
            simulator.control(&command).unwrap();
            let answer = poll.join().unwrap();
            assert!(answer.contains(expected), "{answer}");
        });
        assert_eq!(polls(&simulator, &id), 0);
    }
}

#[test]
fn a_client_that_goes_away_frees_its_slot() {
    let simulator = start();
    let id = opened(&simulator, "waitingAction");
    let path = format!("/v1/trades/{id}/events?offset={}", last_event(&simulator, &id));
    let mut stream = TcpStream::connect(address(&simulator)).unwrap();
    stream.write_all(request("GET", &path, "").as_bytes()).unwrap();
    soon("the poll waits", || polls(&simulator, &id) == 1);
    drop(stream);
    soon("the slot is free", || polls(&simulator, &id) == 0);
    assert_eq!(simulator.control(&json!({"do": "requests"})).unwrap()[0]["status"], json!(null));
}

#[test]
fn executions_run_by_themselves() {
    let simulator = start();
    let id = opened(&simulator, "waitingAddress");
    simulator.control(&json!({"do": "act", "trade": id, "user": "receiver", "act": "claim"})).unwrap();
    let path = format!("/v1/trades/{id}/events?offset={}", last_event(&simulator, &id));
    assert!(raw(&simulator, "GET", &path, "").contains("processing"), "woken by the timer alone");
    let inspect = json!({"do": "inspect", "trade": id});
    soon("the trade closes", || simulator.control(&inspect).unwrap()["status"] == "completed");
}

#[test]
fn stopping_closes_everything_and_frees_the_port() {
    let simulator = start();
    let address = address(&simulator);
    let id = opened(&simulator, "waitingAction");
    let path = format!("/v1/trades/{id}/events?offset={}", last_event(&simulator, &id));
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request("GET", &path, "").as_bytes()).unwrap();
    soon("the poll waits", || polls(&simulator, &id) == 1);
    let began = Instant::now();
    drop(simulator);
    assert_eq!(stream.read(&mut [0; 16]).unwrap_or(0), 0);
    assert!(began.elapsed() < Duration::from_millis(500));
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn two_simulators_do_not_know_each_other() {
    let (one, other) = (start(), start());
    opened(&one, "waitingAction");
    assert_ne!(one.base_url(), other.base_url());
    assert!(other.control(&json!({"do": "inspect", "trade": "3000000000000000001"})).is_err());
}

#[test]
fn any_thread_may_control_it() {
    let simulator = start();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| opened(&simulator, "completed"));
        }
    });
    let ninth = simulator.control(&json!({"do": "open_trade"})).unwrap();
    assert_eq!(ninth["tradeId"], 1009);
}
