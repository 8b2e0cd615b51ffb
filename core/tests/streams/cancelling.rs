//! However `next` is interrupted, nothing is lost and nothing is left open.

use std::time::Duration;

use autoplus::EventsOptions;

use crate::world::{World, named, next};

/// Instants are spread over everything that a `next` goes through: joining, polling, writing, handing out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_cancelled_nexts_lose_no_event() {
    let world = World::new();
    let (client, trade) = (world.on_file(), world.trade());
    let stream = client.events(&trade, named("bot")).unwrap();
    next(&stream).await;
    let (mut happened, mut seen, mut cancelled) = (Vec::new(), Vec::new(), 0_u32);
    for round in 0_u64.. {
        if cancelled >= 1000 {
            break;
        }
        if round.is_multiple_of(3) {
            happened.extend(world.happen(&trade, 1));
        }
        let instant = Duration::from_micros(round * 7919 % 1500);
        match tokio::time::timeout(instant, stream.next()).await {
            Ok(event) => seen.push(event.unwrap().unwrap().id()),
            Err(_) => cancelled += 1,
        }
    }
    while seen.len() < happened.len() {
        seen.push(next(&stream).await.id());
    }
    assert_eq!(seen, happened);
    assert_eq!(world.polls()["most"], 1);
    stream.close();
    world.hung_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_that_are_dropped_at_any_instant_leave_no_poll() {
    let world = World::new();
    let (client, trade) = (world.in_memory(), world.trade());
    for round in 0..300_u64 {
        let stream = client.events(&trade, EventsOptions::default()).unwrap();
        let several = async { while let Ok(Some(_)) = stream.next().await {} };
        let _ = tokio::time::timeout(Duration::from_micros(round * 6151 % 3000), several).await;
    }
    world.hung_up().await;
    assert_eq!(client.stream_stats().streams, 0);
    assert!(world.polls()["most"].as_u64().unwrap() <= 2, "{}", world.polls());
}

/// What was handed out and not finished comes again; what was finished doesn't.
#[tokio::test]
async fn a_restart_repeats_only_what_was_not_finished() {
    let world = World::new();
    let trade = world.trade();
    let first = world.on_file();
    let stream = first.events(&trade, named("bot")).unwrap();
    next(&stream).await;
    let happened = world.happen(&trade, 4);
    assert_eq!(next(&stream).await.id(), happened[0]);
    assert_eq!(next(&stream).await.id(), happened[1]);
    drop(stream);
    first.close().await;
    let second = world.on_file();
    let stream = second.events(&trade, named("bot")).unwrap();
    assert_eq!(next(&stream).await.id(), happened[1], "it was not finished");
    stream.commit().await.unwrap();
    drop(stream);
    second.close().await;
    let third = world.on_file();
    let stream = third.events(&trade, named("bot")).unwrap();
    assert_eq!(next(&stream).await.id(), happened[2]);
}

/// Whatever a `next` is at when its stream is closed, the name is free for the next stream.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_is_closed_at_any_instant_frees_its_name() {
    let world = World::new();
    let (client, trade) = (world.on_file(), world.trade());
    for round in 0..200_u64 {
        let stream = client.events(&trade, named("bot")).unwrap();
        world.happen(&trade, 2);
        let pulling = async { while let Ok(Some(_)) = stream.next().await {} };
        let closing = async {
            tokio::time::sleep(Duration::from_micros(round * 4507 % 4000)).await;
            stream.close();
        };
        tokio::join!(pulling, closing);
        let again = client.events(&trade, named("bot")).unwrap();
        world.happen(&trade, 1);
        next(&again).await;
        drop((stream, again));
    }
}

#[tokio::test]
async fn a_commit_after_the_close_is_too_late() {
    let world = World::new();
    let (client, trade) = (world.in_memory(), world.trade());
    let stream = client.events(&trade, named("bot")).unwrap();
    next(&stream).await;
    stream.close();
    assert_eq!(stream.commit().await.unwrap_err().kind(), autoplus::ErrorKind::Closed);
}
