//! Where operations are kept: in memory, or in a file that several processes of one machine share.

#[cfg(feature = "sqlite")]
mod forks;
mod memory;
#[cfg(feature = "sqlite")]
mod presence;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::sync::Arc;

#[cfg(feature = "sqlite")]
pub(crate) use forks::nobody_at_work;

use crate::error::Error;
use crate::protocol::rows::Rows;

/// What a transaction asks of its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing is written.
    Read,
    /// Kept through a crash of this process; a crash of the machine may lose it, which means settling again.
    Batched,
    /// On the disk before this returns.
    Synced,
}

/// Keeps rows. A store for a fleet fits in here: `Rows::is_alive` asks for its leases, the generation in each row is
/// its fencing token.
pub(crate) trait Store: Send + Sync {
    /// Runs the work on one account's rows. All that it writes is kept, or, if it or the store fails, nothing.
    fn transact(&self, account: &str, access: Access, work: Work<'_>) -> Result<(), Error>;

    /// Whether it is a file: other processes may share it, and a transaction may keep its thread waiting.
    fn is_file(&self) -> bool;

    /// Lets go of what is open. Using it again opens it again, as another instance.
    fn close(&self);
}

/// What a transaction does.
pub(crate) type Work<'a> = &'a mut dyn FnMut(&mut dyn Rows) -> Result<(), Error>;

/// Opens what `memory` or `sqlite:PATH` names.
pub(crate) fn open(named: Option<&str>) -> Result<Arc<dyn Store>, Error> {
    match named {
        None | Some("memory") => Ok(Arc::new(memory::Memory::default())),
        Some(named) => match named.strip_prefix("sqlite:") {
            Some("") => {
                Err(Error::invalid("store: sqlite: needs the path of a file, such as sqlite:autoplus.db"))
            }
            Some(path) => open_file(path),
            None => Err(Error::invalid(format!("store: {named:?} is neither memory nor sqlite:PATH"))),
        },
    }
}

#[cfg(feature = "sqlite")]
fn open_file(path: &str) -> Result<Arc<dyn Store>, Error> {
    Ok(Arc::new(sqlite::Sqlite::open(path)?))
}

#[cfg(not(feature = "sqlite"))]
fn open_file(_: &str) -> Result<Arc<dyn Store>, Error> {
    Err(Error::invalid("store: this build has no sqlite; enable the crate's feature sqlite"))
}

/// Trouble of the store itself.
#[cfg(feature = "sqlite")]
pub(crate) fn trouble(message: impl Into<String>) -> Error {
    Error::new(crate::error::ErrorKind::Store, message)
}

#[cfg(test)]
mod tests;
