//! A future that is asked for again and again, as Rust's streams are.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use crate::error::Error;

type Pull<T> = Pin<Box<dyn Future<Output = Result<Option<T>, Error>> + Send>>;

/// What a stream waits for. Never contended: a lock only because the future in it can't be looked at from two threads.
pub(super) struct Pulling<T>(Mutex<Option<Pull<T>>>);

impl<T> Default for Pulling<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Pulling<T> {
    fn pull(&mut self) -> &mut Option<Pull<T>> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on with what is waited for, or begins with `next`.
    pub(super) fn poll_next<F>(
        &mut self,
        context: &mut Context<'_>,
        next: impl FnOnce() -> F,
    ) -> Poll<Option<Result<T, Error>>>
    where
        F: Future<Output = Result<Option<T>, Error>> + Send + 'static,
    {
        let pull = self.pull();
        let pulled = ready!(pull.get_or_insert_with(|| Box::pin(next())).as_mut().poll(context));
        *pull = None;
        Poll::Ready(pulled.transpose())
    }

    /// Waits no longer.
    pub(super) fn stop(&mut self) {
        *self.pull() = None;
    }
}
