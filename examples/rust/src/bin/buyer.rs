//! A buyer: the sender. It compares and confirms, pays once by its own record, and releases the funds once the
//! goods are there. If the shop returns them, it takes them back.

#![expect(clippy::print_stdout, reason = "examples talk to a person")]

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use autoplus::{
    Client, Crypto, Decimal, Error, EventsOptions, NextStep, Outcome, StreamEnd, Trade, TradeStatus,
};
use autoplus_examples::{Deal, unless_faster, until_known};
use clap::Parser;

#[derive(Parser)]
struct Purchase {
    #[arg(long)]
    order: String,
    #[arg(long)]
    trade: String,
    #[arg(long)]
    shop: String,
    #[arg(long)]
    crypto: String,
    #[arg(long)]
    price: Decimal,
    #[arg(long)]
    shop_terms: String,
    #[arg(long)]
    buyer_terms: String,
    #[arg(long)]
    return_address: String,
    /// Where this buyer notes what it paid.
    #[arg(long)]
    record: String,
    /// Appears when the shop delivered.
    #[arg(long)]
    goods: String,
    /// Pays this instead of the price, to show an underpaid order.
    #[arg(long)]
    pay: Option<Decimal>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let purchase = Purchase::parse();
    let client = Client::from_env()?;
    let deal = Deal {
        buyer: client.user_id().ok_or("set AUTOPLUS_USER_ID to the buyer's Discord user")?.to_owned(),
        shop: purchase.shop.clone(),
        crypto: Crypto::from(purchase.crypto.as_str()),
        price: purchase.price,
        shop_terms: purchase.shop_terms.clone(),
        buyer_terms: purchase.buyer_terms.clone(),
    };
    // Under a name: after a restart it goes on behind the last event that was finished.
    let reading = EventsOptions { consumer: Some("buyer".into()), ..EventsOptions::default() };
    let events = client.events(&purchase.trade, reading)?;
    while let Some(event) = events.next().await? {
        let trade = event.trade();
        unless_faster(deal.agree(&client, trade, &deal.buyer_terms).await)?;
        if let NextStep::Deposit { address, crypto } = client.next_step(trade)?
            && deal.parties_match(trade)
            && deal.terms_match(trade)
        {
            pay_once(&purchase, &address, &crypto)?;
        }
        unless_faster(finish(&client, &purchase, trade).await)?;
    }
    match events.end() {
        Some(StreamEnd::Closed(Outcome::Released)) => {
            println!("trade closed: released, and the goods are here")
        }
        Some(StreamEnd::Closed(outcome)) => println!("trade closed: {outcome}"),
        _ => return Err("the trade is gone, and how it ended isn't known".into()),
    }
    client.close().await;
    Ok(())
}

async fn finish(client: &Client, purchase: &Purchase, trade: &Trade) -> Result<(), Error> {
    match client.next_step(trade)? {
        NextStep::MayRelease if goods_arrived(client, purchase, trade).await? => {
            let challenge = client.request_release(trade).await?;
            println!("the goods are here: releasing the funds to {} (challenge ***)", challenge.recipient());
            let name = format!("release:{}", purchase.order);
            until_known(|| challenge.confirm(Some(&name))).await?;
        }
        NextStep::Claim { kind } => {
            let challenge = client.request_claim(trade, &purchase.return_address).await?;
            println!("claiming the {} to {} (challenge ***)", kind.as_str(), challenge.address());
            until_known(|| challenge.confirm(challenge.fee_options().first(), None)).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Waits for the goods for as long as the funds are still in question.
async fn goods_arrived(client: &Client, purchase: &Purchase, trade: &Trade) -> Result<bool, Error> {
    while !Path::new(&purchase.goods).exists() {
        if *client.trade(trade.id()).await?.status() != TradeStatus::WaitingAction {
            return Ok(false);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(true)
}

/// Notes the payment on disk before it is made: after a crash the note says that it may have been made, and a
/// person looks, instead of a second payment going out.
fn pay_once(purchase: &Purchase, address: &str, crypto: &Crypto) -> Result<(), Box<dyn std::error::Error>> {
    let amount = purchase.pay.unwrap_or(purchase.price);
    let Ok(mut record) = OpenOptions::new().write(true).create_new(true).open(&purchase.record) else {
        println!("order {} was paid or begun to be paid before: not paying again", purchase.order);
        return Ok(());
    };
    writeln!(record, "order {}: {amount} {crypto} to {address}", purchase.order)?;
    record.sync_all()?;
    pay(&purchase.trade, &amount)?;
    println!("paid {amount} {crypto} to the escrow at {address}");
    Ok(())
}

/// Play money: tells the simulator that the deposit was made. A real buyer's wallet pays here.
fn pay(trade: &str, amount: &Decimal) -> Result<(), Box<dyn std::error::Error>> {
    let base_url = std::env::var("AUTOPLUS_BASE_URL")?;
    let control = format!("{}/control", base_url.trim_end_matches("/v1"));
    for command in [
        serde_json::json!({ "do": "deposit", "trade": trade, "amount": amount.to_string() }),
        serde_json::json!({ "do": "confirm_deposit", "trade": trade }),
    ] {
        ureq::post(&control).send(command.to_string())?;
    }
    Ok(())
}
