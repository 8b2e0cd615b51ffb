//! Text that people wrote, echoed exactly.

use std::fmt;
use std::sync::Arc;

use super::wire::{Mismatch, Origin, Wire, lenient_string};

/// Terms text. The server cuts text by UTF-16 code unit, so half an emoji can stand in it; such text reads
/// with U+FFFD here and is still sent back exactly as it came.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text(Arc<Inner>);

#[derive(PartialEq, Eq, Hash)]
struct Inner {
    raw: String,
    text: String,
    exact: bool,
}

impl Text {
    /// The text to read.
    pub fn as_str(&self) -> &str {
        &self.0.text
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

    fn decode(raw: &str, _: Origin) -> Result<Self, Mismatch> {
        let (text, exact) = lenient_string(raw).ok_or(Mismatch::new(Self::EXPECTS))?;
        Ok(Self(Arc::new(Inner { raw: raw.to_owned(), text, exact })))
    }

    fn encode(&self, out: &mut String) {
        out.push_str(&self.0.raw);
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.text)
    }
}

impl serde::Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        super::record::serialize_raw(self.0.raw.clone(), to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
