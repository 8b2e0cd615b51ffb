//! Waking an event loop: calls that can go on queue up, and one wake serves all of them.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Wake;

#[cfg(unix)]
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyResult, Python, pyclass, pymethods};
use pyo3::types::{PyDict, PyDictMethods};

use crate::bell::Bell;
use crate::completion::Awaited;
use crate::convert::get_running_loop;

/// What one event loop has to look at when it wakes.
pub(crate) struct Queue {
    pub(crate) event_loop: Py<PyAny>,
    process: u32,
    ready: Mutex<Vec<Arc<Pending>>>,
    bell: Bell,
}

impl Queue {
    /// The running loop's. A loop belongs to one thread, so the last one is remembered per thread.
    pub(crate) fn running(py: Python<'_>) -> PyResult<Arc<Self>> {
        thread_local! {
            static LAST: RefCell<Option<Arc<Queue>>> = const { RefCell::new(None) };
        }
        let event_loop = get_running_loop(py)?.call0()?;
        let process = std::process::id();
        let is_it = |queue: &Arc<Self>| queue.event_loop.is(&event_loop) && queue.process == process;
        if let Some(queue) = LAST.with_borrow(|last| last.clone().filter(is_it)) {
            return Ok(queue);
        }
        let queue = Self::new(event_loop, process)?;
        let _older = LAST.replace(Some(queue.clone()));
        Ok(queue)
    }

    fn new(event_loop: Bound<'_, PyAny>, process: u32) -> PyResult<Arc<Self>> {
        let made = |bell| {
            let event_loop = event_loop.clone().unbind();
            Arc::new(Self { event_loop, process, ready: Mutex::default(), bell })
        };
        #[cfg(unix)]
        if let Ok(pipe) = Bell::pipe(event_loop.py()) {
            let queue = made(pipe);
            match queue.bell.watched_by(&event_loop, Drain { queue: queue.clone() }) {
                Ok(()) => return Ok(queue),
                // Not every loop can watch a pipe.
                Err(error) if error.is_instance_of::<PyException>(event_loop.py()) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(made(Bell::thread()))
    }

    pub(crate) fn ready(&self) -> MutexGuard<'_, Vec<Arc<Pending>>> {
        lock(&self.ready)
    }

    /// From any thread; nobody waits for the GIL here.
    fn add(self: &Arc<Self>, pending: Arc<Pending>) {
        let mut ready = self.ready();
        ready.push(pending);
        let is_first = ready.len() == 1;
        drop(ready);
        // Whoever finds the list empty wakes the loop; later ones ride along.
        if is_first {
            self.bell.ring(self);
        }
    }

    /// Lets every task go on that can.
    fn serve(self: &Arc<Self>, py: Python<'_>) -> PyResult<()> {
        let mut ready = std::mem::take(&mut *self.ready()).into_iter();
        while let Some(pending) = ready.next() {
            if let Err(error) = pending.go_on(py) {
                // The program is being ended from within a task, as by Ctrl-C. What is left has its turn if the loop goes on.
                ready.for_each(|left| self.add(left));
                return Err(error);
            }
        }
        Ok(())
    }
}

/// What the event loop calls when it was woken.
#[pyclass(frozen)]
pub(crate) struct Drain {
    pub(crate) queue: Arc<Queue>,
}

#[pymethods]
impl Drain {
    fn __call__(&self, py: Python<'_>) -> PyResult<()> {
        self.queue.bell.quiet();
        self.queue.serve(py)
    }
}

/// One call that a task awaits, as far as waking is concerned.
pub(crate) struct Pending {
    pub(crate) queue: Arc<Queue>,
    waiting: Mutex<Option<Waiting>>,
}

/// A task that waits: what takes its next step, the task's context to take it in, and what it waits for.
pub(crate) struct Waiting {
    pub(crate) step: Py<PyAny>,
    pub(crate) context: Py<PyAny>,
    pub(crate) awaited: Py<Awaited>,
}

impl Wake for Pending {
    fn wake(self: Arc<Self>) {
        let queue = self.queue.clone();
        queue.add(self);
    }
}

impl Pending {
    pub(crate) fn new(queue: Arc<Queue>) -> Arc<Self> {
        Arc::new(Self { queue, waiting: Mutex::default() })
    }

    /// A wake that comes before this isn't lost: the loop, which is in this very step, looks after it.
    pub(crate) fn waits(&self, waiting: Waiting) {
        let _older = lock(&self.waiting).replace(waiting);
    }

    pub(crate) fn waits_no_more(&self) {
        let _waiting = lock(&self.waiting).take();
    }

    /// The task's next step, now. The loop calls this itself and is in no task.
    fn go_on(&self, py: Python<'_>) -> PyResult<()> {
        let Some(Waiting { step, context, awaited }) = lock(&self.waiting).take() else { return Ok(()) };
        context.call_method1(py, intern!(py, "run"), (step, awaited)).map(drop)
    }

    /// The task's next step, soon: it was cancelled and is to find that out.
    pub(crate) fn go_on_soon(&self, py: Python<'_>) -> PyResult<()> {
        let Some(Waiting { step, context, awaited }) = lock(&self.waiting).take() else { return Ok(()) };
        let in_context = PyDict::new(py);
        in_context.set_item(intern!(py, "context"), context)?;
        let event_loop = self.queue.event_loop.bind(py);
        event_loop.call_method(intern!(py, "call_soon"), (step, awaited), Some(&in_context)).map(drop)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
