//! Following one trade: a blocking iterator, and prepared calls for the async one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use autoplus as sdk;
use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyResult, Python, pyclass, pymethods};

use crate::call::Call;
use crate::convert::{ToPython, shown};
use crate::errors::{exception, raise, stays_here};

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

    /// Follows the trade until a condition of Python's holds for it.
    pub(crate) fn wait_for<'py>(
        &self,
        py: Python<'py>,
        condition: &Bound<'py, PyAny>,
        timeout: Option<Duration>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let last = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        while let Some(event) = self.prepare_next().wait_until(py, last)? {
            if event.is_none(py) {
                return Err(raise(py, &self.sdk.ended_without()));
            }
            let trade = event.bind(py).getattr("trade")?;
            if condition.call1((&trade,))?.is_truthy()? {
                return Ok(trade);
            }
        }
        Err(raise(py, &self.sdk.too_late(timeout.unwrap_or_default())))
    }

    fn prepare_next(&self) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.next().await })
    }
}

#[pymethods]
impl EventStream {
    #[getter]
    fn trade_id(&self) -> &str {
        self.sdk.trade_id()
    }

    #[getter]
    fn consumer(&self) -> Option<&str> {
        self.sdk.consumer()
    }

    #[getter]
    fn offset(&self) -> Option<i64> {
        self.sdk.offset()
    }

    #[getter]
    fn last_known<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.sdk.last_known().to_python(py)
    }

    #[getter]
    fn end<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.sdk.end().to_python(py)
    }

    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let event = self.prepare_next().wait(py)?;
        Ok(Some(event).filter(|event| !event.is_none(py)))
    }

    fn next_batch(&self, py: Python<'_>, max: usize) -> PyResult<Py<PyAny>> {
        self.prepare_batch(max).wait(py)
    }

    fn commit(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.prepare_commit().wait(py)
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

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let fields = [
            ("trade_id", self.sdk.trade_id().to_python(py)?),
            ("consumer", self.sdk.consumer().to_python(py)?),
            ("offset", self.sdk.offset().to_python(py)?),
        ];
        shown("EventStream", fields)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(stays_here("EventStream"))
    }

    /// For the async stream.
    fn prepare_batch(&self, max: usize) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.next_batch(max).await })
    }

    /// For the async stream.
    fn prepare_commit(&self) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.commit().await })
    }

    /// For the async client: why waiting for something ended without it; by the time that was up, if that is why.
    fn in_vain<'py>(&self, py: Python<'py>, timeout: Option<f64>) -> PyResult<Bound<'py, PyAny>> {
        let error = match timeout.map(Duration::try_from_secs_f64) {
            Some(Ok(timeout)) => self.sdk.too_late(timeout),
            _ => self.sdk.ended_without(),
        };
        exception(py, &error)
    }
}
