//! What the language bindings need and nobody else should: no part of the stable API.

use std::future::Future;

use crate::error::Error;
use crate::model::{Origin, Trade, Wire};
use crate::runtime::{self, WhenDropped};

/// A snapshot from the JSON text that a binding itself kept of what the library gave out: it counts as reviewed.
pub fn snapshot(json: &str) -> Result<Trade, Error> {
    Trade::decode(json, Origin::Server)
        .map_err(|why| Error::bug(format!("a kept snapshot can't be read: {why}")))
}

/// Runs a future on the library's background thread. Dropping what this returns cancels it; the mutations that
/// it started go on.
pub fn spawn<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<impl Future<Output = Result<T, Error>> + Send, Error> {
    runtime::run(WhenDropped::Abort, work)
}
