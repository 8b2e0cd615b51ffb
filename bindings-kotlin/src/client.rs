//! The client's calls.

use std::sync::Arc;
use std::time::Duration;

use autoplus::{Client, ClientBuilder, EventsOptions, Operation, Timeouts, WatchOptions};

use crate::challenges::NativeClaim;
use crate::failure::BridgeError;
use crate::ffi::targets;
use crate::insight::{FollowedTradeParts, StreamStatsParts};
use crate::models::{ServerParts, StatsParts, TradeParts, TransactionParts};
use crate::next_step::StepParts;
use crate::notes::NativeNotes;
use crate::operation::{OperationParts, SettlementParts};
use crate::review::{reviewed, same};
use crate::stream::NativeStream;
use crate::watch::NativeWatch;

/// A client of the core.
#[derive(uniffi::Object)]
pub struct NativeClient(Client);

/// How a client is set up. What is none takes the core's default.
#[derive(uniffi::Record)]
pub struct Settings {
    /// Start from the environment's settings.
    pub from_env: bool,
    /// The API token.
    pub token: Option<String>,
    /// Whose token it is.
    pub user_id: Option<String>,
    /// Where the API is.
    pub base_url: Option<String>,
    /// A proxy for all requests.
    pub proxy: Option<String>,
    /// More certificate authorities to trust.
    pub ca_file: Option<String>,
    /// Where operations are kept.
    pub store: Option<String>,
    /// Opening a connection.
    pub connect_timeout: Duration,
    /// One attempt.
    pub attempt_timeout: Duration,
    /// A whole call.
    pub call_timeout: Duration,
    /// What an event poll asks for.
    pub poll_timeout: Duration,
    /// How much later its answer may come.
    pub poll_grace: Duration,
}

impl Settings {
    pub(crate) fn builder(self) -> ClientBuilder {
        let mut builder = if self.from_env { ClientBuilder::from_env() } else { Client::builder() };
        if let Some(token) = self.token {
            builder = builder.token(token);
        }
        if let Some(user_id) = self.user_id {
            builder = builder.user_id(user_id);
        }
        if let Some(base_url) = self.base_url {
            builder = builder.base_url(base_url);
        }
        if let Some(proxy) = self.proxy {
            builder = builder.proxy(proxy);
        }
        if let Some(ca_file) = self.ca_file {
            builder = builder.ca_file(ca_file);
        }
        if let Some(store) = self.store {
            builder = builder.store(store);
        }
        builder.timeouts(Timeouts {
            connect: self.connect_timeout,
            attempt: self.attempt_timeout,
            call: self.call_timeout,
            poll: self.poll_timeout,
            poll_grace: self.poll_grace,
        })
    }
}

type Answer<T> = Result<T, BridgeError>;

/// The client with this number, for what is called rarely; the rest goes by the number itself.
#[uniffi::export]
pub fn client_at(number: i64) -> Answer<Arc<NativeClient>> {
    let client = targets::client(number).ok_or_else(|| BridgeError::invalid("there is no such client"))?;
    Ok(Arc::new(NativeClient(client)))
}

#[uniffi::export]
#[allow(missing_docs, reason = "each is the core's method of this name")]
impl NativeClient {
    pub fn set_token(&self, token: String) -> Answer<()> {
        Ok(self.0.set_token(&token)?)
    }

    pub async fn servers(&self) -> Answer<Vec<ServerParts>> {
        Ok(self.0.servers().await?.iter().map(ServerParts::from).collect())
    }

    pub async fn stats(&self) -> Answer<StatsParts> {
        Ok((&self.0.stats().await?).into())
    }

    pub async fn transactions(&self) -> Answer<Vec<TransactionParts>> {
        Ok(self.0.transactions().await?.iter().map(TransactionParts::from).collect())
    }

    pub async fn request_claim(
        &self,
        trade: TradeParts,
        snapshot: TradeParts,
        address: String,
    ) -> Answer<Arc<NativeClaim>> {
        Ok(Arc::new(NativeClaim(self.0.request_claim(&reviewed(&trade, &snapshot)?, &address).await?)))
    }

    pub fn events(
        &self,
        trade_id: String,
        consumer: Option<String>,
        start_after: Option<i64>,
    ) -> Answer<Arc<NativeStream>> {
        let stream = self.0.events(&trade_id, EventsOptions { consumer, start_after })?;
        Ok(Arc::new(NativeStream::new(stream)))
    }

    pub fn watch(&self, trades: Vec<String>, consumer: Option<String>) -> Answer<Arc<NativeWatch>> {
        Ok(Arc::new(NativeWatch::new(self.0.watch(trades, WatchOptions { consumer })?)))
    }

    pub fn stream_stats(&self) -> StreamStatsParts {
        self.0.stream_stats().into()
    }

    pub fn followed_trades(&self) -> Vec<FollowedTradeParts> {
        self.0.followed_trades().into_iter().map(FollowedTradeParts::from).collect()
    }

    pub fn stream_notes(&self) -> Answer<Arc<NativeNotes>> {
        Ok(Arc::new(NativeNotes::new(self.0.stream_notes()?)))
    }

    pub async fn recover(&self) -> Answer<Vec<SettlementParts>> {
        Ok(self.0.recover().await?.iter().map(SettlementParts::from).collect())
    }

    pub async fn resolve(&self, operation: String, replay: bool) -> Answer<SettlementParts> {
        Ok((&self.0.resolve(&Operation::from_json(&operation)?, replay).await?).into())
    }

    pub async fn pending_operations(&self) -> Answer<Vec<OperationParts>> {
        Ok(self.0.pending_operations().await?.iter().map(OperationParts::from).collect())
    }

    pub async fn known_trades(&self) -> Answer<Vec<String>> {
        Ok(self.0.known_trades().await?)
    }

    pub async fn forget(&self, operation: String) -> Answer<bool> {
        Ok(self.0.forget(&operation).await?)
    }

    pub fn next_step(&self, trade: TradeParts, snapshot: TradeParts) -> Answer<StepParts> {
        Ok(self.0.next_step(&same(&trade, &snapshot)?)?.into())
    }
}
