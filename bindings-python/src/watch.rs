//! Following many trades: a blocking iterator, and prepared calls for the async one and for workers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use autoplus as sdk;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::{
    Bound, Py, PyAny, PyAnyMethods, PyResult, PyStringMethods, PyTypeMethods, Python, pyclass, pymethods,
};
use pyo3::types::PyString;

use crate::call::Call;
use crate::client::Client;
use crate::convert::{ToPython, shown, watched_end, watched_event, watched_failure};
use crate::errors::{bug, exception, guarded, raise, stays_here};
use crate::models::TradeEvent;

/// The events of many trades as one stream, each trade's in order.
#[pyclass(frozen, subclass, module = "autoplus._native")]
pub(crate) struct Watch {
    sdk: Arc<sdk::Watch>,
    failures: Arc<Failures>,
    consumer: Option<String>,
}

/// The errors of the failures that workers are at, by trade: an exception can't be turned back into one.
#[derive(Default)]
struct Failures(Mutex<HashMap<String, sdk::Error>>);

impl Failures {
    fn all(&self) -> MutexGuard<'_, HashMap<String, sdk::Error>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, taken: Option<&sdk::Watched>) {
        if let Some(sdk::Watched::Failed { trade_id, error, .. }) = taken {
            self.all().insert(trade_id.clone(), error.clone());
        }
    }
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
        let watch = || client.sdk.watch(trades, options).map_err(|error| raise(py, &error));
        let watch = guarded(py, watch)?;
        Ok(Self { sdk: Arc::new(watch), failures: Arc::default(), consumer })
    }

    #[getter]
    fn consumer(&self) -> Option<&str> {
        self.consumer.as_deref()
    }

    fn add(&self, py: Python<'_>, trade_id: &str) -> PyResult<bool> {
        guarded(py, || self.sdk.add(trade_id).map_err(|error| raise(py, &error)))
    }

    fn remove(&self, trade_id: &str) -> bool {
        self.sdk.remove(trade_id)
    }

    fn trades(&self) -> Vec<String> {
        self.sdk.trades()
    }

    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let sdk = self.sdk.clone();
        let item = Call::new(async move { sdk.next().await }).wait(py)?;
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

    fn __reduce__(&self) -> PyResult<()> {
        Err(stays_here("Watch"))
    }

    /// For the async watch.
    fn prepare_batch(&self, max: usize) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.next_batch(max).await })
    }

    /// For the async watch.
    fn prepare_take(&self) -> Call {
        let (sdk, failures) = (self.sdk.clone(), self.failures.clone());
        Call::new(async move {
            let taken = sdk.take().await?;
            failures.note(taken.as_ref());
            Ok(taken)
        })
    }

    /// For the async watch.
    fn prepare_done(&self, item: &Bound<'_, PyAny>) -> PyResult<Call> {
        let item = self.taken(item)?;
        let (sdk, failures) = (self.sdk.clone(), self.failures.clone());
        Ok(Call::new(async move {
            if let Some(item) = item {
                sdk.done(&item).await?;
                failures.all().remove(item.trade_id());
            }
            Ok(())
        }))
    }

    /// For `for_each`: what was taken comes again.
    #[pyo3(name = "_give_back")]
    fn give_back(&self, item: &Bound<'_, PyAny>) -> PyResult<()> {
        self.taken(item)?.iter().for_each(|item| self.sdk.give_back(item));
        Ok(())
    }
}

impl Watch {
    /// What Python got, as the library gave it; nothing for a failure that no worker is at.
    fn taken(&self, item: &Bound<'_, PyAny>) -> PyResult<Option<sdk::Watched>> {
        let py = item.py();
        if item.is_instance(watched_event(py)?)? {
            let event = item.getattr("event")?.cast_into::<TradeEvent>()?.get().sdk.clone();
            return Ok(Some(sdk::Watched::Event(event)));
        }
        let is_end = item.is_instance(watched_end(py)?)?;
        if !is_end && !item.is_instance(watched_failure(py)?)? {
            let class = item.get_type().name()?;
            return Err(PyTypeError::new_err(format!(
                "expected what the watch gave and got {}",
                class.to_str()?
            )));
        }
        let trade_id: String = item.getattr("trade_id")?.extract()?;
        if is_end {
            // How it ended is what the library knows by itself.
            let end = sdk::StreamEnd::NoLongerAvailable;
            return Ok(Some(sdk::Watched::Ended { trade_id, end, last_known: None }));
        }
        let over = item.getattr("over")?.extract()?;
        let error = self.failures.all().get(&trade_id).cloned();
        Ok(error.map(|error| sdk::Watched::Failed { trade_id, error, over }))
    }
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
