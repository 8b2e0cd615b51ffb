//! A JSON object of which only some fields matter, or whose shape isn't sure.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::wire::{Mismatch, Origin, Wire, Words};

/// The fields of one JSON object, as raw text, taken one by one; what is left is `extra`.
pub(crate) struct Fields<'a> {
    entries: Vec<(Cow<'a, str>, &'a str)>,
    origin: Origin,
}

impl<'a> Fields<'a> {
    pub(crate) fn parse(raw: &'a str, origin: Origin) -> Result<Self, Mismatch> {
        let mut json = serde_json::Deserializer::from_str(raw);
        let entries = json.deserialize_map(Entries).map_err(|_| Mismatch::new("an object"))?;
        json.end().map_err(|_| Mismatch::new("one JSON object"))?;
        Ok(Self { entries, origin })
    }

    /// Takes a field by name. Of duplicates the last one counts, as in the server's own language.
    pub(crate) fn take_raw(&mut self, name: &str) -> Option<&'a str> {
        let mut found = None;
        self.entries.retain(|(key, raw)| {
            let hit = key == name;
            if hit {
                found = Some(*raw);
            }
            !hit
        });
        found
    }

    pub(crate) fn take<T: Wire>(&mut self, name: &str) -> Result<T, Mismatch> {
        match self.take_raw(name) {
            Some(raw) => T::decode(raw, self.origin),
            None => T::absent().ok_or(Mismatch::new(T::EXPECTS)),
        }
        .map_err(|why| why.under(name))
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(Cow<'de, str>, &'de str)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::with_capacity(24);
        while let Some((Words(key), value)) = map.next_entry::<Words<'de>, &'de RawValue>()? {
            entries.push((key, value.get()));
        }
        Ok(entries)
    }
}
