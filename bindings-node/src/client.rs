//! The client's calls: each starts one call of the core under the number that JavaScript chose for it.

use autoplus::{
    Client, ClientBuilder, Crypto, EventsOptions, OpenTrade, Operation, Role, Settlement, Trade, WatchOptions,
};
use napi_derive::napi;
use serde::Serialize;

use crate::calls::{NativeCalls, Value};
use crate::challenges;
use crate::config::Config;
use crate::events::NativeEvents;
use crate::failure::Failure;
use crate::following;
use crate::kept::TradeText;
use crate::notes::NativeNotes;
use crate::places;
use crate::watch::NativeWatch;

#[napi]
pub struct NativeClient {
    client: Client,
    calls: NativeCalls,
}

#[napi]
impl NativeClient {
    #[napi(factory, catch_unwind)]
    pub fn create(calls: &NativeCalls, config: String, from_env: bool) -> napi::Result<Self> {
        let builder = if from_env { ClientBuilder::from_env() } else { Client::builder() };
        Ok(Self { client: Config::parse(&config)?.build(builder)?, calls: calls.clone() })
    }

    #[napi(catch_unwind)]
    pub fn set_token(&self, token: String) -> napi::Result<()> {
        Ok(self.client.set_token(&token).map_err(Failure::from)?)
    }

    #[napi(getter, catch_unwind)]
    pub fn user_id(&self) -> Option<String> {
        self.client.user_id().map(str::to_owned)
    }

    #[napi(catch_unwind)]
    pub fn next_step(&self, trade: TradeText) -> napi::Result<String> {
        let step = self.client.next_step(&trade.read()?).map_err(Failure::from)?;
        Ok(serde_json::to_string(&step).map_err(Failure::from)?)
    }

    #[napi(catch_unwind)]
    pub fn close(&self, call: u32) {
        let client = self.client.clone();
        self.calls.read(call, async move {
            client.close().await;
            Ok(Value::nothing())
        });
    }

    #[napi(catch_unwind)]
    pub fn servers(&self, call: u32) {
        let client = self.client.clone();
        self.calls.read(call, async move { text(&client.servers().await?) });
    }

    #[napi(catch_unwind)]
    pub fn stats(&self, call: u32) {
        let client = self.client.clone();
        self.calls.read(call, async move { text(&client.stats().await?) });
    }

    #[napi(catch_unwind)]
    pub fn transactions(&self, call: u32) {
        let client = self.client.clone();
        self.calls.read(call, async move { text(&client.transactions().await?) });
    }

    #[napi(catch_unwind)]
    pub fn trade(&self, call: u32, id: String) {
        let client = self.client.clone();
        self.calls.read(call, async move { given(&client.trade(&id).await?) });
    }

    #[napi(catch_unwind)]
    pub fn open_trade(
        &self,
        call: u32,
        guild: String,
        crypto: String,
        sender: String,
        receiver: String,
        operation: Option<String>,
    ) {
        let client = self.client.clone();
        let crypto = Crypto::from(crypto.as_str());
        let trade = OpenTrade { guild, crypto, sender, receiver, operation };
        self.calls.mutate(call, async move { text(&client.open_trade(trade).await?) });
    }

    #[napi(catch_unwind)]
    pub fn choose_role(&self, call: u32, trade: TradeText, role: String) {
        let client = self.client.clone();
        self.calls.mutate(call, async move {
            let role = Role::parse(&role)
                .ok_or_else(|| Failure::invalid("role: expected 'sender' or 'receiver'; nothing was sent"))?;
            given(&client.choose_role(&trade.read()?, role).await?)
        });
    }

    #[napi(catch_unwind)]
    pub fn confirm_identification(&self, call: u32, trade: TradeText) {
        let client = self.client.clone();
        self.calls.mutate(call, async move { given(&client.confirm_identification(&trade.read()?).await?) });
    }

    #[napi(catch_unwind)]
    pub fn reset_identification(&self, call: u32, trade: TradeText) {
        let client = self.client.clone();
        self.calls.mutate(call, async move { given(&client.reset_identification(&trade.read()?).await?) });
    }

    #[napi(catch_unwind)]
    pub fn set_terms(&self, call: u32, trade: TradeText, text: Option<String>) {
        let client = self.client.clone();
        self.calls
            .mutate(call, async move { given(&client.set_terms(&trade.read()?, text.as_deref()).await?) });
    }

