//! Waiting without an event loop: the GIL is free meanwhile, and Ctrl-C gets through.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use pyo3::intern;
use pyo3::prelude::{PyAnyMethods, PyModule, PyResult, Python};

use crate::exit::is_for_nobody;

/// How long Ctrl-C may take to be noticed.
const SLICE: Duration = Duration::from_millis(10);
/// Only the main thread gets signals; others need not look.
const LONG_SLICE: Duration = Duration::from_secs(60);

/// Waits until there is an answer, but no longer than until `last`: nothing then. A signal handler that raises, as Ctrl-C's
/// does, ends it too.
pub(crate) fn wait<T: Send>(
    py: Python<'_>,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<T> + Send,
    last: Option<Instant>,
) -> PyResult<Option<T>> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    drive(py, |until| wait_until(until, &waker, &mut poll), last)
}

/// The same for what is to be driven here, each time until a given moment.
pub(crate) fn drive<T: Send>(
    py: Python<'_>,
    mut drive: impl FnMut(Instant) -> Poll<T> + Send,
    last: Option<Instant>,
) -> PyResult<Option<T>> {
    let mut slice = SLICE;
    loop {
        let end = Instant::now() + slice;
        let end = last.map_or(end, |last| end.min(last));
        let driven = py.detach(|| {
            let driven = drive(end);
            while driven.is_ready() && is_for_nobody() {
                thread::park();
            }
            driven
        });
        if let Poll::Ready(answer) = driven {
            return Ok(Some(answer));
        }
        py.check_signals()?;
        if last.is_some_and(|last| last <= Instant::now()) {
            return Ok(None);
        }
        slice = if is_main_thread(py)? { SLICE } else { LONG_SLICE };
    }
}

fn wait_until<T>(end: Instant, waker: &Waker, poll: &mut impl FnMut(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
    let mut context = Context::from_waker(waker);
    loop {
        if let Poll::Ready(answer) = poll(&mut context) {
            return Poll::Ready(answer);
        }
        match end.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => thread::park_timeout(left),
            _ => return Poll::Pending,
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// A program that never imported `threading` has one thread, and is spared the import, which takes longer than a call.
fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    let modules = PyModule::import(py, intern!(py, "sys"))?.getattr(intern!(py, "modules"))?;
    let Ok(threading) = modules.get_item(intern!(py, "threading")) else { return Ok(true) };
    let main = threading.call_method0(intern!(py, "main_thread"))?.getattr(intern!(py, "ident"))?;
    threading.call_method0(intern!(py, "get_ident"))?.eq(main)
}
