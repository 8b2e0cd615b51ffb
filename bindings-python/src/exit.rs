//! The end of the process.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Poll;
use std::thread::{self, ThreadId};

use autoplus::Client;
use pyo3::prelude::{Python, pyfunction};

use crate::call::Call;
use crate::process::PerProcess;
use crate::{bell, logging};

/// The thread that ends the process.
static ENDED_BY: OnceLock<ThreadId> = OnceLock::new();

/// While the process ends, the threads that still wait are those that nobody joins: they are to see no error of it.
pub(crate) fn is_for_nobody() -> bool {
    ENDED_BY.get().is_some_and(|thread| *thread != thread::current().id())
}

/// The clients that Python hasn't let go of. A child of this process leaves them alone.
fn clients() -> MutexGuard<'static, HashMap<u64, Client>> {
    static CLIENTS: PerProcess<Mutex<HashMap<u64, Client>>> = PerProcess::new();
    CLIENTS.get(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

/// A client's place among them.
pub(crate) struct Registered(u64);

impl Registered {
    pub(crate) fn new(client: &Client) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        clients().insert(number, client.clone());
        Self(number)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let _client = clients().remove(&self.0);
    }
}

/// Closes all clients side by side: however many there are, their mutations get ten seconds in all.
#[pyfunction]
pub(crate) fn close_all() -> Call {
    ENDED_BY.get_or_init(|| thread::current().id());
    let clients: Vec<_> = clients().values().cloned().collect();
    let mut closing: Vec<_> =
        clients.into_iter().map(|client| Box::pin(async move { client.close().await })).collect();
    Call::new(poll_fn(move |context| {
        closing.retain_mut(|closed| closed.as_mut().poll(context).is_pending());
        if closing.is_empty() { Poll::Ready(Ok(())) } else { Poll::Pending }
    }))
}

/// Waits for the library's threads that are in Python. None enters it after that, where its end would be theirs too.
#[pyfunction]
pub(crate) fn end_threads(py: Python<'_>) {
    logging::end(py);
    bell::end(py);
}
