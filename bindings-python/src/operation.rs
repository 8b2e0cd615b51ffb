//! Operations and what settling them found.

use std::hash::{DefaultHasher, Hash, Hasher};

use autoplus as sdk;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyDictMethods, PyResult, Python, pyclass, pymethods};
use pyo3::types::{PyDict, PyMappingProxy, PyType};

use crate::convert::{ToPython, settlement, shown};
use crate::errors::{guarded, raise};

/// A mutation whose outcome matters beyond one call.
#[pyclass(frozen, eq, module = "autoplus")]
#[derive(PartialEq)]
pub(crate) struct Operation {
    pub(crate) sdk: sdk::Operation,
}

impl ToPython for sdk::Operation {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Operation { sdk: self.clone() }.into_bound_py_any(py)
    }
}

#[pymethods]
impl Operation {
    #[classattr]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __match_args__: (&str, &str, &str, &str) = ("name", "kind", "trade_id", "state");

    #[getter]
    fn name(&self) -> &str {
        self.sdk.name()
    }

    #[getter]
    fn kind(&self) -> &str {
        self.sdk.kind()
    }

    #[getter]
    fn trade_id(&self) -> Option<&str> {
        self.sdk.trade_id()
    }

    #[getter]
    fn state(&self) -> &str {
        self.sdk.state()
    }

    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyMappingProxy>> {
        let values = PyDict::new(py);
        for (name, value) in self.sdk.values() {
            values.set_item(name, value)?;
        }
        Ok(PyMappingProxy::new(py, values.as_mapping()))
    }

    #[getter]
    fn idempotency_key(&self) -> &str {
        self.sdk.idempotency_key()
    }

    #[getter]
    fn body(&self) -> Option<&str> {
        self.sdk.body()
    }

    #[getter]
    fn begun_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.sdk.begun_at().to_python(py)
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("name", self.name())?;
        dict.set_item("kind", self.kind())?;
        dict.set_item("trade_id", self.trade_id())?;
        dict.set_item("state", self.state())?;
        dict.set_item("values", self.values(py)?.call_method0("copy")?)?;
        dict.set_item("idempotency_key", self.idempotency_key())?;
        dict.set_item("body", self.body())?;
        dict.set_item("begun_at", self.begun_at(py)?)?;
        Ok(dict)
    }

    fn to_json(&self) -> String {
        self.sdk.to_json()
    }

    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, json: &str) -> PyResult<Self> {
        let read = || sdk::Operation::from_json(json).map_err(|error| raise(py, &error));
        Ok(Self { sdk: guarded(py, read)? })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json(),)))
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.sdk.name(), self.sdk.kind(), self.sdk.idempotency_key()).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let fields = [
            ("name", self.name().to_python(py)?),
            ("kind", self.kind().to_python(py)?),
            ("trade_id", self.trade_id().to_python(py)?),
            ("state", self.state().to_python(py)?),
            ("values", self.values(py)?.call_method0("copy")?),
            ("idempotency_key", self.idempotency_key().to_python(py)?),
            ("begun_at", self.begun_at(py)?),
        ];
        shown("Operation", fields)
    }
}

impl ToPython for sdk::Settlement {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        settlement(py)?.call1((
            self.operation.to_python(py)?,
            self.verdict.to_python(py)?,
            self.by.to_python(py)?,
            self.opened.to_python(py)?,
            self.trade.to_python(py)?,
            self.execution.to_python(py)?,
            self.message.as_str(),
        ))
    }
}
