//! Many trades as one stream.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use autoplus::{Error, ErrorKind, Watch, WatchOptions, Watched};
use serde_json::json;

use crate::world::World;

fn bot() -> WatchOptions {
    WatchOptions { consumer: Some("bot".to_owned()) }
}

async fn next(watch: &Watch) -> Watched {
    let next = tokio::time::timeout(Duration::from_secs(8), watch.next()).await;
    next.expect("nothing came").unwrap().expect("the watch was closed")
}

/// The ids of the events of each trade, as they come.
async fn events(watch: &Watch, count: usize) -> BTreeMap<String, Vec<i64>> {
    let mut seen: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for _ in 0..count {
        match next(watch).await {
            Watched::Event(event) => seen.entry(event.trade().id().to_owned()).or_default().push(event.id()),
            other => panic!("{other:?}"),
        }
    }
    seen
}

#[tokio::test]
async fn each_trade_comes_in_order_and_goes_on_after_a_restart() {
    let world = World::new();
    let trades: Vec<String> = (0..5).map(|_| world.trade()).collect();
    let first = world.on_file();
    let watch = first.watch(&trades, bot()).unwrap();
    assert_eq!(events(&watch, 5).await.len(), 5, "a snapshot of each");
    let mut happened = BTreeMap::new();
    for trade in &trades {
        happened.insert(trade.clone(), world.happen(trade, 3));
    }
    let mut seen = events(&watch, 8).await;
    drop(watch);
    first.close().await;
    let second = world.on_file();
    let watch = second.watch(second.known_trades().await.unwrap(), bot()).unwrap();
    // The last one wasn't finished and comes again.
    for (trade, ids) in events(&watch, 8).await {
        let earlier = seen.entry(trade).or_default();
        earlier.extend(ids);
        earlier.dedup();
    }
    assert_eq!(seen, happened);
}

#[tokio::test]
async fn one_bad_trade_stops_no_other_and_ended_ones_leave() {
    let world = World::new();
    let (client, good) = (world.in_memory(), world.trade());
    let closing = world.trade();
    let watch = client.watch([&good, &closing, "999"], WatchOptions::default()).unwrap();
    let (mut failed, mut snapshots) = (None, 0);
    for _ in 0..3 {
        match next(&watch).await {
            Watched::Failed { trade_id, error, over } => failed = Some((trade_id, error.kind(), over)),
            Watched::Event(_) => snapshots += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((failed, snapshots), (Some(("999".to_owned(), ErrorKind::NotFound, true)), 2));
    world.control(json!({ "do": "close", "trade": closing, "outcome": "released" }));
    let ended = loop {
        if let Watched::Ended { trade_id, last_known, .. } = next(&watch).await {
            break (trade_id, last_known.map(|trade| trade.status().as_str().to_owned()));
        }
    };
    assert_eq!(ended, (closing, Some("completed".to_owned())));
    let id = world.happen(&good, 1);
    assert_eq!(events(&watch, 1).await, BTreeMap::from([(good.clone(), id)]));
    assert_eq!(watch.trades(), [good]);
}

#[tokio::test]
async fn trades_come_and_go_while_it_runs() {
    let world = World::new();
    let (client, first, second) = (world.in_memory(), world.trade(), world.trade());
    let watch = client.watch([&first], WatchOptions::default()).unwrap();
    events(&watch, 1).await;
    assert!(watch.add(&second).unwrap() && !watch.add(&second).unwrap());
    assert_eq!(events(&watch, 1).await.into_keys().collect::<Vec<_>>(), std::slice::from_ref(&second));
    assert!(watch.remove(&first) && !watch.remove(&first));
    world.happen(&first, 2);
    let ids = world.happen(&second, 2);
    assert_eq!(events(&watch, 2).await, BTreeMap::from([(second, ids)]));
    watch.close();
    assert!(watch.next().await.unwrap().is_none());
    world.hung_up().await;
}

/// Trades are worked on side by side, each in order, and a trade's next event waits for the one before.
#[tokio::test]
async fn workers_share_trades_but_never_one_trade() {
    let world = World::new();
    let trades: Vec<String> = (0..4).map(|_| world.trade()).collect();
    let client = world.on_file();
    let watch = client.watch(&trades, bot()).unwrap();
    let (seen, busy, most) =
        (Mutex::new(BTreeMap::<String, Vec<i64>>::new()), AtomicUsize::new(0), AtomicUsize::new(0));
    let ended: Result<(), Error> = watch
        .for_each(3, async |watched| {
            let Watched::Event(event) = watched else { panic!("{watched:?}") };
            most.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(3)).await;
            busy.fetch_sub(1, Ordering::SeqCst);
            let trade = event.trade().id().to_owned();
            let count = {
                let mut seen = seen.lock().unwrap();
                seen.entry(trade).or_default().push(event.id());
                seen.values().map(Vec::len).sum::<usize>()
            };
            // A snapshot of each, then two events of each.
            if count == 4 {
                for trade in &trades {
                    world.happen(trade, 2);
                }
            }
            if count == 12 {
                watch.close();
            }
            Ok(())
        })
        .await;
    ended.unwrap();
    let seen = seen.into_inner().unwrap();
    assert_eq!(most.load(Ordering::SeqCst), 3);
    for ids in seen.values() {
        assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
    }
}

#[tokio::test]
async fn what_a_failed_handler_left_comes_again() {
    let world = World::new();
    let (client, trade) = (world.on_file(), world.trade());
    let watch = client.watch([&trade], bot()).unwrap();
    let failed: Result<(), Error> = watch
        .for_each(4, async |_| Err(Error::clone(&client.events("", Default::default()).unwrap_err())))
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Invalid);
    let taken = watch.take().await.unwrap().unwrap();
    watch.give_back(&taken);
    let again = watch.take().await.unwrap().unwrap();
    assert!(matches!((taken, again), (Watched::Event(one), Watched::Event(other)) if one.id() == other.id()));
    drop(watch);
    let again = client.watch([&trade], bot()).unwrap();
    assert_eq!(events(&again, 1).await.len(), 1);
}

/// A consumer that does nothing stops the polls; nothing piles up.
#[tokio::test]
async fn what_waits_is_bounded() {
    let world = World::new();
    let client = world.in_memory();
    let trades: Vec<String> = (0..20).map(|_| world.trade()).collect();
    let watch = client.watch(&trades, WatchOptions::default()).unwrap();
    events(&watch, 20).await;
    for trade in &trades {
        world.happen(trade, 300);
    }
    let first = next(&watch).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let lag: u64 = client.followed_trades().iter().map(|trade| trade.lag).sum();
    assert!(lag < 4096 + 300, "{lag} events wait");
    let mut count = usize::from(matches!(first, Watched::Event(_)));
    while count < 20 * 300 {
        count += watch.next_batch(500).await.unwrap().len();
    }
    assert_eq!(client.stream_stats().gaps, 0);
}

/// A trade that never was doesn't stay among those to watch after a restart.
#[tokio::test]
async fn a_trade_that_never_was_is_not_known() {
    let world = World::new();
    let client = world.on_file();
    let watch = client.watch(["999"], bot()).unwrap();
    assert!(matches!(next(&watch).await, Watched::Failed { over: true, .. }));
    watch.close();
    for _ in 0..200 {
        if client.known_trades().await.unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?}", client.known_trades().await.unwrap());
}
