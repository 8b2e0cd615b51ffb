//! A buyer: the sender. It compares before it confirms, pays once, releases for goods, and takes back what is returned.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use autoplus::{
    Client, Crypto, Decimal, ErrorKind, EventType, EventsOptions, NextStep, Outcome, StreamEnd, Trade,
    TradeStatus,
};
use serde_json::json;

use crate::known::{PAUSE, until_known};
use crate::other_side::{
    BUYER_TERMS, Folder, LTC, RECEIVER, SENDER, SHOP_TERMS, World, Wrong, agree, ensure, same, wait,
};

const RETURN_ADDRESS: &str = LTC;

struct Buyer<'a> {
    world: &'a World,
    client: Client,
    shop: String,
    order: String,
    price: Decimal,
    note: PathBuf,
    goods: PathBuf,
}

impl Buyer<'_> {
    // ANCHOR: act
    async fn act(&self, id: &str) -> Result<(), Wrong> {
        let trade = &self.client.trade(id).await?;
        match self.client.next_step(trade)? {
            NextStep::ConfirmIdentification => {
                let agreed = trade.sender() == self.client.user_id()
                    && trade.receiver() == Some(&self.shop)
                    && *trade.crypto() == Crypto::Ltc;
                if agreed {
                    self.client.confirm_identification(trade).await?;
                }
            }
            NextStep::Terms { mine, .. } if !same(mine.as_ref(), BUYER_TERMS) => {
                self.client.set_terms(trade, Some(BUYER_TERMS)).await?;
            }
            NextStep::Terms { theirs, confirmed_by_me: false, .. } if same(theirs.as_ref(), SHOP_TERMS) => {
                self.client.confirm_terms(trade).await?;
            }
            NextStep::Deposit { address, .. } => self.pay_once(trade, &address)?,
            NextStep::MayRelease if self.goods.exists() => {
                let release = self.client.request_release(trade).await?;
                let name = format!("release:{}", self.order);
                until_known(PAUSE, async || release.confirm(Some(&name)).await).await?;
            }
            // a return, or the part of a reduction: it comes back to this account
            NextStep::Claim { kind } => {
                let claim = self.client.request_claim(trade, RETURN_ADDRESS).await?;
                println!("the {} goes to {}", kind.as_str(), claim.address());
                let name = format!("{}:{}", kind.as_str(), self.order);
                until_known(PAUSE, async || claim.confirm(None, Some(&name)).await).await?;
            }
            _ => {}
        }
        Ok(())
    }
    // ANCHOR_END: act

    // ANCHOR: pay
    /// The note is on the disk before the money goes. After a crash in between a person looks; nobody pays twice.
    fn pay_once(&self, trade: &Trade, address: &str) -> Result<(), Wrong> {
        let agreed = trade.terms().is_some_and(|terms| same(terms.receiver().text(), SHOP_TERMS));
        if !agreed || self.note.exists() {
            return Ok(());
        }
        let mut note = OpenOptions::new().write(true).create_new(true).open(&self.note)?;
        writeln!(note, "{} {} to {address}", self.price, trade.crypto())?;
        note.sync_all()?;
        self.pay_from_wallet(trade)
    }
    // ANCHOR_END: pay

    fn pay_from_wallet(&self, trade: &Trade) -> Result<(), Wrong> {
        self.world.pay(trade.id(), &self.price.to_string())
    }

    async fn follow(&self, id: &str) -> Result<Option<StreamEnd>, Wrong> {
        let named = EventsOptions { consumer: Some("buyer".into()), ..Default::default() };
        let events = self.client.events(id, named)?;
        while let Some(event) = events.next().await? {
            if *event.kind() == EventType::Closed {
                continue;
            }
            if let Err(wrong) = self.act(id).await {
                let kind = wrong.downcast_ref::<autoplus::Error>().map(autoplus::Error::kind);
                let late = [ErrorKind::ChangedSinceReview, ErrorKind::Conflict, ErrorKind::NotFound];
                if !kind.is_some_and(|kind| late.contains(&kind)) {
                    return Err(wrong);
                }
                println!("the other side was faster, the next event tells: {wrong}");
            }
        }
        Ok(events.end())
    }
}

/// The shop: delivers and takes its payout, or returns the funds.
async fn sell(world: &World, id: &str, delivers: Option<&PathBuf>) -> Result<(), Wrong> {
    let shop = world.client(RECEIVER, None)?;
    agree(&shop, id, SHOP_TERMS, BUYER_TERMS).await?;
    let paid = wait(&shop, id, |trade| *trade.status() == TradeStatus::WaitingAction).await?;
    if let Some(goods) = delivers {
        std::fs::write(goods, "one licence key\n")?;
        // Somebody writes in the thread; the buyer looks again.
        world.control(json!({ "do": "emit", "trade": id, "type": "trade.updated" }))?;
        let released = wait(&shop, id, |trade| *trade.status() == TradeStatus::WaitingAddress).await?;
        shop.request_claim(&released, LTC).await?.confirm(None, None).await?;
    } else {
        shop.request_return(&paid).await?.confirm(None).await?;
    }
    shop.close().await;
    Ok(())
}

async fn purchase(
    world: &World,
    folder: &Folder,
    order: &str,
    delivers: bool,
) -> Result<Option<StreamEnd>, Wrong> {
    let id = world.open_trade("waitingIdentification")?;
    let buyer = Buyer {
        world,
        client: world.client(SENDER, Some(&folder.file("buyer.db")))?,
        shop: RECEIVER.into(),
        order: order.into(),
        price: Decimal::new(5, 1),
        note: folder.file(&format!("paid-{order}")),
        goods: folder.file(&format!("goods-{order}")),
    };
    let (end, sold) = tokio::join!(buyer.follow(&id), sell(world, &id, delivers.then_some(&buyer.goods)));
    sold?;
    buyer.client.close().await;
    end
}

pub(crate) async fn run() -> Result<(), Wrong> {
    let (world, folder) = (World::start()?, Folder::new("buy")?);
    let delivered = purchase(&world, &folder, "42", true).await?;
    ensure(delivered == Some(StreamEnd::Closed(Outcome::Released)), &delivered)?;
    let returned = purchase(&world, &folder, "43", false).await?;
    ensure(returned == Some(StreamEnd::Closed(Outcome::Returned)), &returned)?;
    world.check()
}
