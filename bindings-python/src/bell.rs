//! How an event loop is woken from another thread.

#[cfg(unix)]
use std::io::{PipeReader, PipeWriter, Read, Write};
#[cfg(unix)]
use std::os::fd::AsRawFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use pyo3::prelude::Python;
#[cfg(unix)]
use pyo3::prelude::{Bound, PyAny, PyAnyMethods, PyModule, PyResult};

use crate::event_loop::{Drain, Queue};
use crate::process::PerProcess;

/// Rings by one write where the loop can watch a pipe. Elsewhere a thread of its own calls the loop, since the network's thread
/// must never wait for the GIL.
pub(crate) enum Bell {
    #[cfg(unix)]
    Pipe {
        heard: PipeReader,
        rung: PipeWriter,
    },
    Thread,
}

impl Bell {
    #[cfg(unix)]
    pub(crate) fn pipe(py: Python<'_>) -> PyResult<Self> {
        let (heard, rung) = std::io::pipe()?;
        let os = PyModule::import(py, "os")?;
        for end in [heard.as_raw_fd(), rung.as_raw_fd()] {
            os.call_method1("set_blocking", (end, false))?;
        }
        Ok(Self::Pipe { heard, rung })
    }

    pub(crate) fn thread() -> Self {
        // Made while the GIL is held: no fork comes in between.
        ringers();
        Self::Thread
    }

    /// From now on the loop calls this when the bell was rung.
    #[cfg(unix)]
    pub(crate) fn watched_by(&self, event_loop: &Bound<'_, PyAny>, drain: Drain) -> PyResult<()> {
        if let Self::Pipe { heard, .. } = self {
            event_loop.call_method1("add_reader", (heard.as_raw_fd(), drain))?;
        }
        Ok(())
    }

    pub(crate) fn ring(&self, queue: &Arc<Queue>) {
        match self {
            // What is in a full pipe wakes the loop too.
            #[cfg(unix)]
            Self::Pipe { rung, .. } => drop((&*rung).write(&[0])),
            Self::Thread => drop(ringers().send(queue.clone())),
        }
    }

    /// Before the queue is looked at, so that what comes later rings again.
    pub(crate) fn quiet(&self) {
        #[cfg(unix)]
        if let Self::Pipe { heard, .. } = self {
            let _ = (&*heard).read(&mut [0; 64]);
        }
    }
}

/// True once the process ends: Python may then be entered no more. Locked while it is.
fn over() -> MutexGuard<'static, bool> {
    static OVER: PerProcess<Mutex<bool>> = PerProcess::new();
    OVER.get(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

fn ringers() -> &'static mpsc::Sender<Arc<Queue>> {
    static RINGERS: PerProcess<mpsc::Sender<Arc<Queue>>> = PerProcess::new();
    RINGERS.get(|| {
        let (sender, woken) = mpsc::channel();
        let ring = move || woken.into_iter().for_each(call);
        let _ = thread::Builder::new().name("autoplus-wake".into()).spawn(ring);
        sender
    })
}

fn call(queue: Arc<Queue>) {
    let over = over();
    if *over {
        // Its Python objects may be gone already.
        return std::mem::forget(queue);
    }
    let woken = Python::try_attach(|py| {
        let drain = Drain { queue: queue.clone() };
        queue.event_loop.call_method1(py, "call_soon_threadsafe", (drain,)).is_ok()
    });
    drop(over);
    // A closed loop has nobody left who waits.
    if woken != Some(true) {
        queue.ready().clear();
    }
}

/// At the end of the process, while its threads still can enter Python: waits for the one that is at it.
pub(crate) fn end(py: Python<'_>) {
    py.detach(|| *over() = true);
}
