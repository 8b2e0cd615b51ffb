//! What was begun before an account's user was known, or under its older token.

use serde_json::json;

use crate::world::{CREATE, SENDER, World, order, unknown};

/// The advice "set user_id on both clients" must not open the trade a second time.
#[tokio::test]
async fn a_name_left_open_without_a_user_id_is_not_started_anew_once_the_user_id_is_set() {
    let world = World::new("userid");
    let first = world.client("sim-token-sender", None);
    world.fault(CREATE, "lost_after");
    unknown(first.open_trade(order("order:42")).await);
    world.calm();
    first.close().await;
    drop(first);
    let second = world.sender();
    let _ = second.open_trade(order("order:42")).await;
    assert_eq!(world.check(1), json!([]), "the trade was opened twice");
}

/// A finished name isn't started anew after the token was rotated.
#[tokio::test]
async fn a_finished_name_is_not_started_anew_under_another_token_or_with_a_user_id() {
    let world = World::new("rotated");
    let first = world.client("sim-token-sender", None);
    first.open_trade(order("order:42")).await.unwrap();
    drop(first);
    world.control(json!({ "do": "add_user", "id": SENDER, "token": "sim-token-sender-2" }));
    let second = world.client("sim-token-sender-2", None);
    let _ = second.open_trade(order("order:42")).await;
    assert_eq!(world.check(1), json!([]), "the trade was opened twice");
}

#[tokio::test]
async fn a_finished_name_is_not_started_anew_once_the_user_id_is_set() {
    let world = World::new("finished");
    let first = world.client("sim-token-sender", None);
    first.open_trade(order("order:42")).await.unwrap();
    drop(first);
    let second = world.sender();
    let _ = second.open_trade(order("order:42")).await;
    assert_eq!(world.check(1), json!([]), "the trade was opened twice");
}
