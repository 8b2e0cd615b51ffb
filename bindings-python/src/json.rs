//! JSON as Python objects, exactly. What is out of the ordinary is left to Python's own reader, which decides what becomes
//! of it.

use std::fmt;

use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyDictMethods, PyResult, Python};
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyListMethods};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::convert::{ToPython, exact_reader, json_reader};

/// Values within values; more is out of the ordinary.
const DEPTH: u8 = 16;

/// JSON as Python objects; numbers that aren't integers as `Decimal`.
pub(crate) fn json<'py>(py: Python<'py>, raw: &str) -> PyResult<Bound<'py, PyAny>> {
    static READER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if let Some(value) = (Here { py, depth: DEPTH }).value(raw) {
        return Ok(value);
    }
    let reader = READER.get_or_try_init(py, || json_reader(py)?.call0().map(Bound::unbind))?;
    reader.bind(py).call1((raw,))?.get_item(0)
}

/// How deep the reader is; it gives nothing for what it leaves to Python.
#[derive(Clone, Copy)]
struct Here<'py> {
    py: Python<'py>,
    depth: u8,
}

impl<'py> Here<'py> {
    fn value(self, raw: &str) -> Option<Bound<'py, PyAny>> {
        let py = self.py;
        match raw.as_bytes().first()? {
            b'{' | b'[' => {
                let within = Here { depth: self.depth.checked_sub(1)?, ..self };
                within.deserialize(&mut serde_json::Deserializer::from_str(raw)).ok()
            }
            b'"' if raw.contains('\\') => serde_json::from_str::<String>(raw).ok()?.to_python(py).ok(),
            b'"' => raw.get(1..raw.len() - 1)?.to_python(py).ok(),
            b't' | b'f' => serde_json::from_str::<bool>(raw).ok()?.to_python(py).ok(),
            b'n' => ().to_python(py).ok(),
            _ if raw.contains(['.', 'e', 'E']) => exact(py, raw).ok(),
            _ => raw.parse::<i64>().ok()?.to_python(py).ok(),
        }
    }

    fn within<E: Error>(self, raw: &RawValue) -> Result<Bound<'py, PyAny>, E> {
        self.value(raw.get()).ok_or_else(|| E::custom("out of the ordinary"))
    }
}

fn exact<'py>(py: Python<'py>, number: &str) -> PyResult<Bound<'py, PyAny>> {
    static READER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let reader = READER.get_or_try_init(py, || exact_reader(py)?.call0().map(Bound::unbind))?;
    reader.bind(py).call1((number,))
}

impl<'de, 'py> DeserializeSeed<'de> for Here<'py> {
    type Value = Bound<'py, PyAny>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, 'py> Visitor<'de> for Here<'py> {
    type Value = Bound<'py, PyAny>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let dict = PyDict::new(self.py);
        while let Some((name, raw)) = fields.next_entry::<&str, &RawValue>()? {
            dict.set_item(name, self.within(raw)?).map_err(A::Error::custom)?;
        }
        Ok(dict.into_any())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let list = PyList::empty(self.py);
        while let Some(raw) = items.next_element::<&RawValue>()? {
            list.append(self.within(raw)?).map_err(A::Error::custom)?;
        }
        Ok(list.into_any())
    }
}
