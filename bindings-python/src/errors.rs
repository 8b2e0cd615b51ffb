//! Errors of the library as the exceptions of `autoplus.errors`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use autoplus::{Change, Error};
use pyo3::exceptions::{PyArithmeticError, PyRecursionError, PyTypeError, PyValueError};
use pyo3::prelude::{Bound, PyAny, PyAnyMethods, PyErr, PyResult, Python};

use crate::convert::{ToPython, error_class, make_error};

/// The exception for an error, to be raised.
pub(crate) fn raise(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, error).map_or_else(|failure| failure, PyErr::from_value)
}

/// The exception for an error, as a value.
pub(crate) fn exception<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
    let operation = error.operation().to_python(py)?;
    let change = match error.change() {
        Some(Change { reviewed, current, fields, landed }) => {
            Some((reviewed.to_python(py)?, current.to_python(py)?, fields.as_slice().to_python(py)?, *landed))
        }
        None => None,
    };
    let answer = (error.code(), error.status(), error.request_id(), error.details());
    let retry_after = error.retry_after().map(|pause| pause.as_secs_f64());
    let arguments = (error.kind().as_str(), error.message(), answer, retry_after, operation, change);
    make_error(py)?.call1(arguments)
}

/// A call that is refused before it reaches the library.
pub(crate) fn invalid(py: Python<'_>, message: &str) -> PyErr {
    plain(py, "InvalidError", message)
}

/// A field whose value Python can't hold, such as a number beyond `Decimal`.
pub(crate) fn unreadable(py: Python<'_>, field: &str, error: PyErr) -> PyErr {
    let beyond = error.is_instance_of::<PyArithmeticError>(py)
        || error.is_instance_of::<PyValueError>(py)
        || error.is_instance_of::<PyRecursionError>(py);
    if !beyond {
        return error;
    }
    let why = error.value(py);
    plain(py, "DecodeError", &format!("{field}: the server's value is beyond what Python can hold ({why})"))
}

pub(crate) fn bug(py: Python<'_>) -> PyErr {
    plain(py, "BugError", "a defect in autoplus, please report it: the call panicked")
}

/// Does at once what waits for nothing; a panic ends it as an error that names a bug.
pub(crate) fn guarded<T>(py: Python<'_>, work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let done = catch_unwind(AssertUnwindSafe(|| {
        #[cfg(debug_assertions)]
        crate::panics::if_asked();
        work()
    }));
    done.unwrap_or_else(|_| Err(bug(py)))
}

/// What can't be pickled, by any protocol: it is more than its values, or holds a secret.
pub(crate) fn stays_here(class: &str) -> PyErr {
    PyTypeError::new_err(format!("{class} can't be pickled: it belongs to this process"))
}

fn plain(py: Python<'_>, class: &str, message: &str) -> PyErr {
    let exception = error_class(py, class).and_then(|class| class.call1((message,)));
    exception.map_or_else(|failure| failure, PyErr::from_value)
}
