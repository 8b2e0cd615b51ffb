//! Requests and answers as bytes of HTTP.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use hyper::{Response, Uri};

use super::{AGENT, read_head};
use crate::error::Error;
use crate::protocol::answer::Answer;
use crate::protocol::request::{Method, Request};

pub(super) type Body = Full<Bytes>;
pub(super) type Http = hyper::Request<Body>;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Where all requests of a client go.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) uri: Uri,
    scheme: Scheme,
    authority: Authority,
    host: HeaderValue,
    /// What each path begins with.
    below: Box<str>,
}

impl Server {
    pub(super) fn new(base_url: &str) -> Result<Self, Error> {
        let unusable = |why: &str| Error::invalid(format!("base_url: {why}"));
        let uri: Uri = base_url.parse().map_err(|why| unusable(&format!("{why}")))?;
        let scheme = uri.scheme().cloned().ok_or_else(|| unusable("it has no scheme"))?;
        let authority = uri.authority().cloned().ok_or_else(|| unusable("it has no host"))?;
        let host = HeaderValue::from_str(authority.as_str()).map_err(|why| unusable(&format!("{why}")))?;
        let below = uri.path().trim_end_matches('/').into();
        Ok(Self { uri, scheme, authority, host, below })
    }

    /// As HTTP/1.1 wants it; [`Self::in_full`] makes the form of HTTP/2 of it.
    pub(super) fn message(
        &self,
        request: &Request,
        token: Option<&HeaderValue>,
    ) -> Result<Http, hyper::http::Error> {
        let mut path = String::with_capacity(self.below.len() + request.path.len());
        path.push_str(&self.below);
        path.push_str(&request.path);
        let body = request.body.clone().unwrap_or_default();
        let mut http = Http::new(Body::from(body));
        *http.uri_mut() = PathAndQuery::from_maybe_shared(Bytes::from(path))?.into();
        *http.method_mut() = match request.method {
            Method::Get => hyper::Method::GET,
            Method::Post => hyper::Method::POST,
            Method::Put => hyper::Method::PUT,
        };
        let headers = http.headers_mut();
        headers.insert(HOST, self.host.clone());
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, token.clone());
        }
        if let Some(key) = &request.key {
            headers.insert(KEY, HeaderValue::from_str(key)?);
        }
        if request.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(http)
    }

    /// HTTP/2 names the host beside the path.
    pub(super) fn in_full(&self, http: &mut Http) -> Result<(), hyper::http::Error> {
        http.headers_mut().remove(HOST);
        let mut parts = std::mem::take(http.uri_mut()).into_parts();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        *http.uri_mut() = Uri::from_parts(parts)?;
        Ok(())
    }

    /// A connection that turned it down may have been of the other kind.
    pub(super) fn path_alone(&self, http: &mut Http) {
        http.headers_mut().insert(HOST, self.host.clone());
        let parts = std::mem::take(http.uri_mut()).into_parts();
        if let Some(path) = parts.path_and_query {
            *http.uri_mut() = path.into();
        }
    }
}

pub(super) async fn whole(response: Response<Incoming>) -> Result<Answer, hyper::Error> {
    let (status, date, retry_after) = read_head(response.status(), response.headers());
    let body = response.into_body().collect().await?.to_bytes();
    Ok(Answer { status, date, retry_after, body })
}
