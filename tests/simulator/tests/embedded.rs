//! The same AutoPlus without sockets: the faults mean the same, and a seed gives the same world.

#![allow(clippy::unwrap_used)]

use autoplus_simulator::{Config, Embedded, Lost, Reply};
use serde_json::{Value, json};
use tokio::time::{Duration, timeout};

const CREATE: &str = "/guilds/100000000000000001/trades";
const ON_CREATE: &str = "POST /guilds/100000000000000001/trades";

fn embedded() -> Embedded {
    Embedded::new(&Config { seed: 7, start_time: Some(1_800_000_000), ..Config::default() })
}

async fn create(simulator: &Embedded, key: &str) -> Result<Reply, Lost> {
    let body = json!({"crypto": "ltc", "sender": "200000000000000001", "receiver": "200000000000000002"})
        .to_string();
    let headers = [
        ("authorization", "Bearer sim-token-sender"),
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    simulator.carry("POST", CREATE, headers, body.into_bytes()).await
}

async fn poll(simulator: &Embedded, path: &str) -> Result<Reply, Lost> {
    let headers = vec![("authorization".to_owned(), "Bearer sim-token-sender".to_owned())];
    simulator.carry("GET", path, headers, Vec::new()).await
}

fn trades(simulator: &Embedded) -> usize {
    simulator.control(&json!({"do": "trades"})).unwrap().as_array().unwrap().len()
}

#[tokio::test]
async fn what_was_lost_after_is_done_and_its_key_finds_the_answer() {
    let simulator = embedded();
    for kind in ["lost_after", "cut_body", "lost_before"] {
        simulator.control(&json!({"do": "fault", "on": ON_CREATE, "kind": kind})).unwrap();
        assert_eq!(create(&simulator, "a-key-of-its-own").await, Err(Lost), "{kind}");
        assert_eq!(trades(&simulator), 1, "{kind}");
    }
    let reply = create(&simulator, "a-key-of-its-own").await.unwrap();
    assert_eq!(reply.status, 201);
    let header = |name: &str| reply.headers.iter().find(|(own, _)| own == name).map(|(_, value)| &**value);
    assert_eq!(header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(header("date"), Some("Fri, 15 Jan 2027 08:00:00 GMT"));
}

#[tokio::test]
async fn a_delayed_request_and_a_poll_need_somebody_to_keep_time() {
    let simulator = embedded();
    let keeper = simulator.clone();
    tokio::spawn(async move { keeper.keep_time().await });
    simulator.control(&json!({"do": "fault", "on": ON_CREATE, "kind": "delayed", "seconds": 0.05})).unwrap();
    assert_eq!(create(&simulator, "a-key-of-its-own").await.unwrap().status, 201);
    let page = poll(&simulator, "/trades/3000000000000000001/events?offset=1&timeout=1").await.unwrap();
    let page: Value = serde_json::from_slice(&page.body).unwrap();
    assert_eq!(page, json!({"events": [], "nextOffset": 1}));
}

#[tokio::test]
async fn hanging_up_frees_the_slot_of_a_poll() {
    let simulator = embedded();
    create(&simulator, "a-key-of-its-own").await.unwrap();
    let path = "/trades/3000000000000000001/events?offset=1&timeout=50";
    for _ in 0..3 {
        let given_up = timeout(Duration::from_millis(5), poll(&simulator, path)).await;
        assert!(given_up.is_err(), "a third poll would be refused at once");
    }
    let inspected = simulator.control(&json!({"do": "inspect", "trade": "3000000000000000001"})).unwrap();
    assert_eq!(inspected["polls"], 0);
}

#[tokio::test]
async fn a_seed_gives_the_same_world() {
    let (one, other) = (embedded(), embedded());
    for simulator in [&one, &other] {
        simulator.control(&json!({"do": "open_trade", "until": "waitingAddress"})).unwrap();
    }
    let inspect = |simulator: &Embedded| {
        simulator.control_text(r#"{"do": "inspect", "trade": "3000000000000000001"}"#).unwrap()
    };
    assert_eq!(inspect(&one), inspect(&other));
}
