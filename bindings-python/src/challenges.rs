//! Challenges: look at one, then confirm it. The confirmation code never leaves the library.

use autoplus as sdk;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::{Bound, PyAny, PyRef, PyResult, Python, pyclass, pymethods};

use crate::call::Call;
use crate::convert::ToPython;
use crate::errors::stays_here;
use crate::models::BtcFeeOption;

/// Permission to release or return the funds of one trade.
#[pyclass(frozen, module = "autoplus._native")]
pub(crate) struct ActionChallenge {
    sdk: sdk::ActionChallenge,
}

/// Permission to claim the funds of one trade to one address.
#[pyclass(frozen, module = "autoplus._native")]
pub(crate) struct ClaimChallenge {
    sdk: sdk::ClaimChallenge,
}

impl ToPython for sdk::ActionChallenge {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        ActionChallenge { sdk: self.clone() }.into_bound_py_any(py)
    }
}

impl ToPython for sdk::ClaimChallenge {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        ClaimChallenge { sdk: self.clone() }.into_bound_py_any(py)
    }
}

#[pymethods]
impl ActionChallenge {
    #[getter]
    fn trade_id(&self) -> &str {
        self.sdk.trade_id()
    }

    #[getter]
    fn action<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.sdk.action().to_python(py)
    }

    #[getter]
    fn recipient(&self) -> &str {
        self.sdk.recipient()
    }

    #[getter]
    fn expires_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.sdk.expires_at().to_python(py)
    }

    fn confirm(&self, operation: Option<String>) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.confirm(operation.as_deref()).await })
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(stays_here("ActionChallenge"))
    }
}

#[pymethods]
impl ClaimChallenge {
    #[getter]
    fn trade_id(&self) -> &str {
        self.sdk.trade_id()
    }

    #[getter]
    fn address(&self) -> &str {
        self.sdk.address()
    }

    #[getter]
    fn crypto<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.sdk.crypto().to_python(py)
    }

    #[getter]
    fn expires_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.sdk.expires_at().to_python(py)
    }

    #[getter]
    fn fee_options<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.sdk.fee_options().to_python(py)
    }

    fn confirm(&self, fee: Option<PyRef<'_, BtcFeeOption>>, operation: Option<String>) -> Call {
        let (sdk, fee) = (self.sdk.clone(), fee.map(|fee| fee.sdk.clone()));
        Call::new(async move { sdk.confirm(fee.as_ref(), operation.as_deref()).await })
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(stays_here("ClaimChallenge"))
    }
}
