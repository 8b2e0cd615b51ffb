//! Checking an address without sending anything.

use autoplus::AddressWarning;
use pyo3::prelude::{Bound, PyAny, PyAnyMethods, PyResult, Python, pyfunction};

use crate::convert::{ToPython, address_check, address_warning};
use crate::errors::{guarded, raise};

impl ToPython for AddressWarning {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let networks = match self {
            Self::SeveralNetworks { networks } => networks.to_python(py)?,
            _ => ().to_python(py)?,
        };
        address_warning(py)?.call1((self.as_str(), self.to_string(), networks))
    }
}

/// What a crypto's network makes of an address; `InvalidError` if it doesn't decode.
#[pyfunction]
pub(crate) fn check_address<'py>(
    py: Python<'py>,
    crypto: &str,
    address: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let check = || autoplus::check_address(&crypto.into(), address).map_err(|error| raise(py, &error));
    let check = guarded(py, check)?;
    address_check(py)?.call1((check.canonical.as_str(), check.warnings.as_slice().to_python(py)?))
}
