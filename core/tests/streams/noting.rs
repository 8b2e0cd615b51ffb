//! What is told when something changes.

use std::sync::Arc;
use std::time::Duration;

use autoplus::{ErrorKind, EventsOptions, StreamNote, StreamNotes, Timeouts, WatchOptions};
use futures_util::StreamExt;
use serde_json::json;

use super::world::{World, after, next};

const POLLS: &str = "GET /trades/{id}/events";

async fn note(notes: &StreamNotes) -> StreamNote {
    let note = tokio::time::timeout(Duration::from_secs(20), notes.next()).await;
    note.expect("nothing was told").expect("the notes ended")
}

async fn changes(notes: &StreamNotes, count: usize) -> Vec<&'static str> {
    let mut changes = Vec::new();
    while changes.len() < count {
        changes.push(note(notes).await.change.as_str());
    }
    changes
}

#[tokio::test]
async fn trouble_and_its_end_are_told_once_each() {
    let world = World::new();
    let (client, trade) = (world.in_memory(), world.trade());
    world.control(json!({ "do": "fault", "on": POLLS, "kind": "lost_before", "times": 3 }));
    let notes = client.stream_notes().unwrap();
    let stream = client.events(&trade, EventsOptions::default()).unwrap();
    next(&stream).await;
    let opened = note(&notes).await;
    assert_eq!((opened.trade_id.as_str(), opened.change.as_str()), (trade.as_str(), "opened"));
    let failing = note(&notes).await.change;
    assert_eq!(failing.error().unwrap().kind(), ErrorKind::Transport);
    assert_eq!(note(&notes).await.change.as_str(), "recovered");
    drop(stream);
    assert_eq!(note(&notes).await.change.as_str(), "closed");
    client.close().await;
    assert!(notes.next().await.is_none());
    assert_eq!(client.stream_notes().unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn silence_past_the_deadline_is_told_once() {
    let world = World::new();
    let timeouts = Timeouts {
        poll: Duration::from_secs(1),
        poll_grace: Duration::from_millis(100),
        ..Timeouts::default()
    };
    let (client, trade) = (world.on_file_with(timeouts), world.trade());
    world.control(json!({ "do": "fault", "on": POLLS, "kind": "lost_before", "times": 99 }));
    let notes = client.stream_notes().unwrap();
    let stream = client.events(&trade, EventsOptions::default()).unwrap();
    let waits = tokio::spawn(async move { stream.next().await });
    assert_eq!(changes(&notes, 3).await, ["opened", "failing", "silent"]);
    world.control(json!({ "do": "calm" }));
    assert_eq!(changes(&notes, 1).await, ["recovered"]);
    assert!(waits.await.unwrap().unwrap().is_some());
}

#[tokio::test]
async fn a_gap_and_a_refusal_are_told() {
    let world = World::new();
    let (client, trade) = (world.in_memory(), world.trade());
    let mut notes = client.stream_notes().unwrap();
    world.control(json!({ "do": "expire_history", "trade": trade }));
    let stream = client.events(&trade, after(0)).unwrap();
    assert!(next(&stream).await.gap().is_some());
    assert_eq!(changes(&notes, 2).await, ["opened", "gap"]);
    drop(stream);
    assert_eq!(StreamExt::next(&mut notes).await.unwrap().change.as_str(), "closed");
    let unknown = client.events("3999999999999999999", EventsOptions::default()).unwrap();
    assert!(unknown.next().await.is_err());
    assert_eq!(note(&notes).await.change.as_str(), "opened");
    assert_eq!(note(&notes).await.change.error().unwrap().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn whoever_listens_can_stop() {
    let world = World::new();
    let (client, trade) = (world.in_memory(), world.trade());
    let notes = Arc::new(client.stream_notes().unwrap());
    let waits: Vec<_> = (0..2)
        .map(|_| {
            let notes = notes.clone();
            tokio::spawn(async move { notes.next().await })
        })
        .collect();
    tokio::task::yield_now().await;
    assert!(!notes.is_closed());
    notes.close();
    for waiting in waits {
        assert!(waiting.await.unwrap().is_none());
    }
    let stream = client.events(&trade, EventsOptions::default()).unwrap();
    next(&stream).await;
    assert!(notes.is_closed() && notes.next().await.is_none());
    assert_eq!(notes.missed(), 0);
}

#[tokio::test]
async fn nobody_waits_for_whoever_listens() {
    let world = World::new();
    let client = world.in_memory();
    let notes = client.stream_notes().unwrap();
    let opened = 1100;
    let trades = (0..opened).map(|number| format!("3{number:018}"));
    let watch = client.watch(trades, WatchOptions::default()).unwrap();
    let first = tokio::spawn(async move { watch.next().await.map(|_| watch) });
    while client.stream_stats().trades < opened {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(first.await.unwrap().unwrap());
    client.close().await;
    let mut told = 0;
    while let batch @ 1.. = notes.next_batch(100).await.len() {
        assert!(batch <= 100);
        told += batch as u64;
    }
    assert_eq!(told, 1024);
    assert!(notes.missed() >= 2 * opened - 1024, "{}", notes.missed());
}
