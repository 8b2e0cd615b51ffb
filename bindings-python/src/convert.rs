//! How values of the library become Python's own.

use std::collections::BTreeMap;

use autoplus::{
    Action, Amount, ClaimKind, Crypto, EventType, Execution, ExecutionState, FollowedTrade, Outcome,
    Priority, Role, SettledBy, StreamChange, StreamEnd, StreamStats, Text, TradeStatus, Verdict,
};
use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyDictMethods, PyModule, PyResult, Python};
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyTuple};
use pyo3::{IntoPyObjectExt, intern};

use crate::errors::exception;
use crate::json::json;
use crate::memo::{Memo, place_of};

/// A value that Python can get.
pub(crate) trait ToPython {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;
}

macro_rules! imports {
    ($($name:ident = $module:literal $attribute:literal),+ $(,)?) => {
        $(pub(crate) fn $name(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
            static FOUND: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
            FOUND.import(py, $module, $attribute)
        })+
    };
}

imports! {
    decimal = "decimal" "Decimal",
    exact_reader = "autoplus._reading" "exact_reader",
    nearest_moment = "autoplus._reading" "nearest_moment",
    json_reader = "autoplus._reading" "json_reader",
    utc = "autoplus._reading" "UTC",
    datetime = "datetime" "datetime",
    execution = "autoplus._values" "Execution",
    stream_end = "autoplus._values" "StreamEnd",
    stream_note = "autoplus._values" "StreamNote",
    gap = "autoplus._values" "Gap",
    to_dict = "autoplus._dicts" "to_dict",
    settlement = "autoplus._values" "Settlement",
    stream_stats = "autoplus._values" "StreamStats",
    followed_trade = "autoplus._values" "FollowedTrade",
    watched_event = "autoplus._values" "WatchedEvent",
    watched_end = "autoplus._values" "WatchedEnd",
    watched_failure = "autoplus._values" "WatchedFailure",
    address_check = "autoplus._values" "AddressCheck",
    address_warning = "autoplus._values" "AddressWarning",
    get_running_loop = "asyncio" "get_running_loop",
    make_error = "autoplus.errors" "from_native",
    deliver_log = "autoplus._logging" "deliver",
}

pub(crate) fn error_class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    PyModule::import(py, intern!(py, "autoplus.errors"))?.getattr(name)
}

pub(crate) fn step_class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    PyModule::import(py, intern!(py, "autoplus.steps"))?.getattr(name)
}

/// Fields that this version doesn't know.
pub(crate) fn extra<'py>(py: Python<'py>, fields: &BTreeMap<String, String>) -> PyResult<Bound<'py, PyDict>> {
    let extra = PyDict::new(py);
    for (name, raw) in fields {
        extra.set_item(name, json(py, raw)?)?;
    }
    Ok(extra)
}

/// How an object shows itself, without what isn't set.
pub(crate) fn shown<'py>(
    class: &str,
    fields: impl IntoIterator<Item = (&'static str, Bound<'py, PyAny>)>,
) -> PyResult<String> {
    let mut shown = Vec::new();
    for (name, value) in fields {
        if !value.is_none() {
            shown.push(format!("{name}={}", value.repr()?));
        }
    }
    Ok(format!("{class}({})", shown.join(", ")))
}

/// One class of `autoplus._words`, with the words that it knows.
struct Words {
    class: Py<PyAny>,
    known: Vec<(String, Py<PyAny>)>,
}

impl Words {
    fn new(py: Python<'_>, name: &str) -> PyResult<Self> {
        let class = PyModule::import(py, "autoplus._words")?.getattr(name)?;
        let known = class.call_method0("known")?.try_iter()?;
        let known = known.map(|word| word.and_then(|word| Ok((word.extract()?, word.unbind()))));
        Ok(Self { known: known.collect::<PyResult<_>>()?, class: class.unbind() })
    }

