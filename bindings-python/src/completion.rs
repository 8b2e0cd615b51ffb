//! Waiting inside asyncio.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use pyo3::exceptions::PyStopIteration;
use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyErr, PyResult, Python, pyclass, pymethods};

use crate::call::{Work, poll};
use crate::event_loop::{Pending, Queue, Waiting};

/// A call that a task of the running event loop awaits. It goes on within that task's own steps: what it gives and the
/// task's cancellation can't cross, since a task that is cancelled takes no further step here.
///
/// To the task it is its own future as well, of which it needs no more than this: a loop, somebody to tell it when to take
/// its next step, and a result that means nothing.
#[pyclass(frozen)]
pub(crate) struct Awaited {
    work: Mutex<Option<Work>>,
    pending: Arc<Pending>,
}

impl Awaited {
    pub(crate) fn new(py: Python<'_>, work: impl FnOnce() -> PyResult<Work>) -> PyResult<Self> {
        let pending = Pending::new(Queue::running(py)?);
        Ok(Self { work: Mutex::new(Some(work()?)), pending })
    }

    fn work(&self) -> MutexGuard<'_, Option<Work>> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Awaited {
    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    /// Gives itself for the task to wait for before it asks again, or ends with the result.
    fn __next__(this: &Bound<'_, Self>) -> PyResult<Py<Self>> {
        let (py, awaited) = (this.py(), this.get());
        let mut work = awaited.work();
        let Some(under_way) = &mut *work else { return Err(PyStopIteration::new_err(())) };
        let waker = Waker::from(awaited.pending.clone());
        let Poll::Ready(finish) = poll(under_way, &mut Context::from_waker(&waker)) else {
            return Ok(this.clone().unbind());
        };
        *work = None;
        drop(work);
        Err(finish(py).map_or_else(|error| error, |value| PyErr::new::<PyStopIteration, _>((value,))))
    }

    /// How a task knows that it is to wait for what it was given; it clears that when it does.
    #[getter(_asyncio_future_blocking)]
    fn is_to_be_waited_for(&self) -> bool {
        true
    }

    #[setter(_asyncio_future_blocking)]
    fn is_waited_for(&self, _waits: bool) {}

    fn get_loop(&self, py: Python<'_>) -> Py<PyAny> {
        self.pending.queue.event_loop.clone_ref(py)
    }

    fn add_done_callback(this: Bound<'_, Self>, step: Py<PyAny>, context: Py<PyAny>) {
        let pending = this.get().pending.clone();
        pending.waits(Waiting { step, context, awaited: this.unbind() });
    }

    /// Never says that it was cancelled: that is what the task throws into its coroutine with its next step.
    #[pyo3(signature = (msg = None))]
    fn cancel(&self, py: Python<'_>, msg: Option<Py<PyAny>>) -> PyResult<bool> {
        drop(msg);
        self.pending.go_on_soon(py).map(|()| false)
    }

    fn result(&self) {}

    /// What is thrown into the coroutine ends the call before any of its handlers runs: they may make another one.
    #[pyo3(signature = (kind, value = None, _trace = None))]
    fn throw<'py>(
        &self,
        kind: Bound<'py, PyAny>,
        value: Option<Bound<'py, PyAny>>,
        _trace: Option<Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        self.close();
        Err(PyErr::from_value(value.filter(|value| !value.is_none()).unwrap_or(kind)))
    }

    fn close(&self) {
        let _work = self.work().take();
        self.pending.waits_no_more();
    }
}
