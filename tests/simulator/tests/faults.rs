//! Over real connections: the faults and switches that a client feels there.

#![allow(clippy::unwrap_used)]

mod client;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use autoplus_simulator::Simulator;
use client::{BODY, CREATE, ON_CREATE, address, last_event, opened, polls, raw, request, soon, start};
use serde_json::{Value, json};

const FIRST: &str = "3000000000000000001";

fn trades(simulator: &Simulator) -> usize {
    simulator.control(&json!({"do": "trades"})).unwrap().as_array().unwrap().len()
}

/// Sends a request and goes away.
fn send_and_leave(simulator: &Simulator, path: &str, body: &str) {
    let method = if body.is_empty() { "GET" } else { "POST" };
    let count = || simulator.control(&json!({"do": "requests"})).unwrap().as_array().unwrap().len();
    let seen = count();
    let mut stream = TcpStream::connect(address(simulator)).unwrap();
    stream.write_all(request(method, path, body).as_bytes()).unwrap();
    soon("the request is there", || count() > seen);
}

#[test]
fn a_slow_body_drips_in_whole() {
    let simulator = start();
    let fault = json!({"do": "fault", "on": ON_CREATE, "kind": "slow_body", "seconds": 0.4});
    simulator.control(&fault).unwrap();
    let began = Instant::now();
    let mut stream = TcpStream::connect(address(&simulator)).unwrap();
    stream.write_all(request("POST", CREATE, BODY).as_bytes()).unwrap();
    let mut buffer = [0; 4096];
    let length = stream.read(&mut buffer).unwrap();
    assert!(began.elapsed() < Duration::from_millis(300), "the head comes at once");
    assert_eq!(trades(&simulator), 1);
    let mut answer = String::from_utf8_lossy(&buffer[..length]).into_owned();
    stream.read_to_string(&mut answer).unwrap();
    assert!(began.elapsed() >= Duration::from_millis(390), "{:?}", began.elapsed());
    let body: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!((&answer[..12], &body["id"]), ("HTTP/1.1 201", &json!(FIRST)));
}

#[test]
fn a_delayed_request_is_done_though_its_client_is_gone() {
    let simulator = start();
    simulator.control(&json!({"do": "fault", "on": ON_CREATE, "kind": "delayed", "seconds": 0.3})).unwrap();
    send_and_leave(&simulator, CREATE, BODY);
    assert_eq!(trades(&simulator), 0);
    soon("it is done, by the timer", || trades(&simulator) == 1);
    let seen = simulator.control(&json!({"do": "requests"})).unwrap();
    assert_eq!((&seen[0]["status"], &seen[0]["fault"]), (&json!(null), &json!("delayed")));
    assert!(raw(&simulator, "POST", CREATE, BODY).contains(FIRST), "the key finds the answer");
}

#[test]
fn virtual_time_ends_a_delay() {
    let simulator = start();
    simulator.control(&json!({"do": "fault", "on": ON_CREATE, "kind": "delayed", "seconds": 3600})).unwrap();
    thread::scope(|scope| {
        let began = Instant::now();
        let asked = scope.spawn(|| raw(&simulator, "POST", CREATE, BODY));
        let seen = || simulator.control(&json!({"do": "requests"})).unwrap();
        soon("the request is there", || seen().as_array().unwrap().len() == 1);
        simulator.control(&json!({"do": "advance", "seconds": 3600})).unwrap();
        assert!(asked.join().unwrap().starts_with("HTTP/1.1 201"));
        assert!(began.elapsed() < Duration::from_secs(2));
        assert_eq!(seen()[0]["status"], 201);
    });
}

