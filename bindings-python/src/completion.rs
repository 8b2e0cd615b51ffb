//! Waiting inside asyncio: calls that can go on queue up, and one wake of the event loop serves all of them.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyResult, Python, pyclass, pymethods};

use crate::call::{Work, poll};
use crate::convert::get_running_loop;

/// Starts a call on the running event loop and gives the future of its result.
pub(crate) fn start<'py>(py: Python<'py>, work: Work) -> PyResult<Bound<'py, PyAny>> {
    let queue = queue(py)?;
    let future = queue.event_loop.bind(py).call_method0("create_future")?;
    let pending = Arc::new(Pending {
        queue,
        started: Mutex::new(Some(Started { work, future: future.clone().unbind() })),
    });
    pending.go_on(py)?;
    if !future.call_method0("done")?.is_truthy()? {
        future.call_method1("add_done_callback", (Canceler { pending },))?;
    }
    Ok(future)
}

/// What one event loop has to look at when it wakes.
struct Queue {
    event_loop: Py<PyAny>,
    ready: Mutex<Vec<Arc<Pending>>>,
}

struct Pending {
    queue: Arc<Queue>,
    started: Mutex<Option<Started>>,
}

struct Started {
    work: Work,
    future: Py<PyAny>,
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
    /// Runs on the loop's own thread, so the future can't be cancelled in between.
    fn go_on(self: &Arc<Self>, py: Python<'_>) -> PyResult<()> {
        let mut started = lock(&self.started);
        let Some(Started { work, future }) = &mut *started else { return Ok(()) };
        // Cancelled, and its callback comes next: a result taken now would be lost.
        if future.bind(py).call_method0("done")?.is_truthy()? {
            return Ok(());
        }
        let waker = Waker::from(self.clone());
        let Poll::Ready(finish) = poll(work, &mut Context::from_waker(&waker)) else { return Ok(()) };
        let finished = started.take();
        drop(started);
        let Some(Started { future, .. }) = finished else { return Ok(()) };
        match finish(py) {
            Ok(value) => future.call_method1(py, "set_result", (value,))?,
            Err(error) => future.call_method1(py, "set_exception", (error,))?,
        };
        Ok(())
    }
}

/// Called by the future when it is done: a cancelled one lets go of its call.
#[pyclass(frozen)]
struct Canceler {
    pending: Arc<Pending>,
}

#[pymethods]
impl Canceler {
    fn __call__(&self, _future: Bound<'_, PyAny>) {
        let abandoned = lock(&self.pending.started).take();
        drop(abandoned);
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
    let queue = Arc::new(Queue { event_loop: event_loop.unbind(), ready: Mutex::default() });
    let _older = LAST.replace(Some(queue.clone()));
    Ok(queue)
}

/// Wakes a loop from a thread of its own: the network's thread must never wait for the GIL.
fn wake_loop(queue: Arc<Queue>) {
    static BELL: Mutex<Option<(u32, mpsc::Sender<Arc<Queue>>)>> = Mutex::new(None);
    let mut bell = lock(&BELL);
    let process = std::process::id();
    if let Some((owner, sender)) = &*bell
        && *owner == process
    {
        let _ = sender.send(queue);
        return;
    }
    let (sender, woken) = mpsc::channel();
    let ring = move || woken.into_iter().for_each(ring);
    if thread::Builder::new().name("autoplus-wake".into()).spawn(ring).is_ok() {
        let _ = sender.send(queue);
        *bell = Some((process, sender));
    }
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
