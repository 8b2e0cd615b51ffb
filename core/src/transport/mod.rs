//! The one place with HTTP. It sends bytes and brings back an answer, or says whether they can have left.

mod polls;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::config::{ClientBuilder, is_loopback};
use crate::environment::{Carrier, Parcel, Receipt, Unanswered};
use crate::error::{Error, ErrorKind};
use crate::protocol::answer::{Answer, Outcome};
use crate::protocol::request::Request;
use polls::Polls;

const AGENT: &str = concat!("autoplus/", env!("CARGO_PKG_VERSION"));

/// Two connection pools, so that long polls never keep a command waiting.
#[derive(Clone)]
pub(crate) struct Transport {
    commands: reqwest::Client,
    polls: PollPool,
    base_url: Arc<str>,
    carrier: Option<Arc<dyn Carrier>>,
}

#[derive(Clone)]
enum PollPool {
    Direct(Arc<Polls>),
    /// Through a proxy, one pool is like the other.
    Proxied(reqwest::Client),
}

#[derive(Clone, Copy)]
pub(crate) enum Pool {
    Commands,
    Polls,
}

impl Transport {
    pub(crate) fn new(config: &ClientBuilder, base_url: &str) -> Result<Self, Error> {
        let secure = base_url.starts_with("https:");
        let tls = tls(secure, config.ca_file.as_deref())?;
        let host = reqwest::Url::parse(base_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let loopback = host.is_some_and(|host| is_loopback(&host));
        let client = || {
            let mut builder = reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
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
            } else if loopback {
                builder = builder.no_proxy();
            }
            builder
                .build()
                .map_err(|why| Error::invalid(format!("the HTTP client can't be set up: {}", reason(&why))))
        };
        let carrier = config.environment.carrier.clone();
        let proxied = config.proxy.is_some()
            || !loopback
                && base_url.parse().is_ok_and(|url| Matcher::from_system().intercept(&url).is_some());
        let polls = if proxied {
            PollPool::Proxied(client()?)
        } else {
            PollPool::Direct(Arc::new(Polls::new(tls.clone(), config.timeouts.connect)))
        };
        Ok(Self { commands: client()?, polls, base_url: base_url.into(), carrier })
    }

    /// One attempt, its body included, within `limit`.
    pub(crate) async fn send(
        &self,
        pool: Pool,
        request: &Request,
        token: Option<&HeaderValue>,
        limit: Duration,
    ) -> Result<Answer, Outcome> {
        if let Some(carrier) = &self.carrier {
            return match tokio::time::timeout(limit, carrier.carry(parcel(request, token))).await {
                Ok(carried) => carried.map(answered).map_err(unanswered),
                Err(_) => Err(Outcome::Lost(timed_out(limit))),
            };
        }
        let client = match (pool, &self.polls) {
            (Pool::Polls, PollPool::Direct(polls)) => {
                let url = format!("{}{}", self.base_url, request.path);
                let polled = tokio::time::timeout(limit, polls.get(&url, token)).await;
                return polled.unwrap_or_else(|_| Err(Outcome::Lost(timed_out(limit))));
            }
            (Pool::Polls, PollPool::Proxied(polls)) => polls,
            (Pool::Commands, _) => &self.commands,
        };
        let method = reqwest::Method::from_bytes(request.method.as_str().as_bytes())
            .map_err(|why| Outcome::NotSent(Error::bug(why)))?;
        let mut http = client.request(method, format!("{}{}", self.base_url, request.path));
        if let Some(token) = token {
            http = http.header(AUTHORIZATION, token);
        }
        if let Some(key) = &request.key {
            http = http.header("Idempotency-Key", key);
        }
        if let Some(body) = &request.body {
            http = http.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        // Apart, so that the thousands of polls that wait elsewhere are small.
        match tokio::time::timeout(limit, Box::pin(exchange(http))).await {
            Ok(result) => result.map_err(failure),
            Err(_) => Err(Outcome::Lost(timed_out(limit))),
        }
    }
}

impl Transport {
    /// Nobody polls any more.
    pub(crate) fn rest(&self) {
        if let PollPool::Direct(polls) = &self.polls {
            polls.rest();
        }
    }
}

async fn exchange(http: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
    let response = http.send().await?;
    let (status, date, retry_after) = read_head(response.status(), response.headers());
    Ok(Answer { status, date, retry_after, body: response.bytes().await?.to_vec() })
}

fn read_head(status: StatusCode, headers: &HeaderMap) -> (u16, Option<SystemTime>, Option<String>) {
    let header = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let date = header(DATE).and_then(|text| httpdate::parse_http_date(text).ok());
    (status.as_u16(), date, header(RETRY_AFTER).map(str::to_owned))
}

fn parcel(request: &Request, token: Option<&HeaderValue>) -> Parcel {
    let token = token.and_then(|token| token.to_str().ok()).map(|token| ("authorization", token.to_owned()));
    let key = request.key.clone().map(|key| ("idempotency-key", key));
    let json = request.body.as_ref().map(|_| ("content-type", String::from("application/json")));
    let headers = token.into_iter().chain(key).chain(json).collect();
    Parcel {
        method: request.method.as_str(),
        path: request.path.clone(),
        headers,
        body: request.body.clone(),
    }
}

fn answered(receipt: Receipt) -> Answer {
    let header =
        |name: &str| receipt.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    let date = header("date").and_then(|text| httpdate::parse_http_date(&text).ok());
    Answer { status: receipt.status, date, retry_after: header("retry-after"), body: receipt.body }
}

fn unanswered(why: Unanswered) -> Outcome {
    match why {
        Unanswered::NotSent => {
            Outcome::NotSent(Error::new(ErrorKind::Transport, "no connection to AutoPlus"))
        }
        Unanswered::Lost => Outcome::Lost(Error::new(
            ErrorKind::Transport,
            "the connection to AutoPlus broke before the answer was whole",
        )),
    }
}

fn timed_out(limit: Duration) -> Error {
    Error::new(ErrorKind::Timeout, format!("no answer from AutoPlus within {:.1} s", limit.as_secs_f64()))
}

/// Only a failed connect proves that nothing left.
fn failure(why: reqwest::Error) -> Outcome {
    if why.is_builder() {
        return Outcome::NotSent(Error::bug(reason(&why)));
    }
    if why.is_connect() {
        let message = format!("no connection to AutoPlus: {}", reason(&why));
        return Outcome::NotSent(Error::new(ErrorKind::Transport, message));
    }
    let message = format!("the connection to AutoPlus broke before the answer was whole: {}", reason(&why));
    Outcome::Lost(Error::new(ErrorKind::Transport, message))
}

/// The innermost reason; the outer ones repeat the URL.
fn reason(why: &dyn std::error::Error) -> String {
    let mut innermost = why;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// Bundled roots, because a minimal container has none; the system's too, for a company's own proxy.
/// Plain connections to loopback skip the reading of all those files.
fn tls(secure: bool, ca_file: Option<&Path>) -> Result<rustls::ClientConfig, Error> {
    let mut roots = rustls::RootCertStore::empty();
    if secure {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if let Some(path) = ca_file {
        let unusable = |why: String| Error::invalid(format!("ca_file {}: {why}", path.display()));
        let pem = CertificateDer::pem_file_iter(path).map_err(|why| unusable(why.to_string()))?;
        let mut found = 0;
        for certificate in pem {
            let certificate = certificate.map_err(|why| unusable(why.to_string()))?;
            roots.add(certificate).map_err(|why| unusable(why.to_string()))?;
            found += 1;
        }
        if found == 0 {
            return Err(unusable("holds no PEM certificate".to_owned()));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::bug)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
