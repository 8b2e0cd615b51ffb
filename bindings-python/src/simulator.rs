//! The simulator of the provider, inside the Python process.

use std::sync::{Arc, Mutex, PoisonError};

use autoplus_simulator as simulator;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::{PyErr, PyResult, Python, pyclass, pymethods};

use crate::errors::stays_here;

/// A running simulator; it stops when it is closed or collected.
#[pyclass(frozen, module = "autoplus._native")]
pub(crate) struct Simulator {
    base_url: String,
    running: Mutex<Option<Arc<simulator::Simulator>>>,
}

#[pymethods]
impl Simulator {
    #[new]
    fn new(py: Python<'_>, port: u16, seed: u64, start_time: Option<u32>) -> PyResult<Self> {
        let config = simulator::Config { port, seed, start_time, ..simulator::Config::default() };
        let running = py.detach(|| simulator::Simulator::start(config)).map_err(PyErr::from)?;
        let base_url = running.base_url().to_owned();
        Ok(Self { base_url, running: Mutex::new(Some(Arc::new(running))) })
    }

    #[getter]
    fn base_url(&self) -> &str {
        &self.base_url
    }

    /// One command of the control surface, JSON text both ways.
    fn control(&self, py: Python<'_>, command: &str) -> PyResult<String> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let running =
            running.ok_or_else(|| PyValueError::new_err("this simulator was closed; start another one"))?;
        py.detach(|| running.control_text(command)).map_err(PyValueError::new_err)
    }

    fn close(&self, py: Python<'_>) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        py.detach(|| drop(running));
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(stays_here("Simulator"))
    }
}
