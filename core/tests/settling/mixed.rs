//! Clients with and without a user_id at one store, at the same time or by turns.

use std::time::Duration;

use serde_json::json;

use crate::world::{ADDRESS, CREATE, World, order, unknown};

/// The advice of the error is to repeat the call under its name; a client with a user_id that starts meanwhile must not
/// make that a second trade.
#[tokio::test]
async fn what_is_open_without_a_user_id_is_not_started_anew_beside_one_with_it() {
    let world = World::new("mixed-unknown");
    let plain = world.client("sim-token-sender", None);
    world.fault(CREATE, "lost_after");
    unknown(plain.open_trade(order("order:42")).await);
    world.calm();
    let named = world.sender();
    named.pending_operations().await.unwrap();
    let _ = plain.open_trade(order("order:42")).await;
    assert_eq!(world.check(1), json!([]), "the trade was opened twice");
}

/// The same, with a call of the plain client under way: it ends as it would, and the other one is refused.
#[tokio::test]
async fn a_call_under_way_is_not_disturbed_by_a_client_that_knows_the_user() {
    let world = World::new("mixed-running");
    let plain = world.client("sim-token-sender", None);
    world.control(json!({ "do": "fault", "on": CREATE, "kind": "slow", "seconds": 0.3 }));
    let opening = {
        let plain = plain.clone();
        tokio::spawn(async move { plain.open_trade(order("order:42")).await })
    };
    tokio::time::sleep(Duration::from_millis(150)).await;
    let named = world.sender();
    named.pending_operations().await.unwrap();
    let opened = opening.await.unwrap();
    let again = named.open_trade(order("order:42")).await;
    assert!(opened.is_ok(), "{:?}", opened.err());
    assert_eq!(again.unwrap_err().kind(), autoplus::ErrorKind::OperationInProgress);
    assert_eq!(world.check(1), json!([]));
}

/// A restart that lost its user_id.
#[tokio::test]
async fn a_name_of_a_known_user_is_not_started_anew_without_the_user_id() {
    let world = World::new("mixed-lost");
    let named = world.sender();
    world.fault(CREATE, "lost_after");
    unknown(named.open_trade(order("order:42")).await);
    world.calm();
    drop(named);
    let plain = world.client("sim-token-sender", None);
    let _ = plain.open_trade(order("order:42")).await;
    assert_eq!(world.check(1), json!([]), "the trade was opened twice");
}

/// An accepted claim excludes another one, whoever's rows know it.
#[tokio::test]
async fn a_claim_of_a_client_without_a_user_id_stays_pending_for_one_with_it() {
    let world = World::new("mixed-claim");
    world.control(json!({ "do": "settings", "executions": "hold" }));
    let id = world.at("waitingAddress");
    // The user's rows know the trade.
    let before = world.receiver();
    let stream = before.events(&id, autoplus::EventsOptions::default()).unwrap();
    stream.next().await.unwrap();
    drop((stream, before));
    let plain = world.client("sim-token-receiver", None);
    let challenge = plain.request_claim(&plain.trade(&id).await.unwrap(), ADDRESS).await.unwrap();
    challenge.confirm(None, Some("payout")).await.unwrap();
    drop((challenge, plain));
    let after = world.receiver();
    let trade = after.trade(&id).await.unwrap();
    let again = after.request_claim(&trade, ADDRESS).await;
    let said = again.err().map(|error| (error.kind(), error.to_string()));
    assert!(
        said.as_ref().is_some_and(|(kind, _)| *kind == autoplus::ErrorKind::OperationInProgress),
        "{said:?}; {:?}",
        after.next_step(&trade)
    );
}

/// An accepted claim that was kept as JSON excludes another one in the store that it is put into.
#[tokio::test]
async fn an_accepted_claim_that_is_adopted_stays_pending() {
    let world = World::new("mixed-adopted");
    world.control(json!({ "do": "settings", "executions": "hold" }));
    let id = world.at("waitingAddress");
    let first = world.receiver();
    let challenge = first.request_claim(&first.trade(&id).await.unwrap(), ADDRESS).await.unwrap();
    challenge.confirm(None, Some("payout")).await.unwrap();
    let kept = first.pending_operations().await.unwrap()[0].to_json();
    drop((challenge, first));
    for entry in std::fs::read_dir(&world.folder).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let second = world.receiver();
    second.resolve(&autoplus::Operation::from_json(&kept).unwrap(), false).await.unwrap();
    let step = second.next_step(&second.trade(&id).await.unwrap()).unwrap();
    assert_eq!(step, autoplus::NextStep::PayoutPending);
}

/// What was closed holds nothing open any more, whatever is asked of it later.
#[tokio::test]
async fn a_closed_client_does_not_open_its_store_again() {
    let world = World::new("mixed-closed");
    let id = world.at("waitingAction");
    let client = world.sender();
    let trade = client.trade(&id).await.unwrap();
    client.close().await;
    let _ = client.next_step(&trade);
    let left = std::fs::read_dir(&world.folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left: Vec<_> = left.filter(|name| name != "a.db").collect();
    assert!(left.is_empty(), "{left:?}");
}
