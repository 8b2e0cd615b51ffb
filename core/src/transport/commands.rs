//! Connections for everything but polls: kept open, and used again by whoever comes next.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use hyper::{Response, Uri};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as HttpError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower_service::Service;

use super::{AGENT, broken, no_connection, read_head};
use crate::error::Error;
use crate::protocol::answer::{Answer, Outcome};
use crate::protocol::request::{Method, Request};

type Secured = HttpsConnector<HttpConnector>;
type Anyway = Box<dyn std::error::Error + Send + Sync>;

pub(super) struct Commands {
    client: Client<InTime, Full<Bytes>>,
    connector: InTime,
    scheme: Scheme,
    authority: Authority,
    /// What each path begins with.
    below: Box<str>,
}

impl Commands {
    pub(super) fn new(connector: Secured, connect: Duration, base_url: &str) -> Result<Self, Error> {
        let unusable = |why: &str| Error::invalid(format!("base_url: {why}"));
        let parts = base_url.parse::<Uri>().map_err(|why| unusable(&why.to_string()))?.into_parts();
        let scheme = parts.scheme.ok_or_else(|| unusable("it has no scheme"))?;
        let authority = parts.authority.ok_or_else(|| unusable("it has no host"))?;
        let below = parts.path_and_query.map_or_else(String::new, |path| path.to_string());
        let below = below.trim_end_matches('/').into();
        let connector = InTime { connector, connect };
        Ok(Self { client: client(connector.clone()), connector, scheme, authority, below })
    }

    /// The same server over connections of its own.
    pub(super) fn apart(&self) -> Self {
        Self {
            client: client(self.connector.clone()),
            connector: self.connector.clone(),
            scheme: self.scheme.clone(),
            authority: self.authority.clone(),
            below: self.below.clone(),
        }
    }

    pub(super) async fn send(
        &self,
        request: &Request,
        token: Option<&HeaderValue>,
    ) -> Result<Answer, Outcome> {
        let request = self.request(request, token).map_err(|why| Outcome::NotSent(Error::bug(why)))?;
        let response = self.client.request(request).await.map_err(|why| failure(&why))?;
        whole(response).await.map_err(|why| broken(&why))
    }

    fn request(
        &self,
        request: &Request,
        token: Option<&HeaderValue>,
    ) -> Result<hyper::Request<Full<Bytes>>, hyper::http::Error> {
        let mut path = String::with_capacity(self.below.len() + request.path.len());
        path.push_str(&self.below);
        path.push_str(&request.path);
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(PathAndQuery::from_maybe_shared(Bytes::from(path))?)
            .build()?;
        let method = match request.method {
            Method::Get => hyper::Method::GET,
            Method::Post => hyper::Method::POST,
            Method::Put => hyper::Method::PUT,
        };
        let mut http = hyper::Request::builder()
            .method(method)
            .uri(uri)
            .header(USER_AGENT, HeaderValue::from_static(AGENT))
            .header(ACCEPT, HeaderValue::from_static("*/*"));
        if let Some(token) = token {
            http = http.header(AUTHORIZATION, token);
        }
        if let Some(key) = &request.key {
            http = http.header("idempotency-key", key);
        }
        if request.body.is_some() {
            http = http.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        http.body(Full::from(request.body.clone().unwrap_or_default()))
    }
}

fn client(connector: InTime) -> Client<InTime, Full<Bytes>> {
    // What was never written is tried again on another connection; nothing else is.
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .timer(TokioTimer::new())
        .build(connector)
}

pub(super) async fn whole(response: Response<Incoming>) -> Result<Answer, hyper::Error> {
    let (status, date, retry_after) = read_head(response.status(), response.headers());
    let body = response.into_body().collect().await?.to_bytes();
    Ok(Answer { status, date, retry_after, body })
}

/// Only a failed connect proves that nothing left.
fn failure(why: &HttpError) -> Outcome {
    if why.is_connect() { no_connection(why) } else { broken(why) }
}

/// A connector that gives up, the handshake of TLS included.
#[derive(Clone)]
struct InTime {
    connector: Secured,
    connect: Duration,
}

impl Service<Uri> for InTime {
    type Response = <Secured as Service<Uri>>::Response;
    type Error = Anyway;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Anyway>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Anyway>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = tokio::time::timeout(self.connect, self.connector.call(uri));
        Box::pin(
            async move { connecting.await.map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))? },
        )
    }
}
