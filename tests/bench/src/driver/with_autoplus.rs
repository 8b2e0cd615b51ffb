//! The library, as a bot in Rust uses it.

use std::hint::black_box;
use std::sync::{Arc, OnceLock};

use autoplus::{Client, EventsOptions, OpenTrade, Trade, TradeEvent};

use crate::stack::{Failed, GUILD, Settings, Stack};

const ALL: usize = 1000;

#[derive(Clone)]
pub(crate) struct Autoplus {
    client: Client,
    trade: Arc<str>,
    /// The first one that was read: what is released is what was looked at.
    reviewed: Arc<OnceLock<Trade>>,
}

impl Autoplus {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Failed> {
        let builder = Client::builder().token("bench").base_url(&settings.url).store(&settings.store);
        let builder = match &settings.ca_file {
            Some(path) => builder.ca_file(path),
            None => builder,
        };
        let (client, trade) = (builder.build()?, settings.trade.as_str().into());
        Ok(Self { client, trade, reviewed: Arc::default() })
    }
}

impl Stack for Autoplus {
    async fn one(&self) -> Result<i64, Failed> {
        let trade = self.client.trade(&self.trade).await?;
        black_box((trade.status(), trade.amount()));
        let revision = trade.revision();
        self.reviewed.get_or_init(|| trade);
        Ok(revision)
    }

    async fn pay(&self) -> Result<i64, Failed> {
        let reviewed = self.reviewed.get().ok_or("no trade was read yet")?;
        let opened = self
            .client
            .open_trade(OpenTrade {
                guild: GUILD.to_owned(),
                crypto: reviewed.crypto().clone(),
                sender: reviewed.sender().unwrap_or_default().to_owned(),
                receiver: reviewed.receiver().unwrap_or_default().to_owned(),
                operation: None,
            })
            .await?;
        let challenge = self.client.request_release(reviewed).await?;
        let released = challenge.confirm(None).await?;
        Ok(opened.trade_id() + released.revision())
    }

    async fn batch(&self) -> Result<i64, Failed> {
        let options = EventsOptions { start_after: Some(0), ..EventsOptions::default() };
        let stream = self.client.events(&self.trade, options)?;
        let mut check = 0;
        let mut seen = 0;
        while seen < ALL {
            let batch = stream.next_batch(ALL).await?;
            if batch.is_empty() {
                return Err("the stream ended before its last event".into());
            }
            seen += batch.len();
            check += batch.iter().map(read).sum::<i64>();
        }
        stream.close();
        Ok(check)
    }
}

/// Reads every field, so that none is spared.
fn read(event: &TradeEvent) -> i64 {
    let trade = event.trade();
    black_box((event.kind(), event.occurred_at(), event.changes().raw_json()));
    black_box((trade.id(), trade.trade_id(), trade.opened_at(), trade.crypto(), trade.status()));
    black_box((trade.sender(), trade.receiver(), trade.identification_revision()));
    black_box((trade.identification_confirmed_by(), trade.terms(), trade.address()));
    black_box((trade.fees(), trade.fees_usd(), trade.amount(), trade.amount_usd()));
    black_box((trade.received_at(), trade.txid(), trade.settlement_txid(), trade.fund_controls_locked()));
    event.id() + trade.revision()
}
