//! A claim in BTC: one of the offered fees goes along, and the transfer is followed to its end.

use std::cell::Cell;

use autoplus::{
    BtcFeeOption, Client, Crypto, Decimal, Error, EventType, EventsOptions, Execution, ExecutionState,
    NextStep, check_address,
};
use serde_json::json;

use crate::known::{PAUSE, until_known};
use crate::other_side::{RECEIVER, World, Wrong, ensure, id_of};

const ADDRESS: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";

// ANCHOR: fee
async fn claim(client: &Client, id: &str) -> Result<(), Error> {
    let challenge = client.request_claim(&client.trade(id).await?, ADDRESS).await?;
    for offer in challenge.fee_options() {
        let (rate, cost) = (offer.sat_per_vbyte(), offer.estimated_cost_usd());
        println!("{}: {rate:?} sat/vB, about {cost:?} USD", offer.priority());
    }
    let fee = fastest_below(Decimal::from(5), challenge.fee_options());
    // The fee goes back exactly as it was offered. What was accepted is a receipt, not a transfer.
    let receipt = until_known(PAUSE, async || challenge.confirm(fee, Some("payout:42")).await).await?;
    println!("accepted: {} {}", receipt.execution_id(), receipt.status());
    Ok(())
}

/// The dearest offer that isn't above the limit; the cheapest if all are.
fn fastest_below(limit: Decimal, offers: &[BtcFeeOption]) -> Option<&BtcFeeOption> {
    let mut cheapest_first: Vec<_> = offers.iter().collect();
    cheapest_first.sort_by_key(|offer| offer.sat_per_vbyte().decimal());
    let affordable =
        |offer: &&&BtcFeeOption| offer.sat_per_vbyte().decimal().is_some_and(|rate| rate <= limit);
    cheapest_first.iter().rfind(affordable).or(cheapest_first.first()).copied()
}
// ANCHOR_END: fee

// ANCHOR: address
/// Sends nothing. Fails if it is no BTC address; warns of what a person should look at.
fn look_at(address: &str) -> Result<String, Error> {
    let checked = check_address(&Crypto::Btc, address)?;
    for warning in &checked.warnings {
        println!("{warning:?}");
    }
    Ok(checked.canonical)
}
// ANCHOR_END: address

// ANCHOR: transfer
async fn take_payout(client: &Client, id: &str, tell_a_person: impl Fn(Execution)) -> Result<(), Wrong> {
    let named = EventsOptions { consumer: Some("payout".into()), ..Default::default() };
    let events = client.events(id, named)?;
    while let Some(event) = events.next().await? {
        let transfer = event.changes().execution();
        // Nothing moved then: the funds are still in escrow and are claimed again.
        if let Some(failed) = transfer.filter(|transfer| *transfer.state() == ExecutionState::Failed) {
            tell_a_person(failed);
        }
        let may_claim = matches!(client.next_step(event.trade())?, NextStep::Claim { .. });
        if may_claim && *event.kind() != EventType::Closed {
            claim(client, id).await?;
        }
    }
    println!("ended: {:?}", events.end());
    Ok(())
}
// ANCHOR_END: transfer

pub(crate) async fn run() -> Result<(), Wrong> {
    ensure(look_at(&ADDRESS.to_uppercase())? == ADDRESS, &"another spelling")?;
    ensure(look_at(&ADDRESS.replace("w508", "w509")).is_err(), &"a wrong character was taken")?;
    let (world, failures) = (World::start()?, Cell::new(0));
    let open = json!({ "do": "open_trade", "until": "waitingAddress", "crypto": "btc", "amount": "0.015" });
    let id = id_of(&world.control(open)?)?;
    world.control(json!({ "do": "settings", "executions": "fail" }))?;
    let client = world.client(RECEIVER, None)?;
    let note = |_| {
        failures.set(failures.get() + 1);
        let mended = world.control(json!({ "do": "settings", "executions": "complete" }));
        assert!(mended.is_ok());
    };
    take_payout(&client, &id, note).await?;
    ensure(failures.get() == 1, &failures)?;
    let requests = world.control(json!({ "do": "requests" }))?;
    let claims: Vec<&str> = requests
        .as_array()
        .into_iter()
        .flatten()
        .filter(|request| request["path"].as_str().is_some_and(|path| path.ends_with("confirm-claim")))
        .filter_map(|request| request["body"].as_str())
        .collect();
    let medium = claims.iter().all(|body| body.contains(r#""priority":"medium""#));
    ensure(claims.len() == 2 && medium, &claims)?;
    client.close().await;
    world.check()
}
