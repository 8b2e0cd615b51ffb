//! Claims whose answers were lost: what events prove, and what only looks like it.

use std::time::Duration;

use autoplus::{ClaimKind, NextStep, Verdict};
use serde_json::json;

use crate::world::{ADDRESS, CONFIRM_CLAIM, World, unknown};

/// A claim that never arrived isn't done because the other side claimed a return later.
#[tokio::test]
async fn another_sides_transfer_after_the_status_moved_on_does_not_prove_a_claim() {
    let world = World::new("forced");
    let id = world.at("waitingAddress");
    let receiver = world.receiver();
    let trade = receiver.trade(&id).await.unwrap();
    let challenge = receiver.request_claim(&trade, ADDRESS).await.unwrap();
    world.fault(CONFIRM_CLAIM, "lost_before");
    unknown(challenge.confirm(None, Some("payout")).await);
    drop((challenge, receiver));
    world.calm();
    world.control(json!({ "do": "force", "trade": id, "action": "return" }));
    world.control(json!({ "do": "act", "trade": id, "user": "sender", "act": "claim" }));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let settled = world.receiver().recover().await.unwrap();
    let inspected = world.control(json!({ "do": "inspect", "trade": id }));
    assert_eq!(inspected["effects"]["executions"], 0);
    assert_ne!(settled[0].verdict, Verdict::Done, "a false done: {}", settled[0].message);
}

/// A claim whose transfer failed for good is told so, and may be claimed again.
#[tokio::test]
async fn a_claim_whose_transfer_failed_before_it_was_settled_is_told_so() {
    let world = World::new("failed");
    world.control(json!({ "do": "settings", "executions": "fail" }));
    let id = world.at("waitingAddress");
    let receiver = world.receiver();
    let trade = receiver.trade(&id).await.unwrap();
    let challenge = receiver.request_claim(&trade, ADDRESS).await.unwrap();
    world.fault(CONFIRM_CLAIM, "lost_after");
    // The answer is lost, and the process ends before it reads.
    world.fault("GET /trades/{id}/events", "lost_before");
    world.fault("GET /trades/{id}", "lost_before");
    unknown(challenge.confirm(None, Some("payout")).await);
    drop((challenge, receiver));
    world.calm();
    tokio::time::sleep(Duration::from_millis(200)).await;
    world.control(json!({ "do": "advance", "seconds": 1200 }));
    let receiver = world.receiver();
    let settled = receiver.recover().await.unwrap();
    let now = receiver.trade(&id).await.unwrap();
    let step = receiver.next_step(&now).unwrap();
    let told = settled[0].execution.as_ref().map(|receipt| receipt.status().to_owned());
    assert_eq!(
        (settled[0].verdict, told.as_deref()),
        (Verdict::Done, Some("failed")),
        "{}",
        settled[0].message
    );
    assert_eq!(step, NextStep::Claim { kind: ClaimKind::Payout });
}

/// The failure of a transfer that was heard before the confirm's own answer counts all the same.
#[tokio::test]
async fn a_failure_that_is_heard_before_the_answer_frees_the_claim() {
    let world = World::new("early-failure");
    world.control(json!({ "do": "settings", "executions": "fail" }));
    let id = world.at("waitingAddress");
    let receiver = world.receiver();
    let stream = receiver.events(&id, autoplus::EventsOptions::default()).unwrap();
    stream.next().await.unwrap();
    let trade = receiver.trade(&id).await.unwrap();
    let challenge = receiver.request_claim(&trade, ADDRESS).await.unwrap();
    world.control(json!({ "do": "fault", "on": CONFIRM_CLAIM, "kind": "slow", "seconds": 0.4 }));
    let confirming = tokio::spawn(async move { challenge.confirm(None, Some("payout")).await });
    loop {
        let event = stream.next().await.unwrap().unwrap();
        let execution = event.changes().execution();
        if execution.is_some_and(|execution| *execution.state() == autoplus::ExecutionState::Failed) {
            break;
        }
    }
    assert!(!confirming.is_finished(), "the answer came first");
    confirming.await.unwrap().unwrap();
    let step = receiver.next_step(&receiver.trade(&id).await.unwrap()).unwrap();
    assert_eq!(step, NextStep::Claim { kind: ClaimKind::Payout });
}

/// A request that was kept for an older attempt under the same name says nothing about a newer one.
#[tokio::test]
async fn an_older_attempts_request_is_not_replayed_for_a_newer_one_of_the_same_name() {
    let world = World::new("stale");
    world.control(json!({ "do": "settings", "executions": "fail" }));
    let id = world.at("waitingAddress");
    let here = world.receiver();
    let trade = here.trade(&id).await.unwrap();
    let old = here.request_claim(&trade, ADDRESS).await.unwrap();
    world.fault(CONFIRM_CLAIM, "lost_after");
    world.fault("GET /trades/{id}/events", "lost_before");
    unknown(old.confirm(None, Some("payout")).await);
    world.calm();
    tokio::time::sleep(Duration::from_millis(200)).await;
    // A person saw that it failed, and another process claims anew: that never arrives.
    let there = world.receiver();
    assert!(there.forget("payout").await.unwrap());
    let new = there.request_claim(&there.trade(&id).await.unwrap(), ADDRESS).await.unwrap();
    world.fault(CONFIRM_CLAIM, "lost_before");
    unknown(new.confirm(None, Some("payout")).await);
    world.calm();
    let settled = here.recover().await.unwrap();
    let inspected = world.control(json!({ "do": "inspect", "trade": id }));
    assert_eq!(inspected["effects"]["executions"], 1, "only the old one, which failed");
    assert_ne!(settled[0].verdict, Verdict::Done, "{}: {:?}", settled[0].message, settled[0].execution);
}
