//! What is told of the streams: a blocking iterator, and prepared calls for the async one.

use std::sync::Arc;

use autoplus as sdk;
use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyResult, Python, pyclass, pymethods};

use crate::call::Call;
use crate::convert::{ToPython, shown, stream_note};
use crate::errors::{exception, stays_here};

/// What changes in how a client's trades are followed.
#[pyclass(frozen, module = "autoplus")]
pub(crate) struct StreamNotes {
    sdk: Arc<sdk::StreamNotes>,
}

impl StreamNotes {
    pub(crate) fn new(notes: sdk::StreamNotes) -> Self {
        Self { sdk: Arc::new(notes) }
    }
}

#[pymethods]
impl StreamNotes {
    #[getter]
    fn missed(&self) -> u64 {
        self.sdk.missed()
    }

    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let sdk = self.sdk.clone();
        let note = Call::new(async move { Ok(sdk.next().await) }).wait(py)?;
        Ok(Some(note).filter(|note| !note.is_none(py)))
    }

    fn next_batch(&self, py: Python<'_>, max: usize) -> PyResult<Py<PyAny>> {
        self.prepare_batch(max).wait(py)
    }

    fn close(&self) {
        self.sdk.close();
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
        let sdk = self.sdk.clone();
        Call::new(async move { Ok(sdk.next_batch(max).await) })
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
