//! A shop bot: the receiver. It opens a trade for an order, delivers only once the escrow holds what was agreed,
//! and takes its payout. An underpaid order is returned, never delivered.

#![expect(clippy::print_stdout, reason = "examples talk to a person")]

use autoplus::{Amount, Client, Crypto, Decimal, Error, NextStep, OpenTrade, StreamEnd, Trade, TradeStatus};
use autoplus_examples::{Deal, unless_faster};
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

    let mut delivered = false;
    let events = client.events(opened.id(), Default::default())?;
    while let Some(event) = events.next().await? {
        let trade = event.trade();
        unless_faster(deal.agree(&client, trade, &deal.shop_terms).await)?;
        unless_faster(fulfil(&client, &order, &deal, trade, &mut delivered).await)?;
    }
    match events.end() {
        Some(StreamEnd::Closed(outcome)) => println!("trade closed: {outcome}"),
        _ => return Err("the trade is gone, and how it ended isn't known".into()),
    }
    client.close().await;
    Ok(())
}

async fn fulfil(
    client: &Client,
    order: &Order,
    deal: &Deal,
    trade: &Trade,
    delivered: &mut bool,
) -> Result<(), Error> {
    match client.next_step(trade)? {
        NextStep::MayReturn if *trade.status() == TradeStatus::WaitingAction && !*delivered => {
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
                challenge.confirm(Some(&format!("return:{}", order.order))).await?;
                return Ok(());
            }
            println!("escrow holds {held} {}: delivering order {}", trade.crypto(), order.order);
            *delivered = deliver(order);
        }
        NextStep::Claim { .. } => {
            let challenge = client.request_claim(trade, &order.payout_address).await?;
            println!("claiming {} to {} (challenge ***)", challenge.crypto(), challenge.address());
            challenge
                .confirm(challenge.fee_options().first(), Some(&format!("payout:{}", order.order)))
                .await?;
        }
        _ => {}
    }
    Ok(())
}

/// Where a real shop hands out what was bought.
fn deliver(order: &Order) -> bool {
    let goods = format!("the goods of order {}\n", order.order);
    std::fs::write(&order.deliver_to, goods).inspect_err(|why| println!("could not deliver: {why}")).is_ok()
}
