//! Waiting inside asyncio: calls that can go on queue up, and one wake of the event loop serves all of them.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use pyo3::exceptions::PyStopIteration;
use pyo3::intern;
use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyErr, PyResult, Python, pyclass, pymethods};

use crate::call::{Work, poll};
use crate::convert::get_running_loop;
use crate::process::PerProcess;

/// A call that a task of the running event loop awaits. It goes on within that task's own steps: what it gives and the
/// task's cancellation can't cross, since a task that is cancelled takes no further step here.
#[pyclass(frozen)]
pub(crate) struct Awaited {
    work: Mutex<Option<Work>>,
    pending: Arc<Pending>,
}

impl Awaited {
    pub(crate) fn new(py: Python<'_>, work: impl FnOnce() -> PyResult<Work>) -> PyResult<Self> {
        let pending = Arc::new(Pending { queue: queue(py)?, future: Mutex::default() });
        Ok(Self { work: Mutex::new(Some(work()?)), pending })
    }
}

#[pymethods]
impl Awaited {
    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    /// Gives a future that the task waits for before it asks again, or ends with the result.
    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut work = lock(&self.work);
        let Some(under_way) = &mut *work else { return Err(PyStopIteration::new_err(())) };
        let waker = Waker::from(self.pending.clone());
        let Poll::Ready(finish) = poll(under_way, &mut Context::from_waker(&waker)) else {
            return self.pending.future(py);
        };
        *work = None;
        drop(work);
        Err(finish(py).map_or_else(|error| error, |value| PyErr::new::<PyStopIteration, _>((value,))))
    }
}

/// What one event loop has to look at when it wakes.
struct Queue {
    event_loop: Py<PyAny>,
    ready: Mutex<Vec<Arc<Pending>>>,
}

struct Pending {
    queue: Arc<Queue>,
    /// What the task waits for.
    future: Mutex<Option<Py<PyAny>>>,
}

impl Wake for Pending {
    fn wake(self: Arc<Self>) {
        let queue = self.queue.clone();
        let mut ready = lock(&queue.ready);
        ready.push(self);
        // Whoever finds the list empty wakes the loop; later ones ride along.
        if ready.len() == 1 {
            drop(ready);
            wake_loop(queue);
        }
    }
}

impl Pending {
    /// A wake that comes before this is set isn't lost: the loop, which is in this very step, looks after it.
    fn future<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let future = self.queue.event_loop.bind(py).call_method0(intern!(py, "create_future"))?;
        // How a task knows that it is to wait for what it was given.
        future.setattr(intern!(py, "_asyncio_future_blocking"), true)?;
        *lock(&self.future) = Some(future.clone().unbind());
        Ok(future)
    }

    /// Lets the task take its next step.
    fn go_on(&self, py: Python<'_>) -> PyResult<()> {
        let Some(future) = lock(&self.future).take() else { return Ok(()) };
        let future = future.bind(py);
        if !future.call_method0(intern!(py, "done"))?.is_truthy()? {
            future.call_method1(intern!(py, "set_result"), (py.None(),))?;
        }
        Ok(())
    }
}

/// What the event loop calls when it was woken.
#[pyclass(frozen)]
struct Drain {
    queue: Arc<Queue>,
}

#[pymethods]
impl Drain {
    fn __call__(&self, py: Python<'_>) -> PyResult<()> {
        let ready = std::mem::take(&mut *lock(&self.queue.ready));
        ready.iter().try_for_each(|pending| pending.go_on(py))
    }
}

/// The running loop's queue. A loop belongs to one thread, so the last one is remembered per thread.
fn queue(py: Python<'_>) -> PyResult<Arc<Queue>> {
    thread_local! {
        static LAST: RefCell<Option<Arc<Queue>>> = const { RefCell::new(None) };
    }
    let event_loop = get_running_loop(py)?.call0()?;
    let last = LAST.with_borrow(|last| last.clone().filter(|queue| queue.event_loop.is(&event_loop)));
    if let Some(queue) = last {
        return Ok(queue);
    }
    // Made while the GIL is held: no fork comes in between.
    bell();
    let queue = Arc::new(Queue { event_loop: event_loop.unbind(), ready: Mutex::default() });
    let _older = LAST.replace(Some(queue.clone()));
    Ok(queue)
}

/// Wakes a loop from a thread of its own: the network's thread must never wait for the GIL.
fn wake_loop(queue: Arc<Queue>) {
    let _ = bell().send(queue);
}

fn bell() -> &'static mpsc::Sender<Arc<Queue>> {
    static BELL: PerProcess<mpsc::Sender<Arc<Queue>>> = PerProcess::new();
    BELL.get(|| {
        let (sender, woken) = mpsc::channel();
        let ring = move || woken.into_iter().for_each(ring);
        let _ = thread::Builder::new().name("autoplus-wake".into()).spawn(ring);
        sender
    })
}

fn ring(queue: Arc<Queue>) {
    let woken = Python::try_attach(|py| {
        let drain = Drain { queue: queue.clone() };
        queue.event_loop.call_method1(py, "call_soon_threadsafe", (drain,)).is_ok()
    });
    // A closed loop has nobody left who waits.
    if woken != Some(true) {
        lock(&queue.ready).clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
