//! Text that people wrote, echoed exactly.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserializer, Visitor};

use super::wire::{Reading, Wire, from_raw};

/// Terms text. The server cuts text by UTF-16 code unit, so half an emoji can stand in it; such text reads
/// with U+FFFD here and is still sent back exactly as it came.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text(Arc<Inner>);

#[derive(PartialEq, Eq, Hash)]
struct Inner {
    raw: Box<str>,
    /// What it reads as, unless that is just what stands between the quotes.
    text: Option<String>,
    exact: bool,
}

impl Text {
    /// The text to read.
    pub fn as_str(&self) -> &str {
        let Inner { raw, text, .. } = &*self.0;
        text.as_deref().or_else(|| between_quotes(raw)).unwrap_or_default()
    }

    /// False when the text holds half a surrogate pair, which reads as U+FFFD.
    pub fn is_exact(&self) -> bool {
        self.0.exact
    }

    /// The JSON string token as it came, quotes included.
    pub fn raw_json(&self) -> &str {
        &self.0.raw
    }
}

impl Wire for Text {
    const EXPECTS: &'static str = "a string";

    fn read<'de, D: Deserializer<'de>>(json: D, _: &Reading) -> Result<Self, D::Error> {
        from_raw(json, |raw| {
            let (text, exact) = match between_quotes(raw) {
                Some(_) => (None, true),
                None => shortly_escaped(raw)
                    .map(|text| (text, true))
                    .or_else(|| lenient_string(raw))
                    .map(|(text, exact)| (Some(text), exact))?,
            };
            Some(Self(Arc::new(Inner { raw: raw.into(), text, exact })))
        })
    }

    fn encode(&self, out: &mut String) {
        out.push_str(&self.0.raw);
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl serde::Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        super::record::serialize_raw(self.0.raw.to_string(), to)
    }
}

/// The text of a valid JSON string that holds no escapes.
fn between_quotes(raw: &str) -> Option<&str> {
    raw.strip_prefix('"')?.strip_suffix('"').filter(|text| !text.contains('\\'))
}

/// The text of a valid JSON string that has none but the short escapes, as line breaks and quotes are: they are common, and
/// serde_json's own way grows its buffer step by step.
fn shortly_escaped(raw: &str) -> Option<String> {
    let mut rest = raw.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(rest.len());
    while let Some(at) = rest.find('\\') {
        text.push_str(rest.get(..at)?);
        text.push(match rest.as_bytes().get(at + 1)? {
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            same @ (b'"' | b'\\' | b'/') => char::from(*same),
            _ => return None,
        });
        rest = rest.get(at + 2..)?;
    }
    text.push_str(rest);
    Some(text)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    #[test]
    fn half_an_emoji_is_readable_and_kept() {
        let text = Text::decode(r#""ship \ud83d now""#, Origin::Server).unwrap();
        assert_eq!(text.as_str(), "ship \u{FFFD} now");
        assert!(!text.is_exact());
        assert_eq!(text.raw_json(), r#""ship \ud83d now""#);
    }

    #[test]
    fn ordinary_text_is_exact() {
        let text = Text::decode(r#""caf\u00e9 \ud83d\ude00""#, Origin::Server).unwrap();
        assert_eq!(text.as_str(), "café 😀");
        assert!(text.is_exact());
    }

    #[test]
    fn escapes_read_as_json_reads_them() {
        for raw in [
            r#""""#,
            r#""\n\\n""#,
            r#""a\"b\"c\/\b\f\n\r\t é""#,
            r#""\u0041 \n \ud83d\ude00""#,
            r#""\\""#,
            r#""\\u0041""#,
        ] {
            let text = Text::decode(raw, Origin::Server).unwrap();
            assert_eq!(text.as_str(), serde_json::from_str::<String>(raw).unwrap(), "{raw}");
            assert!(text.is_exact());
        }
        for no_string in ["5", "null", "\"a", "{}"] {
            assert!(Text::decode(no_string, Origin::Server).is_err(), "{no_string}");
        }
    }
}
