//! How a JSON value becomes a field and goes back, without losing what isn't understood.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Why a value could not be read: where it stands and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mismatch {
    path: String,
    expected: &'static str,
}

impl Mismatch {
    pub(crate) fn new(expected: &'static str) -> Self {
        Self { path: String::new(), expected }
    }

    pub(crate) fn under(mut self, field: &str) -> Self {
        self.path = if self.path.is_empty() { field.to_owned() } else { format!("{field}.{}", self.path) };
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "expected {}", self.expected)
        } else {
            write!(f, "field `{}`: expected {}", self.path, self.expected)
        }
    }
}

/// Where a model came from: only what the server said counts as reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Server,
    Rebuilt,
}

/// A type that can stand in a field of the API.
pub(crate) trait Wire: Sized {
    const EXPECTS: &'static str;

    fn decode(raw: &str, origin: Origin) -> Result<Self, Mismatch>;

    fn encode(&self, out: &mut String);

    /// What a missing field means; `None` when it must be there.
    fn absent() -> Option<Self> {
        None
    }

    fn is_absent(&self) -> bool {
        false
    }
}

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

    pub(crate) fn rest(self) -> BTreeMap<String, String> {
        self.entries.into_iter().map(|(key, raw)| (key.into_owned(), raw.to_owned())).collect()
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
        while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
            entries.push((key, value.get()));
        }
        Ok(entries)
    }
}

struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field name")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        json.deserialize_str(Keys)
    }
}

/// A JSON string as text, and whether that text is exactly what the JSON says: a lone surrogate can't stand
/// in Rust text and reads as U+FFFD.
pub(crate) fn lenient_string(raw: &str) -> Option<(String, bool)> {
    if let Ok(text) = serde_json::from_str::<String>(raw) {
        return Some((text, true));
    }
    let LoneBytes(bytes) = serde_json::from_str(raw).ok()?;
    Some((without_surrogates(&bytes), false))
}

struct LoneBytes(Vec<u8>);

impl<'de> serde::Deserialize<'de> for LoneBytes {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = LoneBytes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(LoneBytes(bytes.to_vec()))
            }
        }
        json.deserialize_bytes(Bytes)
    }
}

fn without_surrogates(bytes: &[u8]) -> String {
    let mut clean = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        let surrogate = first == 0xED && tail.first().is_some_and(|next| *next >= 0xA0) && tail.len() >= 2;
        if surrogate {
            clean.extend_from_slice("\u{FFFD}".as_bytes());
            rest = &tail[2..];
        } else {
            clean.push(first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&clean).into_owned()
}

pub(crate) fn encode_str(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

impl Wire for String {
    const EXPECTS: &'static str = "a string";

    fn decode(raw: &str, _: Origin) -> Result<Self, Mismatch> {
        serde_json::from_str(raw).map_err(|_| Mismatch::new(Self::EXPECTS))
    }

    fn encode(&self, out: &mut String) {
        encode_str(self, out);
    }
}

impl Wire for bool {
    const EXPECTS: &'static str = "true or false";

    fn decode(raw: &str, _: Origin) -> Result<Self, Mismatch> {
        serde_json::from_str(raw).map_err(|_| Mismatch::new(Self::EXPECTS))
    }

    fn encode(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

impl Wire for i64 {
    const EXPECTS: &'static str = "an integer";

    fn decode(raw: &str, origin: Origin) -> Result<Self, Mismatch> {
        if let Ok(number) = raw.parse() {
            return Ok(number);
        }
        // 1e3 and 5.0 are integers too.
        let exact = super::Amount::decode(raw, origin).ok().filter(|_| !raw.starts_with('"'));
        let whole = exact.and_then(|amount| amount.decimal()).filter(rust_decimal::Decimal::is_integer);
        whole.and_then(|number| i64::try_from(number).ok()).ok_or(Mismatch::new(Self::EXPECTS))
    }

    fn encode(&self, out: &mut String) {
        out.push_str(&self.to_string());
    }
}

impl<T: Wire> Wire for Option<T> {
    const EXPECTS: &'static str = T::EXPECTS;

    fn decode(raw: &str, origin: Origin) -> Result<Self, Mismatch> {
        if raw == "null" { Ok(None) } else { T::decode(raw, origin).map(Some) }
    }

    fn encode(&self, out: &mut String) {
        match self {
            Some(value) => value.encode(out),
            None => out.push_str("null"),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Wire> Wire for Vec<T> {
    const EXPECTS: &'static str = "a list";

    fn decode(raw: &str, origin: Origin) -> Result<Self, Mismatch> {
        let items: Vec<&RawValue> = serde_json::from_str(raw).map_err(|_| Mismatch::new(Self::EXPECTS))?;
        let decode = |(at, item): (usize, &&RawValue)| {
            T::decode(item.get(), origin).map_err(|why| why.under(&at.to_string()))
        };
        items.iter().enumerate().map(decode).collect()
    }

    fn encode(&self, out: &mut String) {
        out.push('[');
        for (at, item) in self.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            item.encode(out);
        }
        out.push(']');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Crypto, Server, Trade};
    use crate::protocol::fixtures::trade;

    #[test]
    fn unknown_fields_and_words_survive_the_way_there_and_back() {
        let trade = trade(r#""status":"waitingForGodot","crypto":"doge","mood":{"n":1e-7},"terms":null"#);
        assert_eq!((trade.status().as_str(), trade.status().is_known()), ("waitingForGodot", false));
        assert_eq!(*trade.crypto(), Crypto::Unknown("doge".into()));
        assert_eq!(trade.extra()["mood"], r#"{"n":1e-7}"#);
        let again = Trade::from_json(&trade.to_json()).unwrap();
        assert_eq!(again, trade);
        assert!(trade.is_from_server() && !again.is_from_server());
    }

    #[test]
    fn a_name_that_was_cut_inside_a_pair_and_a_missing_icon_are_readable() {
        let server = Server::from_json(r#"{"id":"1","name":"shop \ud83d","icon":null}"#).unwrap();
        assert_eq!((server.name(), server.icon()), ("shop \u{FFFD}", None));
    }

    #[test]
    fn a_wrong_shape_says_where() {
        let why = Fields::parse(r#"{"a":{"b":"x"}}"#, Origin::Server).and_then(|mut fields| {
            let raw = fields.take_raw("a").unwrap_or_default();
            Fields::parse(raw, Origin::Server)?.take::<i64>("b").map_err(|why| why.under("a"))
        });
        assert_eq!(why.unwrap_err().to_string(), "field `a.b`: expected an integer");
    }

    #[test]
    fn integers_may_be_written_as_numbers_of_any_form() {
        for (token, value) in [("5", 5), ("5.0", 5), ("1.7e9", 1_700_000_000)] {
            assert_eq!(i64::decode(token, Origin::Server), Ok(value));
        }
        for token in ["5.5", "\"5\"", "1e30", "null"] {
            assert!(i64::decode(token, Origin::Server).is_err(), "{token}");
        }
    }

    #[test]
    fn of_duplicate_fields_the_last_one_counts() {
        let mut fields = Fields::parse(r#"{"a":1,"b":2,"a":3}"#, Origin::Server).unwrap();
        assert_eq!(fields.take::<i64>("a"), Ok(3));
        assert_eq!(fields.rest().len(), 1);
    }
}
