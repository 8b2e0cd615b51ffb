//! A raw client of a running simulator, for tests over real connections.

// Each test file is a crate of its own and uses what it needs.
#![allow(dead_code)]

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use autoplus_simulator::{Config, Simulator};
use serde_json::{Value, json};

pub(crate) fn start() -> Simulator {
    Simulator::start(Config::default()).unwrap()
}

pub(crate) fn address(simulator: &Simulator) -> SocketAddr {
    simulator.base_url().trim_start_matches("http://").trim_end_matches("/v1").parse().unwrap()
}

/// Sends one request on a connection of its own; all that comes back until the server closes.
pub(crate) fn raw(simulator: &Simulator, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address(simulator)).unwrap();
    stream.write_all(request(method, path, body).as_bytes()).unwrap();
    let mut answer = String::new();
    match stream.read_to_string(&mut answer) {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("{error}"),
        _ => answer,
    }
}

pub(crate) fn request(method: &str, path: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: simulator\r\nauthorization: Bearer sim-token-sender\r\n\
         content-type: application/json\r\nidempotency-key: key-12345\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )
}

pub(crate) fn opened(simulator: &Simulator, until: &str) -> String {
    let made = simulator.control(&json!({"do": "open_trade", "until": until})).unwrap();
    made["id"].as_str().unwrap().to_owned()
}

pub(crate) fn last_event(simulator: &Simulator, id: &str) -> i64 {
    simulator.control(&json!({"do": "inspect", "trade": id})).unwrap()["last_event"].as_i64().unwrap()
}

pub(crate) fn polls(simulator: &Simulator, id: &str) -> Value {
    simulator.control(&json!({"do": "inspect", "trade": id})).unwrap()["polls"].clone()
}

/// Waits until something holds, up to two seconds.
pub(crate) fn soon(what: &str, holds: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(2);
    while !holds() {
        assert!(Instant::now() < until, "not soon: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

pub(crate) const CREATE: &str = "/v1/guilds/100000000000000001/trades";
pub(crate) const ON_CREATE: &str = "POST /guilds/{guildId}/trades";
pub(crate) const BODY: &str =
    r#"{"crypto":"ltc","sender":"200000000000000001","receiver":"200000000000000002"}"#;
