//! What a client stands on: its thread, its wire, its clock and its chance. Tests bring their own, so that a whole
//! schedule of trouble plays in no time, and again exactly.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::runtime::Handle;

use crate::error::Error;
use crate::runtime;

/// Fills a slice with random bytes, or says why it can't.
pub type Random = Arc<dyn Fn(&mut [u8]) -> Result<(), String> + Send + Sync>;

/// The four things that a client can't decide for itself.
#[derive(Clone)]
pub struct Environment {
    /// Where its work runs; the library's own background thread unless given.
    pub runtime: Option<Handle>,
    /// What carries its requests; HTTP unless given.
    pub carrier: Option<Arc<dyn Carrier>>,
    /// The time of day.
    pub clock: fn() -> SystemTime,
    /// Random bytes, for keys, names and the spread of retries.
    pub random: Random,
}

/// Carries requests in place of HTTP.
pub trait Carrier: Send + Sync {
    /// One attempt. Dropping the future hangs up.
    fn carry(&self, request: Parcel) -> Pin<Box<dyn Future<Output = Result<Receipt, Unanswered>> + Send>>;
}

/// A request as it goes out.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// `GET`, `POST` or `PUT`.
    pub method: &'static str,
    /// Below the base URL, with its query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// JSON text.
    pub body: Option<String>,
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whole.
    pub body: Vec<u8>,
}

/// Why no whole answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// Surely nothing arrived.
    NotSent,
    /// It may have arrived.
    Lost,
}

impl Default for Environment {
    fn default() -> Self {
        let random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|why| why.to_string());
        Self { runtime: None, carrier: None, clock: SystemTime::now, random: Arc::new(random) }
    }
}

impl Environment {
    pub(crate) fn handle(&self) -> Result<Handle, Error> {
        self.runtime.clone().map_or_else(runtime::handle, Ok)
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        (self.random)(bytes).map_err(|why| Error::bug(format!("no randomness: {why}")))
    }

    /// A number in 0..1 that spreads retries. Without randomness they aren't spread, which breaks nothing.
    pub(crate) fn chance(&self) -> f64 {
        let mut bytes = [0_u8; 4];
        match self.fill(&mut bytes) {
            Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
            Err(_) => 1.0,
        }
    }

    /// 128 random bits as an idempotency key or an operation's name.
    pub(crate) fn random_key(&self) -> Result<String, Error> {
        let mut bytes = [0_u8; 16];
        self.fill(&mut bytes)?;
        Ok(hex(&bytes))
    }
}

/// 128 bits of the system's own randomness, whatever a test brings along.
#[cfg(feature = "sqlite")]
pub(crate) fn random_hex() -> Result<String, Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|why| Error::bug(format!("no randomness: {why}")))?;
    Ok(hex(&bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or_default();
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.extend([digit(byte >> 4), digit(byte & 15)]);
    }
    text
}
