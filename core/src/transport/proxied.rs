//! The way through a proxy, of which reqwest knows every kind.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};

use super::{AGENT, broken, no_connection, read_head, reason};
use crate::config::ClientBuilder;
use crate::error::Error;
use crate::protocol::answer::{Answer, Outcome};
use crate::protocol::request::Request;

#[derive(Clone)]
pub(super) struct Proxied {
    client: reqwest::Client,
    base_url: Box<str>,
}

impl Proxied {
    pub(super) fn new(
        config: &ClientBuilder,
        tls: rustls::ClientConfig,
        base_url: &str,
    ) -> Result<Self, Error> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(config.timeouts.connect)
            // A poll is silent for a minute by design; its own deadline notices a dead connection.
            .tcp_user_timeout(None)
            .tcp_nodelay(true);
        if let Some(proxy) = &config.proxy {
            let proxy =
                reqwest::Proxy::all(proxy).map_err(|_| Error::invalid("proxy: this is no proxy URL"))?;
            builder = builder.proxy(proxy);
        }
        let unusable = |why| Error::invalid(format!("the HTTP client can't be set up: {}", reason(&why)));
        Ok(Self { client: builder.build().map_err(unusable)?, base_url: base_url.into() })
    }

    pub(super) async fn send(
        &self,
        request: &Request,
        token: Option<&HeaderValue>,
    ) -> Result<Answer, Outcome> {
        let method = reqwest::Method::from_bytes(request.method.as_str().as_bytes())
            .map_err(|why| Outcome::NotSent(Error::bug(why)))?;
        let mut http = self.client.request(method, format!("{}{}", self.base_url, request.path));
        if let Some(token) = token {
            http = http.header(AUTHORIZATION, token);
        }
        if let Some(key) = &request.key {
            http = http.header("Idempotency-Key", key);
        }
        if let Some(body) = &request.body {
            http = http.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        exchange(http).await.map_err(|why| failure(&why))
    }
}

async fn exchange(http: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
    let response = http.send().await?;
    let (status, date, retry_after) = read_head(response.status(), response.headers());
    Ok(Answer { status, date, retry_after, body: response.bytes().await? })
}

/// Only a failed connect proves that nothing left.
fn failure(why: &reqwest::Error) -> Outcome {
    if why.is_builder() {
        return Outcome::NotSent(Error::bug(reason(why)));
    }
    if why.is_connect() { no_connection(why) } else { broken(why) }
}
