//! A confirmation that never arrives, repeated again and again on its challenge, ends with the truth.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::{Duration, Instant};

use autoplus::{Client, ErrorKind, Timeouts};
use autoplus_simulator::{Config, Simulator};
use serde_json::{Value, json};

#[tokio::test]
async fn a_release_that_never_arrives_is_proven_not_done_however_often_it_is_repeated() {
    let simulator = Simulator::start(Config::default()).unwrap();
    let control = |command: Value| simulator.control(&command).unwrap();
    let opened = control(json!({ "do": "open_trade", "until": "waitingAction" }));
    let timeouts = Timeouts {
        attempt: Duration::from_millis(500),
        call: Duration::from_millis(800),
        ..Timeouts::default()
    };
    let client = Client::builder()
        .token("sim-token-sender")
        .user_id("200000000000000001")
        .base_url(simulator.base_url())
        .timeouts(timeouts)
        .build()
        .unwrap();
    let trade = client.trade(opened["id"].as_str().unwrap()).await.unwrap();
    let challenge = client.request_release(&trade).await.unwrap();
    control(
        json!({ "do": "fault", "on": "POST /trades/{id}/confirm-action", "kind": "lost_before", "times": 9999 }),
    );
    for _ in 0..3 {
        let error = challenge.confirm(None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "proven while it could still arrive: {error}");
    }
    // Its minute, one attempt, the margin.
    control(json!({ "do": "advance", "seconds": 66 }));
    let began = Instant::now();
    let end = loop {
        let error = challenge.confirm(None).await.unwrap_err();
        if error.kind() != ErrorKind::OutcomeUnknown {
            break error;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "still unknown: {error}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(end.kind(), ErrorKind::ChallengeExpired, "{end}");
    control(json!({ "do": "calm" }));
    let again = client.request_release(&client.trade(trade.id()).await.unwrap()).await.unwrap();
    again.confirm(None).await.unwrap();
    let inspected = control(json!({ "do": "inspect", "trade": trade.id() }));
    assert_eq!(inspected["effects"]["actions"], 1);
}