    #[napi(catch_unwind)]
    pub fn confirm_terms(&self, call: u32, trade: TradeText) {
        let client = self.client.clone();
        self.calls.mutate(call, async move { given(&client.confirm_terms(&trade.read()?).await?) });
    }

    #[napi(catch_unwind)]
    pub fn request_release(&self, call: u32, trade: TradeText) {
        let (client, calls) = (self.client.clone(), self.calls.clone());
        self.calls.read(call, async move {
            Ok(challenges::action(client.request_release(&trade.read()?).await?, calls))
        });
    }

    #[napi(catch_unwind)]
    pub fn request_return(&self, call: u32, trade: TradeText) {
        let (client, calls) = (self.client.clone(), self.calls.clone());
        self.calls.read(call, async move {
            Ok(challenges::action(client.request_return(&trade.read()?).await?, calls))
        });
    }

    #[napi(catch_unwind)]
    pub fn request_claim(&self, call: u32, trade: TradeText, address: String) {
        let (client, calls) = (self.client.clone(), self.calls.clone());
        self.calls.read(call, async move {
            challenges::claim(client.request_claim(&trade.read()?, &address).await?, calls)
        });
    }

    /// A list of operations.
    #[napi(catch_unwind)]
    pub fn pending_operations(&self, call: u32) {
        let client = self.client.clone();
        self.calls.read(call, async move { text(&client.pending_operations().await?) });
    }

    #[napi(catch_unwind)]
    pub fn known_trades(&self, call: u32) {
        let client = self.client.clone();
        self.calls.read(call, async move { json(&client.known_trades().await?) });
    }

    /// A list of settlements.
    #[napi(catch_unwind)]
    pub fn recover(&self, call: u32) {
        let client = self.client.clone();
        self.calls.mutate(call, async move {
            let settled: Vec<_> = client.recover().await?.iter().map(Settlement::to_json).collect();
            Ok(Value::Text(format!("[{}]", settled.join(","))))
        });
    }

    /// `operation` is the JSON text of one.
    #[napi(catch_unwind)]
    pub fn resolve(&self, call: u32, operation: String, replay: bool) {
        let client = self.client.clone();
        self.calls.mutate(call, async move {
            let operation = Operation::from_json(&operation)?;
            Ok(Value::Text(client.resolve(&operation, replay).await?.to_json()))
        });
    }

    #[napi(catch_unwind)]
    pub fn forget(&self, call: u32, operation: String) {
        let client = self.client.clone();
        self.calls.mutate(call, async move { json(&client.forget(&operation).await?) });
    }

    #[napi(catch_unwind)]
    pub fn events(
        &self,
        trade_id: String,
        consumer: Option<String>,
        start_after: Option<i64>,
    ) -> napi::Result<NativeEvents> {
        let options = EventsOptions { consumer, start_after };
        let stream = self.client.events(&trade_id, options).map_err(Failure::from)?;
        Ok(NativeEvents::new(stream, self.calls.clone()))
    }

    #[napi(catch_unwind)]
    pub fn watch(&self, trades: Vec<String>, consumer: Option<String>) -> napi::Result<NativeWatch> {
        let watch = self.client.watch(trades, WatchOptions { consumer }).map_err(Failure::from)?;
        Ok(NativeWatch::new(watch, self.calls.clone()))
    }

    #[napi(catch_unwind)]
    pub fn stream_notes(&self) -> napi::Result<NativeNotes> {
        let notes = self.client.stream_notes().map_err(Failure::from)?;
        Ok(NativeNotes::new(notes, self.calls.clone()))
    }

    #[napi(catch_unwind)]
    pub fn stream_stats(&self) -> String {
        following::stats(&self.client.stream_stats())
    }

    /// A list.
    #[napi(catch_unwind)]
    pub fn followed_trades(&self) -> String {
        following::trades(&self.client.followed_trades())
    }
}

/// What JavaScript reads at once.
pub(crate) fn json(value: &impl Serialize) -> Result<Value, Failure> {
    Ok(Value::Json(serde_json::to_string(value)?))
}

/// What may have fields that this version doesn't know, which JavaScript looks up in the text.
pub(crate) fn text(value: &impl Serialize) -> Result<Value, Failure> {
    Ok(Value::Text(serde_json::to_string(value)?))
}

pub(crate) fn given(trade: &Trade) -> Result<Value, Failure> {
    Ok(Value::Json(places::of_trade(trade)))
}
