//! Values that come again and again, such as the amounts and times in one trade's events: Python's object for one is made
//! once. They never change, so that everybody may share it.

use std::borrow::Borrow;
use std::sync::Mutex;

use pyo3::prelude::{Bound, Py, PyAny, PyResult, Python};

/// Few enough to cost no memory worth naming, many enough for the trades that a program is at.
const PLACES: usize = 256;

/// The last object there, and what it was made from.
type Place<K> = Option<(K, Py<PyAny>)>;

pub(crate) struct Memo<K: 'static>(Mutex<[Place<K>; PLACES]>);

impl<K> Memo<K> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new([const { None }; PLACES]))
    }

    /// The object for this key, made now unless it is there.
    pub(crate) fn get<'py, Q: ?Sized + PartialEq + ToOwned<Owned = K>>(
        &self,
        py: Python<'py>,
        place: usize,
        key: &Q,
        make: impl FnOnce() -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>>
    where
        K: Borrow<Q>,
    {
        let place = place % PLACES;
        // Held for a moment and never while Python runs: whoever finds it taken does without.
        if let Ok(places) = self.0.try_lock()
            && let Some((known, object)) = places.get(place).and_then(Option::as_ref)
            && known.borrow() == key
        {
            return Ok(object.bind(py).clone());
        }
        let object = make()?;
        let mut older = Some((key.to_owned(), object.clone().unbind()));
        if let Ok(mut places) = self.0.try_lock()
            && let Some(kept) = places.get_mut(place)
        {
            std::mem::swap(kept, &mut older);
        }
        Ok(object)
    }
}

/// Where a text belongs.
pub(crate) fn place_of(text: &str) -> usize {
    text.bytes().fold(0, |place: usize, byte| place.wrapping_mul(31).wrapping_add(byte.into()))
}

/// Where a number belongs: times often lie whole minutes apart, and are to be spread all the same.
pub(crate) fn place_of_number(number: i64) -> usize {
    let [first, ..] = number.wrapping_mul(0x1e37_79b9_7f4a_7c15).to_be_bytes();
    first.into()
}