    fn get<'py>(&self, py: Python<'py>, word: &str) -> PyResult<Bound<'py, PyAny>> {
        match self.known.iter().find(|(known, _)| known == word) {
            Some((_, object)) => Ok(object.bind(py).clone()),
            None => self.class.bind(py).call1((word,)),
        }
    }
}

/// The enums of `autoplus._words`: strings that know their known values.
macro_rules! words {
    ($($name:ident),+ $(,)?) => {
        $(impl ToPython for $name {
            fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                static WORDS: PyOnceLock<Words> = PyOnceLock::new();
                WORDS.get_or_try_init(py, || Words::new(py, stringify!($name)))?.get(py, self.as_str())
            }
        })+
    };
}

words!(
    Action,
    ClaimKind,
    Crypto,
    EventType,
    ExecutionState,
    Outcome,
    Priority,
    Role,
    SettledBy,
    StreamChange,
    TradeStatus,
    Verdict
);

macro_rules! plain {
    ($($type:ty),+) => {
        $(impl ToPython for $type {
            fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.into_bound_py_any(py)
            }
        })+
    };
}

plain!(bool, i64, u64, String, &str);

impl ToPython for () {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(py.None().into_bound(py))
    }
}

impl<T: ToPython> ToPython for Option<T> {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Some(value) => value.to_python(py),
            None => Ok(py.None().into_bound(py)),
        }
    }
}

impl<T: ToPython> ToPython for &T {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        (**self).to_python(py)
    }
}

/// Part of a value that never changes: a tuple.
impl<T: ToPython> ToPython for &[T] {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let items: Vec<_> = self.iter().map(|item| item.to_python(py)).collect::<PyResult<_>>()?;
        Ok(PyTuple::new(py, items)?.into_any())
    }
}

/// What a call gives: a list of the caller's own.
impl<T: ToPython> ToPython for Vec<T> {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let items: Vec<_> = self.iter().map(|item| item.to_python(py)).collect::<PyResult<_>>()?;
        Ok(PyList::new(py, items)?.into_any())
    }
}

/// Longer ones come from nobody who counts money.
const LONGEST_AMOUNT_KEPT: usize = 40;

impl ToPython for Amount {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static MADE: Memo<String> = Memo::new();
        let make = || {
            // What the library can hold is well within `Decimal`; anything else is checked.
            let number = if self.decimal().is_some() { decimal(py)? } else { &exact_reader(py)?.call0()? };
            number.call1((self.as_text(),))
        };
        if self.raw().len() > LONGEST_AMOUNT_KEPT {
            return make();
        }
        MADE.get(py, place_of(self.raw()), self.raw(), make)
    }
}

impl ToPython for Text {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        // Python's strings can hold half a surrogate pair, so here it shows as it is.
        if self.is_exact() { self.as_str().to_python(py) } else { json(py, self.raw_json()) }
    }
}

impl ToPython for Execution {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        execution(py)?.call1((self.id(), self.state().to_python(py)?, self.reason()))
    }
}

impl ToPython for StreamStats {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let numbers = [
            self.streams,
            self.trades,
            self.polls_in_flight,
            self.waiting,
            self.silent,
            self.polls,
            self.events,
            self.reconnects,
            self.gaps,
            self.dropped,
            self.not_advancing,
        ];
        stream_stats(py)?.call1(PyTuple::new(py, numbers)?)
    }
}

impl ToPython for FollowedTrade {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        followed_trade(py)?.call1((
            &self.trade_id,
            self.streams,
            self.polling,
            self.last_good_poll.map(|ago| ago.as_secs_f64()),
            self.failures,
            self.lag,
            self.silent,
            self.error.as_ref().map(|error| exception(py, error)).transpose()?,
        ))
    }
}

impl ToPython for StreamEnd {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Closed(outcome) => stream_end(py)?.call1(("closed", outcome.to_python(py)?)),
            Self::NoLongerAvailable => stream_end(py)?.call1(("noLongerAvailable", py.None())),
        }
    }
}
