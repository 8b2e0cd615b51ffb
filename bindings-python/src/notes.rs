//! What is told of the streams: a blocking iterator, and prepared calls for the async one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use autoplus as sdk;
use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyResult, Python, pyclass, pymethods};
use tokio::sync::watch;

use crate::call::Call;
use crate::convert::{ToPython, shown, stream_note};
use crate::errors::{exception, stays_here};

/// What changes in how a client's trades are followed.
#[pyclass(frozen, module = "autoplus")]
pub(crate) struct StreamNotes {
    state: Mutex<State>,
}

enum State {
    /// Dropping the sender ends those who wait.
    Open(Arc<sdk::StreamNotes>, watch::Sender<()>),
    Closed {
        missed: u64,
    },
}

impl StreamNotes {
    pub(crate) fn new(notes: sdk::StreamNotes) -> Self {
        Self { state: Mutex::new(State::Open(Arc::new(notes), watch::Sender::new(()))) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn batch(&self, max: usize) -> impl Future<Output = Result<Vec<sdk::StreamNote>, sdk::Error>> + use<> {
        let open = match &*self.state() {
            State::Open(notes, closing) => Some((notes.clone(), closing.subscribe())),
            State::Closed { .. } => None,
        };
        async move {
            let Some((notes, mut closing)) = open else { return Ok(Vec::new()) };
            tokio::select! {
                biased;
                _ = closing.changed() => Ok(Vec::new()),
                batch = notes.next_batch(max) => Ok(batch),
            }
        }
    }
}

#[pymethods]
impl StreamNotes {
    #[getter]
    fn missed(&self) -> u64 {
        match &*self.state() {
            State::Open(notes, _) => notes.missed(),
            State::Closed { missed } => *missed,
        }
    }

    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let batch = self.batch(1);
        let note = Call::new(async move { Ok(batch.await?.pop()) }).wait(py)?;
        Ok(Some(note).filter(|note| !note.is_none(py)))
    }

    fn next_batch(&self, py: Python<'_>, max: usize) -> PyResult<Py<PyAny>> {
        self.prepare_batch(max).wait(py)
    }

    fn close(&self) {
        let mut state = self.state();
        if let State::Open(notes, _) = &*state {
            let closed = State::Closed { missed: notes.missed() };
            let open = std::mem::replace(&mut *state, closed);
            drop(state);
            drop(open);
        }
    }

    fn __enter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __exit__(&self, _class: &Bound<'_, PyAny>, _error: &Bound<'_, PyAny>, _trace: &Bound<'_, PyAny>) {
        self.close();
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        shown("StreamNotes", [("missed", self.missed().to_python(py)?)])
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(stays_here("StreamNotes"))
    }

    /// For the async form.
    fn prepare_batch(&self, max: usize) -> Call {
        Call::new(self.batch(max))
    }
}

impl ToPython for sdk::StreamNote {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let silent_for = match &self.change {
            sdk::StreamChange::Silent(silence) => Some(silence.as_secs_f64()),
            _ => None,
        };
        stream_note(py)?.call1((
            self.trade_id.as_str(),
            self.change.to_python(py)?,
            self.change.error().map(|error| exception(py, error)).transpose()?,
            silent_for,
        ))
    }
}
