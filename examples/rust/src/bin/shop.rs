//! A shop bot: the receiver. It opens a trade for an order, delivers only once the escrow holds what was agreed,
//! and takes its payout. An underpaid order is returned, never delivered.

#![expect(clippy::print_stdout, reason = "examples talk to a person")]

use std::path::Path;

use autoplus::{
    Amount, Client, Crypto, Decimal, Error, EventsOptions, NextStep, OpenTrade, StreamEnd, Trade, TradeStatus,
};
use autoplus_examples::{Deal, unless_faster, until_known};
use clap::Parser;

#[derive(Parser)]
struct Order {
    #[arg(long)]
    order: String,
    #[arg(long)]
    guild: String,
    #[arg(long)]
    buyer: String,
    #[arg(long)]
    crypto: String,
    #[arg(long)]
    price: Decimal,
    #[arg(long)]
    shop_terms: String,
    #[arg(long)]
    buyer_terms: String,
    #[arg(long)]
    payout_address: String,
    #[arg(long)]
    deliver_to: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let order = Order::parse();
    let client = Client::from_env()?;
    let deal = Deal {
        buyer: order.buyer.clone(),
        shop: client.user_id().ok_or("set AUTOPLUS_USER_ID to the shop's Discord user")?.to_owned(),
        crypto: Crypto::from(order.crypto.as_str()),
        price: order.price,
        shop_terms: order.shop_terms.clone(),
        buyer_terms: order.buyer_terms.clone(),
    };
    let opened = client
        .open_trade(OpenTrade {
            guild: order.guild.clone(),
            crypto: deal.crypto.clone(),
            sender: deal.buyer.clone(),
            receiver: deal.shop.clone(),
            operation: Some(format!("order:{}", order.order)),
        })
        .await?;
    println!("opened trade {} for order {}", opened.id(), order.order);

    // Under a name: after a restart it goes on behind the last event that was finished.
    let reading = EventsOptions { consumer: Some("shop".into()), ..EventsOptions::default() };
    let events = client.events(opened.id(), reading)?;
    while let Some(event) = events.next().await? {
        let trade = event.trade();
        unless_faster(deal.agree(&client, trade, &deal.shop_terms).await)?;
        unless_faster(fulfil(&client, &order, &deal, trade).await)?;
    }
    match events.end() {
        Some(StreamEnd::Closed(outcome)) => println!("trade closed: {outcome}"),
        _ => return Err("the trade is gone, and how it ended isn't known".into()),
    }
    client.close().await;
    Ok(())
}

async fn fulfil(client: &Client, order: &Order, deal: &Deal, trade: &Trade) -> Result<(), Error> {
    match client.next_step(trade)? {
        // What was delivered is the shop's own record: a later event at the same status delivers nothing again.
        NextStep::MayReturn if !Path::new(&order.deliver_to).exists() => {
            // An event may be old by now: what counts is the trade as it stands right before delivering.
            let trade = &client.trade(trade.id()).await?;
            if *trade.status() != TradeStatus::WaitingAction {
                return Ok(());
            }
            let held = trade.amount().map(Amount::as_text).unwrap_or_default();
            if !deal.parties_match(trade)
                || !deal.terms_match(trade)
                || !trade.covers(deal.price, &deal.crypto)
            {
                println!(
                    "escrow holds {held} {}, not the agreed {} {}: not delivered",
                    trade.crypto(),
                    deal.price,
                    deal.crypto
                );
                let challenge = client.request_return(trade).await?;
                println!("returning the funds to {} (challenge ***)", challenge.recipient());
                let name = format!("return:{}", order.order);
                until_known(|| challenge.confirm(Some(&name))).await?;
                return Ok(());
            }
            println!("escrow holds {held} {}: delivering order {}", trade.crypto(), order.order);
            deliver(order);
        }
        NextStep::Claim { .. } => {
            let challenge = client.request_claim(trade, &order.payout_address).await?;
            println!("claiming {} to {} (challenge ***)", challenge.crypto(), challenge.address());
            until_known(|| challenge.confirm(challenge.fee_options().first(), None)).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Where a real shop hands out what was bought.
fn deliver(order: &Order) {
    let goods = format!("the goods of order {}\n", order.order);
    if let Err(why) = std::fs::write(&order.deliver_to, goods) {
        println!("could not deliver, will be tried at the next event: {why}");
    }
}
