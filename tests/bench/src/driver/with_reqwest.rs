//! reqwest with its defaults and typed answers.

use std::hint::black_box;
use std::sync::{Arc, OnceLock};

use reqwest::{Certificate, Client, Method, RequestBuilder};
use serde::de::DeserializeOwned;
use tokio_rustls::rustls::crypto::ring;

use crate::stack::{Failed, GUILD, Settings, Stack};
use crate::typed::{Ask, Challenge, Confirm, Open, Opened, Page, Trade, fresh_key, read};

#[derive(Clone)]
pub(crate) struct Reqwest {
    client: Client,
    url: Arc<str>,
    trade: Arc<str>,
    reviewed: Arc<OnceLock<Trade>>,
}

impl Reqwest {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Failed> {
        // Built without one, as the core is; the process has no other.
        let _ = ring::default_provider().install_default();
        let mut builder = Client::builder();
        if let Some(path) = &settings.ca_file {
            builder = builder.tls_certs_merge(Certificate::from_pem_bundle(&std::fs::read(path)?)?);
        }
        let (client, url) = (builder.build()?, settings.url.as_str().into());
        Ok(Self { client, url, trade: settings.trade.as_str().into(), reviewed: Arc::default() })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url)).bearer_auth("bench")
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failed> {
        answer(self.request(Method::GET, path)).await
    }
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Failed> {
    Ok(request.send().await?.error_for_status()?.json().await?)
}

impl Stack for Reqwest {
    async fn one(&self) -> Result<i64, Failed> {
        let trade: Trade = self.get(&format!("/trades/{}", self.trade)).await?;
        black_box((trade.status, trade.amount));
        let revision = trade.revision;
        self.reviewed.get_or_init(|| trade);
        Ok(revision)
    }

    async fn pay(&self) -> Result<i64, Failed> {
        let reviewed = self.reviewed.get().ok_or("no trade was read yet")?;
        let open = Open {
            crypto: &reviewed.crypto,
            sender: reviewed.sender.as_deref().unwrap_or_default(),
            receiver: reviewed.receiver.as_deref().unwrap_or_default(),
        };
        let request = self.request(Method::POST, &format!("/guilds/{GUILD}/trades"));
        let opened: Opened = answer(request.header("idempotency-key", fresh_key()?).json(&open)).await?;
        let request = self.request(Method::POST, &format!("/trades/{}/action", reviewed.id));
        let challenge: Challenge = answer(request.json(&Ask { action: "release" })).await?;
        let confirm = Confirm {
            action: &challenge.action,
            recipient: &challenge.recipient,
            confirmation_code: &challenge.confirmation_code,
        };
        let request = self.request(Method::POST, &format!("/trades/{}/confirm-action", reviewed.id));
        let released: Trade = answer(request.header("idempotency-key", fresh_key()?).json(&confirm)).await?;
        Ok(opened.trade_id + released.revision)
    }

    async fn batch(&self) -> Result<i64, Failed> {
        let page: Page = self.get(&format!("/trades/{}/events?offset=0", self.trade)).await?;
        Ok(read(&page))
    }
}
