//! Following one trade.

use std::sync::Arc;

use autoplus as sdk;
use pyo3::prelude::{Bound, PyAny, PyResult, Python, pyclass, pymethods};

use crate::call::Call;
use crate::convert::ToPython;

/// The events of one trade, in order.
#[pyclass(frozen, module = "autoplus._native")]
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

    fn next(&self) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.next().await })
    }

    fn next_batch(&self, max: usize) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.next_batch(max).await })
    }

    fn close(&self) {
        self.sdk.close();
    }
}
