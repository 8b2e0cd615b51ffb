//! All streams of a client that follow one trade share one poll.

use std::task::Poll;

use autoplus::EventsOptions;
use futures_util::StreamExt;
use serde_json::json;

use crate::world::{World, after, ids, named, next};

#[tokio::test]
async fn two_streams_have_one_poll_and_both_get_everything() {
    let world = World::new();
    let (client, trade) = (world.in_memory(), world.trade());
    let first = client.events(&trade, EventsOptions::default()).unwrap();
    let second = client.events(&trade, named("bot")).unwrap();
    assert_eq!(next(&first).await.id(), next(&second).await.id());
    let both = async { tokio::join!(ids(&first, 3), ids(&second, 3)) };
    let happen = async {
        world.waiting(1).await;
        world.happen(&trade, 3)
    };
    let ((one, two), happened) = tokio::join!(both, happen);
    assert_eq!((&one, &two), (&happened, &happened));
    assert_eq!(world.polls()["most"], 1, "{}", world.polls());
}

/// The poll in flight waits for what comes next; a stream that begins earlier doesn't wait with it.
#[tokio::test]
async fn who_begins_earlier_interrupts_the_poll_that_waits() {
    let world = World::new();
    let (client, trade) = (world.in_memory(), world.trade());
    let happened = world.happen(&trade, 3);
    let current = client.events(&trade, after(happened[2])).unwrap();
    let waits = {
        let (client, trade) = (client.clone(), trade.clone());
        tokio::spawn(async move {
            let id = next(&current).await.id();
            drop((client, trade));
            id
        })
    };
    world.waiting(1).await;
    let earlier = client.events(&trade, after(happened[0])).unwrap();
    assert_eq!(ids(&earlier, 2).await, happened[1..]);
    let fresh = client.events(&trade, EventsOptions::default()).unwrap();
    assert_eq!(next(&fresh).await.kind().as_str(), "trade.snapshot");
    let later = world.happen(&trade, 1);
    assert_eq!(waits.await.unwrap(), later[0]);
    assert_eq!(world.polls()["most"], 1, "{}", world.polls());
    assert!(client.stream_stats().reconnects > 0);
}

/// One that is far behind neither holds up the others nor loses what it didn't take.
#[tokio::test]
async fn a_slow_stream_gets_later_what_it_had_no_room_for() {
    let world = World::new();
    let (client, trade) = (world.in_memory(), world.trade());
    let slow = client.events(&trade, after(0)).unwrap();
    let began = next(&slow).await.id();
    let fast = client.events(&trade, after(0)).unwrap();
    let happened = world.happen(&trade, 1200);
    let mut seen = Vec::new();
    while seen.last() != happened.last() {
        seen.push(next(&fast).await.id());
    }
    let late = ids(&slow, seen.len() - 1).await;
    assert_eq!(seen[0], began);
    assert_eq!(late, seen[1..]);
}

#[tokio::test]
async fn a_poll_ends_with_its_last_stream() {
    let world = World::new();
    let (client, trade) = (world.in_memory(), world.trade());
    let streams: Vec<_> = (0..2).map(|_| client.events(&trade, EventsOptions::default()).unwrap()).collect();
    for stream in &streams {
        next(stream).await;
    }
    let waits: Vec<_> =
        streams.into_iter().map(|stream| tokio::spawn(async move { stream.next().await })).collect();
    world.waiting(1).await;
    assert_eq!(client.stream_stats().streams, 2);
    waits[0].abort();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(world.polls()["waiting"], 1, "the other stream still waits");
    waits[1].abort();
    world.hung_up().await;
    assert_eq!(client.stream_stats().trades, 0);
}

#[tokio::test]
async fn what_trouble_did_can_be_seen() {
    let world = World::new();
    let (client, trade) = (world.in_memory(), world.trade());
    let on = "GET /trades/{id}/events";
    world.control(json!({ "do": "fault", "on": on, "kind": "lost_before", "times": 2 }));
    let stream = client.events(&trade, EventsOptions::default()).unwrap();
    let watching = async {
        loop {
            if let Some(trade) = client.followed_trades().pop()
                && let Some(error) = trade.error
            {
                return (trade.failures, trade.last_good_poll, error.kind());
            }
            tokio::task::yield_now().await;
        }
    };
    let (event, (failures, last_good, kind)) = tokio::join!(next(&stream), watching);
    assert_eq!((event.kind().as_str(), last_good), ("trade.snapshot", None));
    assert!(failures > 0);
    assert_eq!(kind, autoplus::ErrorKind::Transport);
    let healed = client.followed_trades().pop().unwrap();
    assert!(healed.error.is_none() && healed.failures == 0 && healed.last_good_poll.is_some());
    assert_eq!(client.stream_stats().reconnects, 2);
}

/// As Rust's own streams: what one poll of it began, the next one goes on with.
#[tokio::test]
async fn a_stream_and_a_watch_are_streams() {
    let world = World::new();
    let (client, trade) = (world.in_memory(), world.trade());
    let mut stream = client.events(&trade, EventsOptions::default()).unwrap();
    let mut watch = client.watch([&trade], autoplus::WatchOptions::default()).unwrap();
    let first = StreamExt::next(&mut stream).await.unwrap().unwrap();
    let watched = StreamExt::next(&mut watch).await.unwrap().unwrap();
    assert_eq!((first.kind().as_str(), watched.trade_id()), ("trade.snapshot", trade.as_str()));
    let begun = std::future::poll_fn(|context| Poll::Ready(stream.poll_next_unpin(context))).await;
    assert!(begun.is_pending());
    let happened = world.happen(&trade, 1);
    assert_eq!(StreamExt::next(&mut stream).await.unwrap().unwrap().id(), happened[0]);
    watch.close();
    assert!(StreamExt::next(&mut watch).await.is_none());
}
