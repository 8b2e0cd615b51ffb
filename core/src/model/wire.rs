//! How a JSON value becomes a field and goes back, without losing what isn't understood.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};
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

/// One reading of one JSON text, from its first byte to its last: who wrote it, and what can't be understood.
pub(crate) struct Reading {
    pub(crate) origin: Origin,
    why: RefCell<Option<Mismatch>>,
}

impl Reading {
    /// Notes what was expected where this error came up, unless a part of it told already.
    fn expected<E>(&self, expected: &'static str, error: E) -> E {
        self.why.borrow_mut().get_or_insert_with(|| Mismatch::new(expected));
        error
    }

    /// The error came up in this field.
    pub(crate) fn under<E>(&self, field: &str, error: E) -> E {
        let why = self.why.take();
        self.why.replace(why.map(|why| why.under(field)));
        error
    }

    /// What a field means that isn't there.
    pub(crate) fn absent<T: Wire, E: serde::de::Error>(&self, field: &'static str) -> Result<T, E> {
        T::absent().ok_or_else(|| self.under(field, self.expected(T::EXPECTS, E::missing_field(field))))
    }

    /// Reads a value as it comes.
    pub(crate) fn a<T>(&self) -> One<'_, T> {
        One { reading: self, what: PhantomData }
    }
}

/// A value that is about to be read.
pub(crate) struct One<'r, T> {
    reading: &'r Reading,
    what: PhantomData<T>,
}

impl<'de, T: Wire> DeserializeSeed<'de> for One<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<T, D::Error> {
        T::read(json, self.reading).map_err(|error| self.reading.expected(T::EXPECTS, error))
    }
}

/// A type that can stand in a field of the API.
pub(crate) trait Wire: Sized {
    const EXPECTS: &'static str;

    /// Reads it where it stands.
    fn read<'de, D: Deserializer<'de>>(json: D, reading: &Reading) -> Result<Self, D::Error>;

    fn encode(&self, out: &mut String);

    /// Reads a whole text.
    fn decode(raw: &str, origin: Origin) -> Result<Self, Mismatch> {
        let reading = Reading { origin, why: RefCell::default() };
        let mut json = serde_json::Deserializer::from_str(raw);
        let read = reading.a().deserialize(&mut json).and_then(|value| json.end().map(|()| value));
        read.map_err(|_| reading.why.take().unwrap_or(Mismatch::new(Self::EXPECTS)))
    }

    /// What a missing field means; `None` when it must be there.
    fn absent() -> Option<Self> {
        None
    }

    fn is_absent(&self) -> bool {
        false
    }
}

/// The text of a value, as it stands there.
pub(crate) fn raw<'de, D: Deserializer<'de>>(json: D) -> Result<&'de str, D::Error> {
    <&RawValue>::deserialize(json).map(RawValue::get)
}

/// A value of which the text alone tells.
pub(crate) fn from_raw<'de, D: Deserializer<'de>, T>(
    json: D,
    of: impl FnOnce(&'de str) -> Option<T>,
) -> Result<T, D::Error> {
    of(raw(json)?).ok_or_else(|| D::Error::custom("unexpected"))
}

/// A JSON string that is borrowed where it can be.
pub(crate) struct Words<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Words<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Words<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Words(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Words(Cow::Owned(text.to_owned())))
            }
        }
        json.deserialize_str(Text)
    }
}

/// Writes a JSON string. Most need no escapes.
pub(crate) fn encode_str(text: &str, out: &mut String) {
    // Without a way out of the loop, so that it looks at many bytes at once.
    let escapes = |any, byte| any | (byte < b' ') | (byte == b'"') | (byte == b'\\');
    if !text.bytes().fold(false, escapes) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}

impl Wire for String {
    const EXPECTS: &'static str = "a string";

    fn read<'de, D: Deserializer<'de>>(json: D, _: &Reading) -> Result<Self, D::Error> {
        Self::deserialize(json)
    }

    fn encode(&self, out: &mut String) {
        encode_str(self, out);
    }
}

impl Wire for bool {
    const EXPECTS: &'static str = "true or false";

    fn read<'de, D: Deserializer<'de>>(json: D, _: &Reading) -> Result<Self, D::Error> {
        Self::deserialize(json)
    }

    fn encode(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

/// 1e3 and 5.0 are integers too.
pub(crate) fn integer(token: &str) -> Option<i64> {
    token.parse().ok().or_else(|| {
        let whole = super::amount::number(token)?.decimal().filter(rust_decimal::Decimal::is_integer)?;
        i64::try_from(whole).ok()
    })
}

impl Wire for i64 {
    const EXPECTS: &'static str = "an integer";

    fn read<'de, D: Deserializer<'de>>(json: D, _: &Reading) -> Result<Self, D::Error> {
        from_raw(json, integer)
    }

    fn encode(&self, out: &mut String) {
        let _ = write!(out, "{self}");
    }
}

impl<T: Wire> Wire for Option<T> {
    const EXPECTS: &'static str = T::EXPECTS;

    fn read<'de, D: Deserializer<'de>>(json: D, reading: &Reading) -> Result<Self, D::Error> {
        struct Perhaps<'r, T>(One<'r, T>);
        impl<'de, T: Wire> Visitor<'de> for Perhaps<'_, T> {
            type Value = Option<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::EXPECTS)
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(None)
            }
            fn visit_none<E>(self) -> Result<Self::Value, E> {
                Ok(None)
            }
            fn visit_some<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
                self.0.deserialize(json).map(Some)
            }
        }
        json.deserialize_option(Perhaps(reading.a()))
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

    fn read<'de, D: Deserializer<'de>>(json: D, reading: &Reading) -> Result<Self, D::Error> {
        struct Items<'r, T>(&'r Reading, PhantomData<T>);
        impl<'de, T: Wire> Visitor<'de> for Items<'_, T> {
            type Value = Vec<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                let next = |list: &mut A, at: usize| {
                    list.next_element_seed(self.0.a()).map_err(|error| self.0.under(&at.to_string(), error))
                };
                while let Some(item) = next(&mut list, items.len())? {
                    items.push(item);
                }
                Ok(items)
            }
        }
        json.deserialize_seq(Items(reading, PhantomData))
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
    use crate::model::{Crypto, Fields, Server, Trade};
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
        assert_eq!((fields.take_raw("a"), fields.take_raw("b")), (None, Some("2")));
        let twice = crate::model::OpenedTrade::from_json(r#"{"id":"1","tradeId":2,"id":"3"}"#).unwrap();
        assert_eq!(twice.id(), "3");
    }
}
