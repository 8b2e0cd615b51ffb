//! How a client is set up.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::client::Client;
use crate::environment::Environment;
use crate::error::Error;
use crate::protocol::assumptions::BASE_URL;

/// Limits of time. The defaults suit bots and apps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Opening a connection. 10 s.
    pub connect: Duration,
    /// One attempt of a call, its body included. 20 s.
    pub attempt: Duration,
    /// A whole call with all its attempts. 45 s.
    pub call: Duration,
    /// How long the server may hold an event poll, in whole seconds, at most 60. 50 s.
    pub poll: Duration,
    /// How much later a poll's answer may come. 10 s.
    pub poll_grace: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connect: seconds(10),
            attempt: seconds(20),
            call: seconds(45),
            poll: seconds(50),
            poll_grace: seconds(10),
        }
    }
}

/// Sets up a [`Client`]. Start with [`Client::builder`].
#[derive(Clone, Default)]
#[must_use = "call build() to get a client"]
pub struct ClientBuilder {
    pub(crate) token: Option<String>,
    pub(crate) user_id: Option<String>,
    pub(crate) base_url: Option<String>,
    pub(crate) proxy: Option<String>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) store: Option<String>,
    pub(crate) timeouts: Timeouts,
    pub(crate) environment: Environment,
}

impl ClientBuilder {
    /// A builder filled from the environment: `AUTOPLUS_TOKEN`, `AUTOPLUS_USER_ID`, `AUTOPLUS_BASE_URL`,
    /// `AUTOPLUS_PROXY`, `AUTOPLUS_CA_FILE`, `AUTOPLUS_STORE`. What isn't set is left open.
    pub fn from_env() -> Self {
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            token: read("AUTOPLUS_TOKEN"),
            user_id: read("AUTOPLUS_USER_ID"),
            base_url: read("AUTOPLUS_BASE_URL"),
            proxy: read("AUTOPLUS_PROXY"),
            ca_file: read("AUTOPLUS_CA_FILE").map(PathBuf::from),
            store: read("AUTOPLUS_STORE"),
            ..Self::default()
        }
    }

    /// The API token. Without one only `servers`, `stats` and `transactions` work.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The Discord user that the token belongs to. The API can't tell; `next_step` and settling a lost answer
    /// by reading need it.
    pub fn user_id(mut self, user_id: impl Into<String>) -> Self {
        self.user_id = Some(user_id.into());
        self
    }

    /// Where the API is, version included; `https://api.autoplus.gg/v1` unless told. Plain `http` only on loopback.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// A proxy for all requests, as a URL. Without it the environment's proxies count, except on loopback.
    pub fn proxy(mut self, proxy: impl Into<String>) -> Self {
        self.proxy = Some(proxy.into());
        self
    }

    /// A PEM file with certificate authorities to trust besides the built-in and the system's.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// Where operations are kept: `memory`, which ends with the client, or `sqlite:PATH`, a file that the processes of
    /// one machine share and that survives them. Memory unless told; whoever moves money wants a file. It is made if it
    /// isn't there, for its owner alone; files named after it lie beside it while it is in use.
    pub fn store(mut self, store: impl Into<String>) -> Self {
        self.store = Some(store.into());
        self
    }

    /// Limits of time.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Checks everything and makes the client. Nothing is sent.
    pub fn build(self) -> Result<Client, Error> {
        Client::from_builder(self)
    }

    pub(crate) fn checked_base_url(&self) -> Result<String, Error> {
        let text = self.base_url.as_deref().unwrap_or(BASE_URL).trim_end_matches('/');
        let advice = |why: &str| Error::invalid(format!("base_url {why}"));
        let url = reqwest::Url::parse(text).map_err(|why| advice(&format!("is no URL: {why}")))?;
        if !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(advice("must be scheme, host and path alone"));
        }
        match (url.scheme(), url.host_str()) {
            ("https", Some(_)) => Ok(text.to_owned()),
            ("http", Some(host)) if is_loopback(host) => Ok(text.to_owned()),
            ("http", _) => {
                Err(advice("would send the token unprotected: use https (plain http only on loopback)"))
            }
            _ => Err(advice("must begin with https://")),
        }
    }
}

pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = self.token.as_ref().map(|_| "***");
        f.debug_struct("ClientBuilder")
            .field("token", &token)
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}
