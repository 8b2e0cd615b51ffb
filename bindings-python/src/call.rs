//! A call that was prepared and not started: Python waits for it or awaits it, once.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use autoplus::bridge::lane;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::{Bound, Py, PyAny, PyErr, PyResult, Python, pyclass, pymethods};

use crate::completion::Awaited;
use crate::convert::ToPython;
use crate::errors::stays_here;
use crate::process::PerProcess;
use crate::{errors, waiting};

/// What a call gives, still to be turned into a Python value by whoever holds the GIL.
pub(crate) type Finish = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

pub(crate) type Work = Pin<Box<dyn Future<Output = Finish> + Send>>;

/// One call of the API.
#[pyclass(frozen, module = "autoplus._native")]
pub(crate) struct Call {
    work: Mutex<Option<Work>>,
    /// Whose connections a thread that waits may drive itself, if this only reads.
    read_by: Option<autoplus::Client>,
}

impl Call {
    pub(crate) fn new<T: ToPython + Send + 'static>(
        work: impl Future<Output = Result<T, autoplus::Error>> + Send + 'static,
    ) -> Self {
        let work = async move {
            let result = work.await;
            let finish: Finish = Box::new(move |py| match result {
                Ok(value) => value.to_python(py).map(Bound::unbind),
                Err(error) => Err(errors::raise(py, &error)),
            });
            finish
        };
        Self { work: Mutex::new(Some(Box::pin(work))), read_by: None }
    }

    /// A short read: the thread that waits for it drives it itself.
    pub(crate) fn read<T: ToPython + Send + 'static>(
        client: &autoplus::Client,
        work: impl Future<Output = Result<T, autoplus::Error>> + Send + 'static,
    ) -> Self {
        Self { read_by: Some(client.clone()), ..Self::new(work) }
    }

    /// Blocks for so long at most; nothing if that was too short.
    pub(crate) fn wait_until(&self, py: Python<'_>, end: Option<Instant>) -> PyResult<Option<Py<PyAny>>> {
        let lane = self.read_by.as_ref().filter(|_| !Crowd::is_there()).and_then(lane);
        let _one_of_many = (self.read_by.is_some() && lane.is_none()).then(Crowd::join);
        // An interrupt drops it: a read stops, a mutation goes on in the background.
        let mut work = self.take()?;
        let finish = match lane {
            Some(lane) => waiting::drive(
                py,
                |until| lane.drive(pin!(poll_fn(|context| poll(&mut work, context))), until),
                end,
            ),
            None => waiting::wait(py, |context| poll(&mut work, context), end),
        };
        finish?.map(|finish| finish(py)).transpose()
    }

    fn take(&self) -> PyResult<Work> {
        let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        work.take().ok_or_else(|| PyRuntimeError::new_err("this call was made already; make a new one"))
    }
}

#[pymethods]
impl Call {
    /// Blocks until the call ended, with the GIL free.
    pub(crate) fn wait(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.wait_until(py, None)?.ok_or_else(|| errors::bug(py))
    }

    #[cfg(debug_assertions)]
    #[staticmethod]
    fn _panicking(in_background: bool) -> Self {
        crate::panics::panicking(in_background)
    }

    #[cfg(debug_assertions)]
    #[staticmethod]
    fn _panic_next() {
        crate::panics::ask();
    }

    fn __await__(&self, py: Python<'_>) -> PyResult<Awaited> {
        Awaited::new(py, || self.take())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(stays_here("Call"))
    }
}

/// Threads whose reads the background thread serves. Once there are some, it serves the next one too: that costs less than
/// many threads that each look after a connection.
struct Crowd;

impl Crowd {
    fn size() -> &'static AtomicUsize {
        static SIZE: PerProcess<AtomicUsize> = PerProcess::new();
        SIZE.get(AtomicUsize::default)
    }

    fn is_there() -> bool {
        Self::size().load(Ordering::Relaxed) > 0
    }

    fn join() -> Self {
        Self::size().fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        Self::size().fetch_sub(1, Ordering::Relaxed);
    }
}

/// Goes on with a call; a panic ends it as an error that names a bug.
pub(crate) fn poll(work: &mut Work, context: &mut Context<'_>) -> Poll<Finish> {
    catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))).unwrap_or_else(|_| {
        let finish: Finish = Box::new(|py| Err::<_, PyErr>(errors::bug(py)));
        Poll::Ready(finish)
    })
}
