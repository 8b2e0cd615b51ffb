//! The next step as one of the classes of `autoplus.steps`.

use autoplus::NextStep;
use pyo3::prelude::{Bound, PyAny, PyAnyMethods, PyResult, Python};

use crate::convert::{ToPython, step_class};

pub(crate) fn to_python<'py>(py: Python<'py>, step: &NextStep) -> PyResult<Bound<'py, PyAny>> {
    let class = |name| step_class(py, name);
    match step {
        NextStep::ChooseRole { free } => class("ChooseRole")?.call1((free.as_slice().to_python(py)?,)),
        NextStep::ConfirmIdentification => class("ConfirmIdentification")?.call0(),
        NextStep::Terms { mine, theirs, confirmed_by_me, confirmed_by_them } => class("Terms")?.call1((
            mine.to_python(py)?,
            theirs.to_python(py)?,
            *confirmed_by_me,
            *confirmed_by_them,
        )),
        NextStep::Deposit { address, crypto } => {
            class("Deposit")?.call1((address.as_str(), crypto.to_python(py)?))
        }
        NextStep::MayRelease => class("MayRelease")?.call0(),
        NextStep::MayReturn => class("MayReturn")?.call0(),
        NextStep::Claim { kind } => class("Claim")?.call1((kind.to_python(py)?,)),
        NextStep::PayoutPending => class("PayoutPending")?.call0(),
        NextStep::Blocked => class("Blocked")?.call0(),
        NextStep::Wait => class("Wait")?.call0(),
        NextStep::Closed { outcome } => class("Closed")?.call1((outcome.to_python(py)?,)),
        NextStep::Unknown { status } => class("Unknown")?.call1((status.as_str(),)),
    }
}
