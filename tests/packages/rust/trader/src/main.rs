//! A seller and a buyer in one process, against the simulator: from the opened trade to the payout, on the crates as they
//! are packed.

use std::time::Duration;

use autoplus::{Client, Crypto, Decimal, Error, NextStep, OpenTrade, Outcome, StreamEnd, Trade, TradeStatus};
use autoplus_simulator::{Config, Simulator};
use serde_json::json;

const BUYER: &str = "200000000000000001";
const SELLER: &str = "200000000000000002";
const PAYOUT: &str = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9";
const PATIENCE: Duration = Duration::from_secs(30);

type Failure = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let simulator = Simulator::start(Config::default())?;
    let folder = std::env::temp_dir().join(format!("autoplus-trader-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let played = play(&simulator, &folder).await;
    std::fs::remove_dir_all(&folder)?;
    played
}

fn client(simulator: &Simulator, folder: &std::path::Path, who: &str, user: &str) -> Result<Client, Error> {
    let store = match cfg!(feature = "store") {
        true => format!("sqlite:{}", folder.join(format!("{who}.db")).display()),
        false => String::from("memory"),
    };
    let token = format!("sim-token-{who}");
    Client::builder().token(token).user_id(user).base_url(simulator.base_url()).store(store).build()
}

async fn play(simulator: &Simulator, folder: &std::path::Path) -> Result<(), Failure> {
    let seller = client(simulator, folder, "receiver", SELLER)?;
    let buyer = client(simulator, folder, "sender", BUYER)?;
    let open = || OpenTrade {
        guild: "100000000000000001".into(),
        crypto: Crypto::Ltc,
        sender: BUYER.into(),
        receiver: SELLER.into(),
        operation: Some("order:1".into()),
    };
    let opened = seller.open_trade(open()).await?;
    assert_eq!(seller.open_trade(open()).await?.id(), opened.id(), "the same order opened twice");
    let id = opened.id();

    for me in [&seller, &buyer] {
        me.confirm_identification(&me.trade(id).await?).await?;
    }
    for (me, own_terms) in [(&seller, "ships today"), (&buyer, "pays today")] {
        me.set_terms(&me.trade(id).await?, Some(own_terms)).await?;
    }
    for me in [&seller, &buyer] {
        me.confirm_terms(&me.trade(id).await?).await?;
    }
    let NextStep::Deposit { address, .. } = step(&buyer, id).await? else {
        return Err("no deposit is asked for".into());
    };
    assert!(address.starts_with("ltc1"), "{address}");
    simulator.control(&json!({ "do": "deposit", "trade": id, "amount": "0.5" }))?;
    simulator.control(&json!({ "do": "confirm_deposit", "trade": id }))?;

    let half = Decimal::new(5, 1);
    let covered = |trade: &Trade| trade.covers(half, &Crypto::Ltc);
    let paid = seller.wait_for(id, covered, Some(PATIENCE)).await?;
    println!("escrow holds {} {}", paid.amount().map(ToString::to_string).unwrap_or_default(), paid.crypto());

    let release = buyer.request_release(&buyer.trade(id).await?).await?;
    assert_eq!(release.recipient(), SELLER);
    let released = release.confirm(Some("release:1")).await?;
    assert_eq!(*released.status(), TradeStatus::WaitingAddress);

    let events = seller.events(id, Default::default())?;
    let claim = seller.request_claim(&seller.trade(id).await?, PAYOUT).await?;
    claim.confirm(None, Some("claim:1")).await?;
    while tokio::time::timeout(PATIENCE, events.next()).await??.is_some() {}
    assert_eq!(events.end(), Some(StreamEnd::Closed(Outcome::Released)));

    let broken = simulator.control(&json!({ "do": "check", "creates": 1 }))?;
    assert_eq!(broken, json!([]), "rules that were broken");
    let seen = simulator.control(&json!({ "do": "inspect", "trade": id }))?;
    assert_eq!(seen["transfers"].as_array().map(Vec::len), Some(1), "{}", seen["transfers"]);
    println!("paid out once, to {PAYOUT}");
    seller.close().await;
    buyer.close().await;
    Ok(())
}

async fn step(client: &Client, id: &str) -> Result<NextStep, Error> {
    client.next_step(&client.trade(id).await?)
}
