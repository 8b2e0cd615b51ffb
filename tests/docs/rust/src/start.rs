//! A whole trade in one file: both sides, from opening to payout, with play money.

// ANCHOR: all
// ANCHOR: world
use autoplus::{Client, Crypto, EventsOptions, OpenTrade, Outcome, StreamEnd};
use autoplus_simulator::{Config, Simulator};
use serde_json::json;

const GUILD: &str = "100000000000000001";
const SENDER: &str = "200000000000000001";
const RECEIVER: &str = "200000000000000002";
const ADDRESS: &str = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9";

pub(crate) async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let simulator = Simulator::start(Config::default())?;
    let client =
        |token, user| Client::builder().token(token).user_id(user).base_url(simulator.base_url()).build();
    let shop = client("sim-token-receiver", RECEIVER)?;
    let buyer = client("sim-token-sender", SENDER)?;
    // ANCHOR_END: world

    // ANCHOR: agree
    let opened = shop
        .open_trade(OpenTrade {
            guild: GUILD.into(),
            crypto: Crypto::Ltc,
            sender: SENDER.into(),
            receiver: RECEIVER.into(),
            operation: Some("order:42".into()),
        })
        .await?;
    let id = opened.id();
    // who pays, who gets paid: compare, then confirm
    for side in [&shop, &buyer] {
        side.confirm_identification(&side.trade(id).await?).await?;
    }
    shop.set_terms(&shop.trade(id).await?, Some("one licence key")).await?;
    buyer.set_terms(&buyer.trade(id).await?, Some("0.5 LTC, paid at once")).await?;
    for side in [&shop, &buyer] {
        side.confirm_terms(&side.trade(id).await?).await?;
    }
    // ANCHOR_END: agree

    // ANCHOR: pay
    // in real life the buyer's wallet pays to trade.address()
    simulator.control(&json!({ "do": "deposit", "trade": id, "amount": "0.5" }))?;
    simulator.control(&json!({ "do": "confirm_deposit", "trade": id }))?;
    let trade = buyer.trade(id).await?;
    println!("{} {:?} {}", trade.status(), trade.amount(), trade.crypto()); // waitingAction 0.5 ltc
    // ANCHOR_END: pay

    // ANCHOR: settle
    buyer.request_release(&trade).await?.confirm(None).await?;
    shop.request_claim(&shop.trade(id).await?, ADDRESS).await?.confirm(None, None).await?;
    // from the trade's beginning
    let events = shop.events(id, EventsOptions { start_after: Some(0), ..Default::default() })?;
    while let Some(event) = events.next().await? {
        println!("{} {}", event.kind(), event.trade().status());
    }
    println!("ended: {:?}", events.end());
    // ANCHOR_END: settle

    assert_eq!(events.end(), Some(StreamEnd::Closed(Outcome::Released)));
    assert_eq!(simulator.control(&json!({ "do": "check", "creates": 1 }))?, json!([]));
    shop.close().await;
    buyer.close().await;
    Ok(())
}
// ANCHOR_END: all
