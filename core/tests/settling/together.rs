//! Several processes, and calls that are repeated or cut off, at one trade.

use std::time::Duration;

use autoplus::Verdict;
use serde_json::json;

use crate::world::{ADDRESS, World};

/// A release that never arrived doesn't lock its sender out of the return.
#[tokio::test]
async fn a_lost_release_of_a_trade_that_was_returned_since_does_not_block_the_return() {
    let world = World::new("returned");
    let sender = world.sender();
    let (trade, challenge) = world.lost_release(&sender).await;
    drop((challenge, sender));
    world.calm();
    world.control(json!({ "do": "act", "trade": trade.id(), "user": "receiver", "act": "return" }));
    world.control(json!({ "do": "advance", "seconds": 3000 }));
    let sender = world.sender();
    sender.recover().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let settled = sender.recover().await.unwrap();
    let trade = sender.trade(trade.id()).await.unwrap();
    let claim = sender.request_claim(&trade, ADDRESS).await;
    assert!(claim.is_ok(), "{:?}; {}", settled[0].verdict, claim.unwrap_err());
}

/// What another process settled doesn't leave this one's challenge in the way.
#[tokio::test]
async fn a_challenge_whose_operation_another_process_settled_is_not_in_the_way() {
    let world = World::new("elsewhere");
    let here = world.sender();
    let (trade, _challenge) = world.lost_release(&here).await;
    world.calm();
    world.control(json!({ "do": "advance", "seconds": 3000 }));
    let there = world.sender();
    there.recover().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let settled = there.recover().await.unwrap();
    assert_eq!(settled[0].verdict, Verdict::NotDone);
    let again = here.request_release(&here.trade(trade.id()).await.unwrap()).await;
    assert!(again.is_ok(), "nothing is open any more, and yet: {}", again.unwrap_err());
}

/// A restart under the same name and a store elsewhere in one process: recover called often still comes to an end.
#[tokio::test]
async fn recover_called_often_comes_to_an_end() {
    let world = World::new("often");
    let sender = world.sender();
    let (_, _challenge) = world.lost_release(&sender).await;
    world.control(json!({ "do": "advance", "seconds": 3000 }));
    let began = std::time::Instant::now();
    loop {
        let settled = sender.recover().await.unwrap();
        if settled[0].verdict == Verdict::NotDone {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "still {:?}", settled[0].message);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A request that is cut off while it settles something leaves that for anybody.
#[tokio::test]
async fn a_request_that_is_cancelled_while_it_settles_leaves_the_operation_unknown() {
    let world = World::new("cancelled");
    let sender = world.sender();
    let (trade, challenge) = world.lost_release(&sender).await;
    world.calm();
    world.control(json!({ "do": "fault", "on": "GET /trades/{id}", "kind": "slow", "seconds": 0.4 }));
    let cut = tokio::time::timeout(Duration::from_millis(150), sender.request_release(&trade)).await;
    assert!(cut.is_err());
    tokio::time::sleep(Duration::from_millis(100)).await;
    let pending = sender.pending_operations().await.unwrap();
    assert_eq!((pending.len(), pending[0].state()), (1, "unknown"));
    challenge.confirm(Some("release")).await.unwrap();
}

/// Two processes that recover by turns don't keep each other from ever proving anything.
#[tokio::test]
async fn two_processes_that_recover_by_turns_come_to_an_end() {
    let world = World::new("turns");
    let sender = world.sender();
    let (_, challenge) = world.lost_release(&sender).await;
    drop((challenge, sender));
    world.calm();
    world.control(json!({ "do": "advance", "seconds": 3000 }));
    let (one, two) = (world.sender(), world.sender());
    let began = std::time::Instant::now();
    for client in [&one, &two].into_iter().cycle() {
        let settled = client.recover().await.unwrap();
        if settled[0].verdict == Verdict::NotDone {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "still {:?}", settled[0].message);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
