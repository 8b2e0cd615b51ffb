//! The library's models as frozen Python classes. Each field is turned into a Python value when it is read.

use autoplus as sdk;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyResult, Python, pyclass, pymethods};
use pyo3::types::{PyBool, PyDict, PyInt, PyTuple, PyType};

use crate::convert::{ToPython, extra, gap, to_dict};
use crate::errors::{guarded, invalid, raise, unreadable};
use crate::json::json;

/// A field's name in Python.
macro_rules! shown_as {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}

/// `model! { Name { field, …; "more" } methods }`: a class with a property per field, `==`, `hash`, `repr`, `match`, JSON,
/// dict and pickle. A property that is written among the methods is named behind the semicolon.
macro_rules! model {
    ($(#[$doc:meta])* $name:ident { $($field:ident $(as $shown:literal)?),+ $(,)? $(; $more:literal)? } $($methods:tt)*) => {
        $(#[$doc])*
        #[pyclass(frozen, eq, hash, module = "autoplus")]
        #[derive(PartialEq, Eq, Hash)]
        pub(crate) struct $name {
            pub(crate) sdk: sdk::$name,
        }

        impl ToPython for sdk::$name {
            fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                $name { sdk: self.clone() }.into_bound_py_any(py)
            }
        }

        #[pymethods]
        impl $name {
            #[classattr]
            fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
                PyTuple::new(py, [$(shown_as!($field $($shown)?)),+ $(, $more)?])
            }

            $(#[getter]
            $(#[pyo3(name = $shown)])?
            fn $field<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                let value = guarded(py, || self.sdk.$field().to_python(py));
                let field = concat!(stringify!($name), ".", shown_as!($field $($shown)?));
                value.map_err(|error| unreadable(py, field, error))
            })+

            #[getter]
            fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                let fields = guarded(py, || extra(py, self.sdk.extra()));
                fields.map_err(|error| unreadable(py, concat!(stringify!($name), ".extra"), error))
            }

            #[getter]
            fn is_from_server(&self) -> bool {
                self.sdk.is_from_server()
            }

            fn to_dict<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                to_dict(this.py())?.call1((this,))
            }

            fn to_json(&self, py: Python<'_>) -> PyResult<String> {
                guarded(py, || Ok(self.sdk.to_json()))
            }

            #[classmethod]
            fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, json: &str) -> PyResult<Self> {
                let read = || sdk::$name::from_json(json).map_err(|error| raise(py, &error));
                Ok(Self { sdk: guarded(py, read)? })
            }

            fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
                Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json(py)?,)))
            }

            fn __copy__(this: Py<Self>) -> Py<Self> {
                this
            }

            fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
                this
            }

            fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
                let fields = [$((shown_as!($field $($shown)?), self.sdk.$field().to_python(py))),+];
                let mut shown = Vec::new();
                for (name, value) in fields {
                    match value {
                        Ok(value) if value.is_none() => {}
                        Ok(value) => shown.push(format!("{name}={}", value.repr()?)),
                        Err(_) => shown.push(format!("{name}=<unreadable>")),
                    }
                }
                Ok(format!("{}({})", stringify!($name), shown.join(", ")))
            }

            $($methods)*
        }
    };
}

model! {
    /// A Discord server that AutoPlus is in.
    Server { id, name, icon }
}

model! {
    /// Global trade statistics.
    Stats { trades, volume, canceled_trades, canceled_volume, trades24h, volume24h }
}

model! {
    /// One of the ten most recent public transactions.
    Transaction { crypto, amount, amount_usd, txid, txid2, received_at, closed_at }
}

model! {
    /// What opening a trade gives.
    OpenedTrade { id, trade_id }
}

model! {
    /// A trade as this account may see it, at one moment.
    Trade {
        id, trade_id, revision, opened_at, crypto, status, sender, receiver, identification_revision,
        identification_confirmed_by, terms, address, fees, fees_usd, amount, amount_usd, received_at, txid,
        settlement_txid, fund_controls_locked,
    }

    fn covers(&self, py: Python<'_>, min_amount: &Bound<'_, PyAny>, crypto: &str) -> PyResult<bool> {
        guarded(py, || Ok(self.sdk.covers(exact(min_amount)?, &crypto.into())))
    }

    fn role_of<'py>(&self, py: Python<'py>, user_id: &str) -> PyResult<Bound<'py, PyAny>> {
        self.sdk.role_of(user_id).to_python(py)
    }
}

model! {
    /// Both sides' terms and the version that terms calls compare.
    TradeTerms { version, sender, receiver }
}

model! {
    /// One participant's terms.
    TermsSide { text, confirmed, confirmed_at }
}

model! {
    /// One change of a trade, with the whole trade as it stood then.
    TradeEvent { id, kind as "type", occurred_at, offset, changes, trade; "gap" }

    #[getter]
    fn gap<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(lost) = self.sdk.gap() else { return Ok(None) };
        gap(py)?.call1((lost.last_known().to_python(py)?, lost.fields().to_python(py)?)).map(Some)
    }
}

model! {
    /// One of the fee choices that a BTC claim offers.
    BtcFeeOption { priority, sat_per_vbyte, estimated_cost_usd }
}

model! {
    /// A transfer that AutoPlus accepted and now carries out. Events tell how it ends.
    FundExecution { execution_id, status }
}

/// What an event changed: the raw object, and what can be told from it.
#[pyclass(frozen, eq, hash, module = "autoplus")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Changes {
    sdk: sdk::Changes,
}

impl ToPython for sdk::Changes {
    fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Changes { sdk: self.clone() }.into_bound_py_any(py)
    }
}

#[pymethods]
impl Changes {
    #[classattr]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __match_args__: (&str,) = ("value",);

    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let value = guarded(py, || json(py, self.sdk.raw_json()));
        value.map_err(|error| unreadable(py, "Changes.value", error))
    }

    #[getter]
    fn raw_json(&self) -> &str {
        self.sdk.raw_json()
    }

    #[getter]
    fn outcome<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || self.sdk.outcome().to_python(py))
    }

    #[getter]
    fn execution<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || self.sdk.execution().to_python(py))
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.value(py)
    }

    fn to_json(&self) -> &str {
        self.sdk.raw_json()
    }

    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, json: &str) -> PyResult<Self> {
        let read = || sdk::Changes::from_json(json).map_err(|error| raise(py, &error));
        Ok(Self { sdk: guarded(py, read)? })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (&str,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.to_json(),)))
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        match json(py, self.sdk.raw_json()) {
            Ok(value) => Ok(format!("Changes({})", value.repr()?)),
            Err(_) => Ok("Changes(<unreadable>)".to_owned()),
        }
    }
}

/// An amount to compare with: a `Decimal` or an `int`; floats aren't exact.
fn exact(amount: &Bound<'_, PyAny>) -> PyResult<sdk::Decimal> {
    let py = amount.py();
    let whole = amount.is_instance_of::<PyInt>() && !amount.is_instance_of::<PyBool>();
    if !whole && !amount.is_instance(crate::convert::decimal(py)?)? {
        let message = "min_amount: amounts are decimal.Decimal or int; a float isn't exact";
        return Err(pyo3::exceptions::PyTypeError::new_err(message));
    }
    let text = crate::convert::decimal(py)?.call1((amount,))?.call_method1("__format__", ("f",))?;
    sdk::Decimal::from_str_exact(text.extract()?)
        .map_err(|_| invalid(py, &format!("{text} has more digits than can be compared exactly")))
}
