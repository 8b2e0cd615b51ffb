//! Following many trades: a blocking iterator, and prepared calls for the async one and for workers.

use std::sync::Arc;

use autoplus as sdk;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::{
    Bound, Py, PyAny, PyAnyMethods, PyResult, PyStringMethods, PyTypeMethods, Python, pyclass, pymethods,
};
use pyo3::types::PyString;

use crate::call::Call;
use crate::client::Client;
use crate::convert::{ToPython, shown, watched_end, watched_event, watched_failure};
use crate::errors::{bug, exception, raise};
use crate::models::TradeEvent;
use crate::unfinished::Unfinished;

/// The events of many trades as one stream, each trade's in order.
#[pyclass(frozen, subclass, module = "autoplus._native")]
pub(crate) struct Watch {
    sdk: Arc<Unfinished>,
    consumer: Option<String>,
}

#[pymethods]
impl Watch {
    #[new]
    fn new(
        py: Python<'_>,
        client: &Client,
        trades: &Bound<'_, PyAny>,
        consumer: Option<String>,
    ) -> PyResult<Self> {
        if trades.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err("trades: expected several thread ids and got one str"));
        }
        let trades = trades.try_iter()?.map(|id| id?.extract()).collect::<PyResult<Vec<String>>>()?;
        let options = sdk::WatchOptions { consumer: consumer.clone() };
        let watch = client.sdk.watch(trades, options).map_err(|error| raise(py, &error))?;
        Ok(Self { sdk: Arc::new(Unfinished::new(watch)), consumer })
    }

    #[getter]
    fn consumer(&self) -> Option<&str> {
        self.consumer.as_deref()
    }

    fn add(&self, py: Python<'_>, trade_id: &str) -> PyResult<bool> {
        self.sdk.watch.add(trade_id).map_err(|error| raise(py, &error))
    }

    fn remove(&self, trade_id: &str) -> bool {
        self.sdk.remove(trade_id)
    }

    fn trades(&self) -> Vec<String> {
        self.sdk.watch.trades()
    }

    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let sdk = self.sdk.clone();
        let item = Call::new(async move { Ok(sdk.next_batch(1).await?.pop()) }).wait(py)?;
        Ok(Some(item).filter(|item| !item.is_none(py)))
    }

    fn next_batch(&self, py: Python<'_>, max: usize) -> PyResult<Py<PyAny>> {
        self.prepare_batch(max).wait(py)
    }

    fn take(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.prepare_take().wait(py)
    }

    fn done(&self, py: Python<'_>, item: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.prepare_done(item)?.wait(py)
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
        shown("Watch", [("consumer", self.consumer().to_python(py)?)])
    }

    /// For the async watch.
    fn prepare_batch(&self, max: usize) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.next_batch(max).await })
    }

    /// For the async watch.
    fn prepare_take(&self) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.take().await })
    }

    /// For the async watch.
    fn prepare_done(&self, item: &Bound<'_, PyAny>) -> PyResult<Call> {
        let (trade_id, event) = taken(item)?;
        let sdk = self.sdk.clone();
        Ok(Call::new(async move { sdk.done(&trade_id, event).await }))
    }

    /// For `for_each`: what was taken comes again.
    #[pyo3(name = "_give_back")]
    fn give_back(&self, item: &Bound<'_, PyAny>) -> PyResult<()> {
        self.sdk.give_back(&taken(item)?.0);
        Ok(())
    }
}

/// The trade of what a watch gave, and its event if it is one.
fn taken(item: &Bound<'_, PyAny>) -> PyResult<(String, Option<sdk::TradeEvent>)> {
    let py = item.py();
    if item.is_instance(watched_event(py)?)? {
        let event = item.getattr("event")?.cast_into::<TradeEvent>()?.get().sdk.clone();
        return Ok((event.trade().id().to_owned(), Some(event)));
    }
    if item.is_instance(watched_end(py)?)? || item.is_instance(watched_failure(py)?)? {
        return Ok((item.getattr("trade_id")?.extract()?, None));
    }
    let class = item.get_type().name()?;
    Err(PyTypeError::new_err(format!("expected what the watch gave and got {}", class.to_str()?)))
}

impl ToPython for sdk::Watched {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Event(event) => watched_event(py)?.call1((event.to_python(py)?,)),
            Self::Ended { trade_id, end, last_known } => {
                watched_end(py)?.call1((trade_id, end.to_python(py)?, last_known.to_python(py)?))
            }
            Self::Failed { trade_id, error, over } => {
                watched_failure(py)?.call1((trade_id, exception(py, error)?, *over))
            }
            _ => Err(bug(py)),
        }
    }
}
