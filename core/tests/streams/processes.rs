//! Processes that share a file keep to two polls a trade together, and each gets everything.

use std::time::Duration;

use autoplus::{Client, ErrorKind, EventsOptions, Timeouts};
use serde_json::json;

use crate::world::{World, named, next};

fn short() -> Timeouts {
    Timeouts { poll: Duration::from_secs(1), call: Duration::from_secs(8), ..Timeouts::default() }
}

#[tokio::test]
async fn three_processes_take_turns() {
    let world = World::new();
    let trade = world.trade();
    let clients: Vec<Client> = (0..3).map(|_| world.on_file_with(short())).collect();
    let streams: Vec<_> =
        clients.iter().map(|client| client.events(&trade, EventsOptions::default()).unwrap()).collect();
    for stream in &streams {
        next(stream).await;
    }
    for _ in 0..4 {
        let nexts = async { tokio::join!(next(&streams[0]), next(&streams[1]), next(&streams[2])) };
        let happen = async {
            world.waiting(2).await;
            world.happen(&trade, 1)[0]
        };
        let ((a, b, c), id) = tokio::join!(nexts, happen);
        assert_eq!([a.id(), b.id(), c.id()], [id; 3]);
    }
    let polls = world.polls();
    assert_eq!((&polls["most"], &polls["refused"]), (&json!(2), &json!(0)), "{polls}");
}

/// Looking at the events, as a claim does, takes the place of the own stream's poll where others have the second one.
#[tokio::test]
async fn a_look_makes_no_third_poll() {
    let world = World::new();
    let opened = world.control(json!({ "do": "open_trade", "until": "waitingAddress" }));
    let id = opened["id"].as_str().unwrap().to_owned();
    let receivers: Vec<Client> = (0..2).map(|_| world.receiver_on_file()).collect();
    let mut waits = Vec::new();
    for client in &receivers {
        let stream = client.events(&id, EventsOptions::default()).unwrap();
        next(&stream).await;
        waits.push(tokio::spawn(async move { stream.next().await }));
    }
    world.waiting(2).await;
    let trade = receivers[0].trade(&id).await.unwrap();
    receivers[0].request_claim(&trade, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9").await.unwrap();
    world.waiting(2).await;
    // The server may hear of the look before it hears that the poll was given up.
    let polls = world.polls();
    assert_eq!(polls["most"], 2, "{polls}");
    waits.iter().for_each(|wait| wait.abort());
}

#[tokio::test]
async fn one_name_is_read_by_one_process_at_a_time() {
    let world = World::new();
    let trade = world.trade();
    let (first, second) = (world.on_file(), world.on_file());
    let reading = first.events(&trade, named("bot")).unwrap();
    next(&reading).await;
    let refused = second.events(&trade, named("bot")).unwrap();
    assert_eq!(refused.next().await.unwrap_err().kind(), ErrorKind::OperationInProgress);
    let happened = world.happen(&trade, 1);
    assert_eq!(next(&reading).await.id(), happened[0]);
    drop(reading);
    first.close().await;
    assert_eq!(next(&refused).await.id(), happened[0], "the stream that was refused goes on");
}

#[tokio::test]
async fn the_last_event_comes_again_after_a_restart_until_it_is_finished() {
    let world = World::new();
    let trade = world.trade();
    let first = world.on_file();
    let stream = first.events(&trade, named("bot")).unwrap();
    next(&stream).await;
    world.control(json!({ "do": "close", "trade": trade, "outcome": "released" }));
    let mut last = next(&stream).await;
    while last.kind().as_str() != "trade.closed" {
        last = next(&stream).await;
    }
    drop(stream);
    first.close().await;
    let second = world.on_file();
    assert_eq!(second.known_trades().await.unwrap(), std::slice::from_ref(&trade));
    let stream = second.events(&trade, named("bot")).unwrap();
    assert_eq!(next(&stream).await.id(), last.id());
    assert!(stream.next().await.unwrap().is_none());
    drop(stream);
    second.close().await;
    let third = world.on_file();
    assert!(third.known_trades().await.unwrap().is_empty());
    let before = world.polls()["came"].clone();
    let stream = third.events(&trade, named("bot")).unwrap();
    assert!(stream.next().await.unwrap().is_none());
    assert!(stream.end().is_some());
    assert_eq!(world.polls()["came"], before, "nothing is asked about an end that is known");
}
