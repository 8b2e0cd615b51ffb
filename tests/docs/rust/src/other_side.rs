//! The world that the programs run in, and the other side of a trade: a client of its own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use autoplus::{Client, Error, Text, Timeouts, Trade, TradeStatus};
use autoplus_simulator::{Config, Simulator};
use serde_json::{Value, json};

pub(crate) type Wrong = Box<dyn std::error::Error>;
pub(crate) type Outcome = Result<(), Wrong>;

pub(crate) const GUILD: &str = "100000000000000001";
pub(crate) const SENDER: &str = "200000000000000001";
pub(crate) const RECEIVER: &str = "200000000000000002";
pub(crate) const BUYER_TERMS: &str = "0.5 LTC, paid at once";
pub(crate) const SHOP_TERMS: &str = "one licence key";
pub(crate) const LTC: &str = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9";
const PATIENCE: Option<Duration> = Some(Duration::from_secs(20));

/// A simulator, by its commands.
pub(crate) struct World(Simulator);

impl World {
    pub(crate) fn start() -> Result<Self, Wrong> {
        Ok(Self(Simulator::start(Config::default())?))
    }

    pub(crate) fn base_url(&self) -> &str {
        self.0.base_url()
    }

    pub(crate) fn control(&self, command: Value) -> Result<Value, Wrong> {
        Ok(self.0.control(&command)?)
    }

    /// A trade made in Discord and brought to a status; its thread id.
    pub(crate) fn open_trade(&self, until: &str) -> Result<String, Wrong> {
        id_of(&self.control(json!({ "do": "open_trade", "until": until }))?)
    }

    pub(crate) fn pay(&self, trade: &str, amount: &str) -> Outcome {
        self.control(json!({ "do": "deposit", "trade": trade, "amount": amount }))?;
        self.control(json!({ "do": "confirm_deposit", "trade": trade }))?;
        Ok(())
    }

    /// What API requests changed in a trade, such as `actions`.
    pub(crate) fn effects(&self, trade: &str, what: &str) -> Result<u64, Wrong> {
        let known = self.control(json!({ "do": "inspect", "trade": trade }))?;
        known["effects"][what].as_u64().ok_or_else(|| format!("no {what} in {known}").into())
    }

    /// Fails if anything happened that must never.
    pub(crate) fn check(&self) -> Outcome {
        let broken = self.control(json!({ "do": "check" }))?;
        ensure(broken == json!([]), &broken)
    }

    pub(crate) fn client(&self, user: &str, store: Option<&Path>) -> Result<Client, Error> {
        self.client_with(user, store, Timeouts::default())
    }

    pub(crate) fn client_with(
        &self,
        user: &str,
        store: Option<&Path>,
        timeouts: Timeouts,
    ) -> Result<Client, Error> {
        let store = store.map_or("memory".into(), |path| format!("sqlite:{}", path.display()));
        Client::builder()
            .token(token(user))
            .user_id(user)
            .base_url(self.base_url())
            .store(store)
            .timeouts(timeouts)
            .build()
    }

    /// The buyer: agrees, pays, waits for the goods, and releases the funds, or takes back what is returned.
    pub(crate) async fn buy(&self, id: &str, pays: &str, goods: &Path) -> Outcome {
        let buyer = self.client(SENDER, None)?;
        agree(&buyer, id, BUYER_TERMS, SHOP_TERMS).await?;
        wait(&buyer, id, |trade| *trade.status() == TradeStatus::WaitingReceive).await?;
        self.pay(id, pays)?;
        let mut trade = buyer.trade(id).await?;
        while !goods.exists() && *trade.status() == TradeStatus::WaitingAction {
            tokio::time::sleep(Duration::from_millis(20)).await;
            trade = buyer.trade(id).await?;
        }
        if *trade.status() == TradeStatus::WaitingReturnAddress {
            buyer.request_claim(&trade, LTC).await?.confirm(None, None).await?;
        } else {
            buyer.request_release(&trade).await?.confirm(None).await?;
        }
        buyer.close().await;
        Ok(())
    }
}

pub(crate) fn token(user: &str) -> &'static str {
    if user == SENDER { "sim-token-sender" } else { "sim-token-receiver" }
}

pub(crate) fn id_of(trade: &Value) -> Result<String, Wrong> {
    trade["id"].as_str().map(str::to_owned).ok_or_else(|| format!("no id in {trade}").into())
}

pub(crate) fn ensure(holds: bool, otherwise: &dyn std::fmt::Debug) -> Outcome {
    if holds { Ok(()) } else { Err(format!("that must not be: {otherwise:?}").into()) }
}

/// Confirms the parties, sets its own terms, and confirms both.
pub(crate) async fn agree(client: &Client, id: &str, own: &str, theirs: &str) -> Outcome {
    let trade = client.trade(id).await?;
    let me = client.user_id().and_then(|me| trade.role_of(me)).ok_or("no part in this trade")?;
    client.confirm_identification(&trade).await?;
    wait(client, id, |trade| *trade.status() == TradeStatus::WaitingTermsAcceptance).await?;
    let says = |trade: &Trade, role, text: &str| {
        trade.terms().is_some_and(|terms| same(terms.side(role).text(), text))
    };
    let set = wait(client, id, |trade| says(trade, me.other(), theirs)).await?;
    client.set_terms(&set, Some(own)).await?;
    let both = wait(client, id, |trade| says(trade, me, own)).await?;
    client.confirm_terms(&both).await?;
    Ok(())
}

/// Whether a text is exactly this one.
pub(crate) fn same(text: Option<&Text>, agreed: &str) -> bool {
    text.is_some_and(|text| text.is_exact() && text.as_str() == agreed)
}

pub(crate) async fn wait(
    client: &Client,
    id: &str,
    condition: impl Fn(&Trade) -> bool,
) -> Result<Trade, Error> {
    client.wait_for(id, condition, PATIENCE).await
}

/// A folder that is removed when it goes out of scope.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Result<Self, Wrong> {
        let path = std::env::temp_dir().join(format!("autoplus-docs-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
