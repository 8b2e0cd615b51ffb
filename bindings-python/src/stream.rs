//! Following one trade: a blocking iterator, and prepared calls for the async one.

use std::sync::Arc;

use autoplus as sdk;
use pyo3::prelude::{Bound, Py, PyAny, PyResult, Python, pyclass, pymethods};

use crate::call::Call;
use crate::convert::ToPython;

/// The events of one trade, in order; ends after the trade closed. Trouble on the way is retried.
///
/// Iterating is native all the way, so that Ctrl-C can't come between an event and the loop that gets it.
#[pyclass(frozen, module = "autoplus")]
pub(crate) struct EventStream {
    sdk: Arc<sdk::EventStream>,
}

impl EventStream {
    pub(crate) fn new(stream: sdk::EventStream) -> Self {
        Self { sdk: Arc::new(stream) }
    }
}

#[pymethods]
impl EventStream {
    #[getter]
    fn trade_id(&self) -> &str {
        self.sdk.trade_id()
    }

    #[getter]
    fn offset(&self) -> Option<i64> {
        self.sdk.offset()
    }

    #[getter]
    fn end<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.sdk.end().to_python(py)
    }

    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let sdk = self.sdk.clone();
        let event = Call::new(async move { sdk.next().await }).wait(py)?;
        Ok(Some(event).filter(|event| !event.is_none(py)))
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
        self.sdk.close();
    }

    fn __repr__(&self) -> String {
        let offset = self.sdk.offset().map_or("None".to_owned(), |offset| offset.to_string());
        format!("EventStream(trade_id='{}', offset={offset})", self.sdk.trade_id())
    }

    /// For the async stream.
    fn prepare_batch(&self, max: usize) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.next_batch(max).await })
    }
}
