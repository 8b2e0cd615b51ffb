//! Operations that were kept as JSON, and stores that fail at the wrong moment.

use std::time::Duration;

use autoplus::{Operation, Verdict};
use serde_json::{Value, json};

use crate::world::{CREATE, RECEIVER, STRANGER, World, order, unknown};

/// What a person looks at (`values`) is what goes out (`body`).
#[tokio::test]
async fn an_operation_whose_bytes_say_something_else_than_its_values_is_refused() {
    let world = World::new("edited");
    let sender = world.sender();
    world.fault(CREATE, "lost_before");
    let error = unknown(sender.open_trade(order("order:42")).await);
    world.calm();
    let json = error.operation().unwrap().to_json();
    sender.forget("order:42").await.unwrap();
    let mut edited: Value = serde_json::from_str(&json).unwrap();
    edited["body"] = Value::from(edited["body"].as_str().unwrap().replace(RECEIVER, STRANGER));
    let operation = Operation::from_json(&edited.to_string());
    if let Ok(operation) = operation {
        assert_eq!(operation.values()["receiver"], RECEIVER);
        let _ = sender.resolve(&operation, false).await;
    }
    assert_eq!(world.check(0), json!([]), "a trade with somebody else was opened");
}

/// An operation that is done says so; it isn't sent again elsewhere.
#[tokio::test]
async fn an_operation_that_its_json_calls_done_is_not_sent_again() {
    let world = World::new("done");
    let sender = world.sender();
    world.fault(CREATE, "lost_after");
    let open = unknown(sender.open_trade(order("order:42")).await);
    world.calm();
    let settled = sender.resolve(open.operation().unwrap(), false).await.unwrap();
    assert_eq!(settled.verdict, Verdict::Done);
    let json = settled.operation.to_json();
    drop(sender);
    for entry in std::fs::read_dir(&world.folder).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    // The key is forgotten meanwhile.
    world.control(json!({ "do": "settings", "keys_kept": 0 }));
    world.control(json!({ "do": "advance", "seconds": 5 }));
    let again = world.sender().resolve(&Operation::from_json(&json).unwrap(), true).await.unwrap();
    assert_eq!((again.verdict, world.check(1)), (Verdict::Done, json!([])), "opened twice");
}

/// What stands in an operation's JSON never decides where a request goes.
#[tokio::test]
async fn an_edited_operation_does_not_reach_another_endpoint() {
    let world = World::new("path");
    let id = world.at("waitingAction");
    let sender = world.sender();
    world.fault(CREATE, "lost_before");
    let error = unknown(sender.open_trade(order("order:42")).await);
    world.calm();
    sender.forget("order:42").await.unwrap();
    world.control(json!({ "do": "requests", "clear": true }));
    let mut edited: Value = serde_json::from_str(&error.operation().unwrap().to_json()).unwrap();
    edited["values"]["guild"] = Value::from(format!("x/../../trades/{id}/action#"));
    edited["body"] = Value::from(r#"{"action":"release"}"#);
    if let Ok(operation) = Operation::from_json(&edited.to_string()) {
        let _ = sender.resolve(&operation, false).await;
    }
    let requests = world.control(json!({ "do": "requests" }));
    assert_eq!(requests, json!([]));
}

/// A store that fails after something was sent doesn't say that nothing was.
#[tokio::test]
async fn a_store_that_fails_after_a_replay_is_no_nothing_was_sent() {
    let world = World::new("locked");
    let sender = world.sender();
    world.fault(CREATE, "lost_before");
    let open = unknown(sender.open_trade(order("order:42")).await);
    world.calm();
    world.control(json!({ "do": "fault", "on": CREATE, "kind": "slow", "seconds": 0.4 }));
    let resolving = {
        let (sender, operation) = (sender.clone(), open.operation().unwrap().clone());
        tokio::spawn(async move { sender.resolve(&operation, false).await })
    };
    tokio::time::sleep(Duration::from_millis(200)).await;
    let other = rusqlite::Connection::open(world.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let said = match resolving.await.unwrap() {
        Ok(settlement) => settlement.message,
        Err(error) => error.to_string(),
    };
    assert_eq!(world.check(1), json!([]));
    assert!(!said.contains("nothing was sent"), "{said}");
}

#[tokio::test]
async fn a_store_that_fails_after_a_first_send_is_no_nothing_was_sent() {
    let world = World::new("locked2");
    let sender = world.sender();
    world.control(json!({ "do": "fault", "on": CREATE, "kind": "slow", "seconds": 0.4 }));
    let opening = {
        let sender = sender.clone();
        tokio::spawn(async move { sender.open_trade(order("order:42")).await })
    };
    tokio::time::sleep(Duration::from_millis(200)).await;
    let other = rusqlite::Connection::open(world.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = unknown(opening.await.unwrap());
    assert!(!error.message().contains("nothing was sent"), "{error}");
}
