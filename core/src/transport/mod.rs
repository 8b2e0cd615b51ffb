//! The one place with HTTP. It sends bytes and brings back an answer, or says whether they can have left.

mod connections;
mod message;
mod proxied;
mod shared;
mod tls;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hyper::StatusCode;
use hyper::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::proxy::matcher::Matcher;

use crate::config::{ClientBuilder, is_loopback};
use crate::environment::{Carrier, Parcel, Receipt, Unanswered};
use crate::error::{Error, ErrorKind};
use crate::protocol::answer::{Answer, Outcome};
use crate::protocol::request::Request;
use connections::Connections;
use message::Server;
use proxied::Proxied;

const AGENT: &str = concat!("autoplus/", env!("CARGO_PKG_VERSION"));

/// A connection that is kept is asked for a sign of life after this long.
const ALIVE: Duration = Duration::from_secs(15);

/// Answers to polls are short; one that waits holds a buffer of this size.
const POLL_BUFFER: usize = 4096;

/// Two connection pools, so that long polls never keep a command waiting.
#[derive(Clone)]
pub(crate) struct Transport {
    route: Route,
    carrier: Option<Arc<dyn Carrier>>,
}

#[derive(Clone)]
enum Route {
    Direct { commands: Arc<Connections>, polls: Arc<Connections> },
    Proxied { commands: Proxied, polls: Proxied },
}

#[derive(Clone, Copy)]
pub(crate) enum Pool {
    Commands,
    Polls,
}

impl Transport {
    pub(crate) fn new(config: &ClientBuilder, base_url: &str) -> Result<Self, Error> {
        let tls = tls::config(base_url.starts_with("https:"), config.ca_file.as_deref())?;
        let server = Server::new(base_url)?;
        let system = || {
            !server.uri.host().is_some_and(is_loopback)
                && Matcher::from_system().intercept(&server.uri).is_some()
        };
        let route = if config.proxy.is_some() || system() {
            let mut tls = tls;
            tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            let commands = Proxied::new(config, tls.clone(), base_url)?;
            Route::Proxied { commands, polls: Proxied::new(config, tls, base_url)? }
        } else {
            let connect = config.timeouts.connect;
            let mut kept = HttpConnector::new();
            kept.set_keepalive(Some(ALIVE));
            kept.set_keepalive_interval(Some(ALIVE));
            let kept = tls::connector(tls.clone(), kept, connect);
            let polls = tls::connector(tls, HttpConnector::new(), connect);
            let commands = Connections::new(kept, connect, server.clone(), None);
            let polls = Connections::new(polls, connect, server, Some(POLL_BUFFER));
            Route::Direct { commands: Arc::new(commands), polls: Arc::new(polls) }
        };
        Ok(Self { route, carrier: config.environment.carrier.clone() })
    }

    /// The same server by connections for commands that nobody else uses; none through a proxy.
    pub(crate) fn apart(&self) -> Option<Self> {
        let Route::Direct { commands, polls } = &self.route else { return None };
        let route = Route::Direct { commands: Arc::new(commands.apart()), polls: polls.clone() };
        Some(Self { route, carrier: self.carrier.clone() })
    }

    /// One attempt, its body included, within `limit`.
    pub(crate) async fn send(
        &self,
        pool: Pool,
        request: &Request,
        token: Option<&HeaderValue>,
        limit: Duration,
    ) -> Result<Answer, Outcome> {
        let sent = async {
            // Boxed, so that the thousands of polls that wait are small.
            match (&self.carrier, &self.route, pool) {
                (Some(carrier), ..) => {
                    carrier.carry(parcel(request, token)).await.map(answered).map_err(unanswered)
                }
                (None, Route::Direct { polls, .. }, Pool::Polls) => polls.send(request, token).await,
                (None, Route::Direct { commands, .. }, Pool::Commands) => {
                    Box::pin(commands.send(request, token)).await
                }
                (None, Route::Proxied { polls, .. }, Pool::Polls) => {
                    Box::pin(polls.send(request, token)).await
                }
                (None, Route::Proxied { commands, .. }, Pool::Commands) => {
                    Box::pin(commands.send(request, token)).await
                }
            }
        };
        tokio::time::timeout(limit, sent).await.unwrap_or_else(|_| Err(Outcome::Lost(timed_out(limit))))
    }

    /// Nobody polls any more.
    pub(crate) fn rest(&self) {
        if let Route::Direct { polls, .. } = &self.route {
            polls.rest();
        }
    }
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
    Answer { status: receipt.status, date, retry_after: header("retry-after"), body: receipt.body.into() }
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

/// Proven: nothing left.
fn no_connection(why: &(dyn std::error::Error + 'static)) -> Outcome {
    let message = format!("no connection to AutoPlus: {}", reason(why));
    Outcome::NotSent(Error::new(ErrorKind::Transport, message))
}

/// It may have arrived.
fn broken(why: &(dyn std::error::Error + 'static)) -> Outcome {
    let message = format!("the connection to AutoPlus broke before the answer was whole: {}", reason(why));
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
