//! What the language bindings need and nobody else should: no part of the stable API.

use std::future::Future;

use crate::client::Client;
use crate::config::ClientBuilder;
use crate::error::Error;
use crate::model::{Origin, Trade, Wire};
use crate::runtime::{self, WhenDropped};

pub use crate::lane::Lane;

pub use crate::environment::{Carrier, Environment, Parcel, Random, Receipt, Unanswered};

/// A snapshot from the JSON text that a binding itself kept of what the library gave out: it counts as reviewed.
pub fn snapshot(json: &str) -> Result<Trade, Error> {
    Trade::decode(json, Origin::Server)
        .map_err(|why| Error::bug(format!("a kept snapshot can't be read: {why}")))
}

/// Whether the server said at all if fund actions are locked: what it leaves out reads as false too. For a binding that keeps
/// trades in a form of its own and has to give them back equal.
pub fn tells_of_locks(trade: &Trade) -> bool {
    trade.tells_of_locks()
}

/// Runs a future on the library's background thread. Dropping what this returns cancels it; the mutations that
/// it started go on.
pub fn spawn<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<impl Future<Output = Result<T, Error>> + Send, Error> {
    Ok(runtime::run(&runtime::handle()?, WhenDropped::Abort, work))
}

/// Lets this thread drive a client's reads itself, such as `client.trade(id)`: cheaper than waiting for another thread. None
/// where that can't be just now; then the call is awaited as usual. Not for async code.
pub fn lane(client: &Client) -> Option<Lane> {
    Lane::of(client)
}

/// Waits until no thread of this process is at a store's file; none begins before this is dropped. For a binding that is
/// told of forks: held over one, it leaves no lock behind in the child.
#[cfg(feature = "sqlite")]
pub fn nobody_at_work() -> std::sync::RwLockWriteGuard<'static, ()> {
    crate::store::nobody_at_work()
}

/// A client that stands on a test's own thread, wire, clock and chance.
pub fn in_environment(builder: ClientBuilder, environment: Environment) -> ClientBuilder {
    ClientBuilder { environment, ..builder }
}