#[test]
fn a_delay_runs_out_by_itself() {
    let simulator = start();
    simulator
        .control(&json!({"do": "fault", "on": "GET /stats", "kind": "delayed", "seconds": 0.2}))
        .unwrap();
    let began = Instant::now();
    assert!(raw(&simulator, "GET", "/v1/stats", "").starts_with("HTTP/1.1 200"));
    assert!(began.elapsed() >= Duration::from_millis(190) && began.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_delayed_poll_waits_and_is_woken() {
    let simulator = start();
    let id = opened(&simulator, "waitingAction");
    let path = format!("/v1/trades/{id}/events?offset={}", last_event(&simulator, &id));
    let on = "GET /trades/{id}/events";
    simulator.control(&json!({"do": "fault", "on": on, "kind": "delayed", "seconds": 0.1})).unwrap();
    thread::scope(|scope| {
        let poll = scope.spawn(|| raw(&simulator, "GET", &path, ""));
        soon("the poll waits", || polls(&simulator, &id) == 1);
        simulator.control(&json!({"do": "lock", "trade": id, "locked": true})).unwrap();
        assert!(poll.join().unwrap().contains("trade.support.updated"));
    });
    assert_eq!(polls(&simulator, &id), 0);
    simulator.control(&json!({"do": "fault", "on": on, "kind": "delayed", "seconds": 0.2})).unwrap();
    let path = format!("/v1/trades/{id}/events?offset={}", last_event(&simulator, &id));
    send_and_leave(&simulator, &path, "");
    thread::sleep(Duration::from_millis(300));
    assert_eq!(polls(&simulator, &id), 0, "nobody waits any more");
}

#[test]
fn a_duplicate_meets_the_first_on_its_way() {
    let simulator = start();
    simulator.control(&json!({"do": "settings", "in_flight": "conflict"})).unwrap();
    simulator.control(&json!({"do": "fault", "on": ON_CREATE, "kind": "delayed", "seconds": 60})).unwrap();
    thread::scope(|scope| {
        let first = scope.spawn(|| raw(&simulator, "POST", CREATE, BODY));
        let seen = || simulator.control(&json!({"do": "requests"})).unwrap();
        soon("the first is there", || seen().as_array().unwrap().len() == 1);
        let duplicate = raw(&simulator, "POST", CREATE, BODY);
        assert!(duplicate.starts_with("HTTP/1.1 409") && duplicate.contains("idempotency_conflict"));
        simulator.control(&json!({"do": "advance", "seconds": 60})).unwrap();
        assert!(first.join().unwrap().contains(FIRST));
    });
    assert!(raw(&simulator, "POST", CREATE, BODY).contains(FIRST));
    assert_eq!(trades(&simulator), 1);
    assert_eq!(simulator.control(&json!({"do": "check", "creates": 1})).unwrap(), json!([]));
}

#[test]
fn failures_and_html_have_their_headers() {
    let simulator = start();
    let fault = |more: Value| {
        let mut command = json!({"do": "fault", "on": "GET /stats"});
        command.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        simulator.control(&command).unwrap();
        raw(&simulator, "GET", "/v1/stats", "")
    };
    let failure = fault(json!({"kind": "status", "status": 503, "retry_after": 7}));
    assert!(failure.starts_with("HTTP/1.1 503") && failure.contains("\r\nretry-after: 7\r\n"), "{failure}");
    assert!(failure.contains("content-type: application/json") && failure.contains("service_unavailable"));
    let html = fault(json!({"kind": "html"}));
    assert!(html.starts_with("HTTP/1.1 200") && html.contains("\r\ncontent-type: text/html"), "{html}");
    assert_eq!(html.matches("content-type").count(), 1);
}

#[test]
fn the_date_can_be_wrong_or_missing() {
    let simulator = start();
    let date = |settings: Value| {
        let mut command = json!({"do": "settings"});
        command.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        simulator.control(&command).unwrap();
        let answer = raw(&simulator, "GET", "/v1/stats", "");
        let told = answer.lines().find_map(|line| line.strip_prefix("date: "))?;
        let now = simulator.control(&json!({"do": "now"})).unwrap()["now"].as_i64().unwrap();
        let told = httpdate::parse_http_date(told).unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
        Some(told.as_secs() as i64 - now)
    };
    for skew in [0, 600, -600] {
        let off = date(json!({"date_skew": skew})).unwrap();
        assert!((skew - 1..=skew).contains(&off), "{skew}: {off}");
    }
    assert_eq!(date(json!({"send_date": false})), None);
}

#[test]
fn an_aborted_poll_holds_its_slot_for_a_while() {
    let simulator = start();
    simulator.control(&json!({"do": "settings", "aborted_poll": 30})).unwrap();
    let id = opened(&simulator, "waitingAction");
    let path = format!("/v1/trades/{id}/events?offset={}", last_event(&simulator, &id));
    for _ in 0..2 {
        let mut stream = TcpStream::connect(address(&simulator)).unwrap();
        stream.write_all(request("GET", &path, "").as_bytes()).unwrap();
        soon("the poll waits", || polls(&simulator, &id) == 1);
        drop(stream);
        soon("the poll is over", || polls(&simulator, &id) == 0);
    }
    let again = format!("/v1/trades/{id}/events");
    assert!(raw(&simulator, "GET", &again, "").starts_with("HTTP/1.1 429"));
    simulator.control(&json!({"do": "advance", "seconds": 30})).unwrap();
    assert!(raw(&simulator, "GET", &again, "").starts_with("HTTP/1.1 200"));
    let fresh = format!("{path}&timeout=1");
    assert!(raw(&simulator, "GET", &fresh, "").starts_with("HTTP/1.1 200"), "an answered poll holds nothing");
    assert!(raw(&simulator, "GET", &again, "").starts_with("HTTP/1.1 200"));
}

#[test]
fn a_poll_sees_what_it_lags_behind_in_time() {
    let simulator = start();
    let id = opened(&simulator, "waitingAction");
    simulator.control(&json!({"do": "settings", "stale_reads": 1})).unwrap();
    let path = format!("/v1/trades/{id}/events?offset={}", last_event(&simulator, &id));
    thread::scope(|scope| {
        let poll = scope.spawn(|| raw(&simulator, "GET", &path, ""));
        soon("the poll waits", || polls(&simulator, &id) == 1);
        let began = Instant::now();
        simulator.control(&json!({"do": "lock", "trade": id, "locked": true})).unwrap();
        assert!(poll.join().unwrap().contains("trade.support.updated"));
        assert!(began.elapsed() >= Duration::from_millis(990) && began.elapsed() < Duration::from_secs(3));
    });
}

#[test]
fn stopping_does_not_wait_for_what_is_delayed() {
    let simulator = start();
    simulator.control(&json!({"do": "fault", "on": ON_CREATE, "kind": "delayed", "seconds": 3600})).unwrap();
    let mut stream = TcpStream::connect(address(&simulator)).unwrap();
    stream.write_all(request("POST", CREATE, BODY).as_bytes()).unwrap();
    let seen = || simulator.control(&json!({"do": "requests"})).unwrap();
    soon("the request is there", || seen().as_array().unwrap().len() == 1);
    let began = Instant::now();
    drop(simulator);
    assert_eq!(stream.read(&mut [0; 16]).unwrap_or(0), 0);
    assert!(began.elapsed() < Duration::from_millis(500));
}
