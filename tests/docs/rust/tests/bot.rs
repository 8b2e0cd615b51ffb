//! How a bot is tested: its own code, against a whole AutoPlus in the process.

#![allow(clippy::unwrap_used, reason = "a test")]

// ANCHOR: fixtures
use std::time::Duration;

use autoplus::{Client, Crypto, Decimal, Error, ErrorKind, Timeouts, TradeStatus};
use autoplus_simulator::{Config, Simulator};
use serde_json::{Value, json};

struct World {
    simulator: Simulator,
    buyer: Client,
}

fn world() -> World {
    let simulator = Simulator::start(Config::default()).unwrap();
    let impatient =
        Timeouts { attempt: Duration::from_millis(500), call: Duration::from_secs(2), ..Default::default() };
    let buyer = Client::builder()
        .token("sim-token-sender")
        .user_id("200000000000000001")
        .base_url(simulator.base_url())
        .timeouts(impatient)
        .build()
        .unwrap();
    World { simulator, buyer }
}

impl World {
    fn control(&self, command: Value) -> Value {
        self.simulator.control(&command).unwrap()
    }

    fn trade(&self, until: &str) -> String {
        self.control(json!({ "do": "open_trade", "until": until }))["id"].as_str().unwrap().into()
    }
}
// ANCHOR_END: fixtures

// ANCHOR: bot
async fn release(client: &Client, id: &str) -> Result<(), Error> {
    let challenge = client.request_release(&client.trade(id).await?).await?;
    loop {
        match challenge.confirm(Some("release:42")).await {
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            known => return known.map(|_| ()),
        }
    }
}
// ANCHOR_END: bot

// ANCHOR: fault
#[tokio::test]
async fn funds_are_released_once_whatever_is_lost() {
    for lost in ["lost_before", "lost_after"] {
        let world = world();
        let id = world.trade("waitingAction");
        let on = "POST /trades/{id}/confirm-action";
        world.control(json!({ "do": "fault", "on": on, "kind": lost, "times": 2 }));
        release(&world.buyer, &id).await.unwrap();
        assert_eq!(world.control(json!({ "do": "inspect", "trade": id }))["effects"]["actions"], 1);
        // No rule was broken: nothing moved twice, nothing that wasn't confirmed.
        assert_eq!(world.control(json!({ "do": "check" })), json!([]));
    }
}
// ANCHOR_END: fault

// ANCHOR: time
#[tokio::test]
async fn an_old_challenge_moves_nothing() {
    let world = world();
    let id = world.trade("waitingAction");
    let challenge = world.buyer.request_release(&world.buyer.trade(&id).await.unwrap()).await.unwrap();
    world.control(json!({ "do": "advance", "seconds": 61 })); // virtual: it takes no time
    assert_eq!(challenge.confirm(None).await.unwrap_err().kind(), ErrorKind::ChallengeExpired);
    assert_eq!(*world.buyer.trade(&id).await.unwrap().status(), TradeStatus::WaitingAction);
}
// ANCHOR_END: time

// ANCHOR: play
#[tokio::test]
async fn a_deposit_that_is_too_small() {
    let world = world();
    let id = world.trade("waitingReceive");
    world.control(json!({ "do": "deposit", "trade": id, "amount": "0.4" }));
    world.control(json!({ "do": "confirm_deposit", "trade": id }));
    assert!(!world.buyer.trade(&id).await.unwrap().covers(Decimal::new(5, 1), &Crypto::Ltc));
    // The other side, in Discord.
    world.control(json!({ "do": "act", "trade": id, "user": "receiver", "act": "return" }));
    assert_eq!(*world.buyer.trade(&id).await.unwrap().status(), TradeStatus::WaitingReturnAddress);
}
// ANCHOR_END: play
