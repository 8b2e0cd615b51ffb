//! A shop: the receiver. It opens a trade, agrees, delivers what was paid, returns what wasn't, and claims its payout.

use std::path::PathBuf;

use autoplus::{
    Client, Crypto, Decimal, Error, ErrorKind, EventType, EventsOptions, NextStep, OpenTrade, Outcome,
    StreamEnd, Trade,
};

use crate::known::{PAUSE, until_known};
use crate::other_side::{
    BUYER_TERMS, Folder, GUILD, LTC, RECEIVER, SENDER, SHOP_TERMS, World, Wrong, ensure, same,
};

const PAYOUT_ADDRESS: &str = LTC;

struct Shop {
    client: Client,
    buyer: String,
    order: String,
    price: Decimal,
    goods: PathBuf,
}

impl Shop {
    // ANCHOR: open
    /// One trade per order, however often this is called: the store knows the name.
    async fn open_trade(&self, guild: &str) -> Result<String, Error> {
        let order = OpenTrade {
            guild: guild.into(),
            crypto: Crypto::Ltc,
            sender: self.buyer.clone(),
            receiver: self.client.user_id().unwrap_or_default().into(),
            operation: Some(format!("order:{}", self.order)),
        };
        let opened = until_known(PAUSE, async || self.client.open_trade(order.clone()).await).await?;
        Ok(opened.id().to_owned())
    }
    // ANCHOR_END: open

    // ANCHOR: follow
    async fn serve(&self, id: &str) -> Result<Option<StreamEnd>, Wrong> {
        let named = EventsOptions { consumer: Some("shop".into()), ..Default::default() };
        let events = self.client.events(id, named)?;
        while let Some(event) = events.next().await? {
            if *event.kind() == EventType::Closed {
                continue;
            }
            match self.act(id).await {
                Err(late)
                    if matches!(
                        late.kind(),
                        ErrorKind::ChangedSinceReview | ErrorKind::Conflict | ErrorKind::NotFound
                    ) =>
                {
                    println!("the other side was faster, the next event tells: {late}");
                }
                done => done?,
            }
        }
        Ok(events.end())
    }
    // ANCHOR_END: follow

    // ANCHOR: act
    async fn act(&self, id: &str) -> Result<(), Error> {
        // An event may be old by the time it is handled: act on what stands now.
        let trade = &self.client.trade(id).await?;
        match self.client.next_step(trade)? {
            NextStep::ConfirmIdentification => {
                let agreed = trade.sender() == Some(&self.buyer)
                    && trade.receiver() == self.client.user_id()
                    && *trade.crypto() == Crypto::Ltc;
                if agreed {
                    self.client.confirm_identification(trade).await?;
                }
            }
            NextStep::Terms { mine, .. } if !same(mine.as_ref(), SHOP_TERMS) => {
                self.client.set_terms(trade, Some(SHOP_TERMS)).await?;
            }
            NextStep::Terms { theirs, confirmed_by_me: false, .. } if same(theirs.as_ref(), BUYER_TERMS) => {
                self.client.confirm_terms(trade).await?;
            }
            NextStep::MayReturn => self.deliver_or_return(trade).await?,
            NextStep::Claim { .. } => {
                let claim = self.client.request_claim(trade, PAYOUT_ADDRESS).await?;
                let name = format!("payout:{}", self.order);
                until_known(PAUSE, async || claim.confirm(None, Some(&name)).await).await?;
            }
            _ => {}
        }
        Ok(())
    }
    // ANCHOR_END: act

    // ANCHOR: deliver
    async fn deliver_or_return(&self, trade: &Trade) -> Result<(), Error> {
        if self.was_delivered() {
            return Ok(()); // your own record: once per order, never once per event
        }
        if trade.covers(self.price, &Crypto::Ltc) {
            self.deliver();
            return Ok(());
        }
        let back = self.client.request_return(trade).await?;
        println!("paid {:?}, not {}: back to {}", trade.amount(), self.price, back.recipient());
        let name = format!("return:{}", self.order);
        until_known(PAUSE, async || back.confirm(Some(&name)).await).await?;
        Ok(())
    }
    // ANCHOR_END: deliver

    fn was_delivered(&self) -> bool {
        self.goods.exists()
    }

    fn deliver(&self) {
        if let Err(why) = std::fs::write(&self.goods, "one licence key\n") {
            println!("not delivered, tried again at the next event: {why}");
        }
    }
}

async fn sell(world: &World, folder: &Folder, order: &str, pays: &str) -> Result<Option<StreamEnd>, Wrong> {
    let (token, me, buyer) = ("sim-token-receiver", RECEIVER, SENDER);
    let (base_url, goods) = (world.base_url(), folder.file(&format!("goods-{order}")));
    let store = format!("sqlite:{}", folder.file("shop.db").display());
    // ANCHOR: start
    let client = Client::builder().token(token).user_id(me).base_url(base_url).store(store).build()?;
    for settlement in client.recover().await? {
        println!("from an earlier run: {} {}", settlement.operation.name(), settlement.message);
    }
    let shop = Shop { client, buyer: buyer.into(), order: order.into(), price: Decimal::new(5, 1), goods };
    let id = shop.open_trade(GUILD).await?;
    // ANCHOR_END: start
    let (end, bought) = tokio::join!(shop.serve(&id), world.buy(&id, pays, &shop.goods));
    bought?;
    shop.client.close().await;
    end
}

pub(crate) async fn run() -> Result<(), Wrong> {
    let (world, folder) = (World::start()?, Folder::new("sell")?);
    let paid = sell(&world, &folder, "42", "0.5").await?;
    ensure(paid == Some(StreamEnd::Closed(Outcome::Released)), &paid)?;
    let underpaid = sell(&world, &folder, "43", "0.4").await?;
    ensure(underpaid == Some(StreamEnd::Closed(Outcome::Returned)), &underpaid)?;
    let delivered = ["42", "43"].map(|order| folder.file(&format!("goods-{order}")).exists());
    ensure(delivered == [true, false], &delivered)?;
    world.check()
}
