//! The end of the process.

use std::sync::OnceLock;
use std::thread::{self, ThreadId};

use autoplus::bridge::spawn;
use pyo3::prelude::{PyRef, pyfunction};

use crate::call::Call;
use crate::client::Client;

/// The thread that ends the process.
static ENDED_BY: OnceLock<ThreadId> = OnceLock::new();

/// While the process ends, the threads that still wait are those that nobody joins: they are to see no error of it.
pub(crate) fn is_for_nobody() -> bool {
    ENDED_BY.get().is_some_and(|thread| *thread != thread::current().id())
}

/// Closes clients side by side: however many there are, their mutations get ten seconds in all.
#[pyfunction]
pub(crate) fn close_all(clients: Vec<PyRef<'_, Client>>) -> Call {
    ENDED_BY.get_or_init(|| thread::current().id());
    let clients: Vec<_> = clients.iter().map(|client| client.sdk.clone()).collect();
    Call::new(async move {
        let mut closing = Vec::new();
        for client in clients {
            closing.push(spawn(async move {
                client.close().await;
                Ok(())
            })?);
        }
        for closed in closing {
            closed.await?;
        }
        Ok(())
    })
}
