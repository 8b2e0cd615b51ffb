//! The end of the process.

use autoplus::bridge::spawn;
use pyo3::prelude::{PyRef, pyfunction};

use crate::call::Call;
use crate::client::Client;

/// Closes clients side by side: however many there are, their mutations get ten seconds in all.
#[pyfunction]
pub(crate) fn close_all(clients: Vec<PyRef<'_, Client>>) -> Call {
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
