//! Text as a JavaScript server holds it: UTF-16 code units, where a surrogate may stand alone.

use serde_json::value::RawValue;

/// The code units of one text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Text(Vec<u16>);

impl Text {
    /// The text of a JSON string token; `None` for any other JSON value.
    pub(crate) fn from_token(token: &RawValue) -> Option<Text> {
        Text::from_json(token.get())
    }

    /// Like [`Text::from_token`], for JSON text that is known to be valid.
    pub(crate) fn from_json(token: &str) -> Option<Text> {
        let inner = token.trim().strip_prefix('"')?.strip_suffix('"')?;
        let mut units = Vec::with_capacity(inner.len());
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            if c != '\\' {
                units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
                continue;
            }
            units.push(match chars.next()? {
                'u' => chars
                    .by_ref()
                    .take(4)
                    .try_fold(0, |unit, digit| Some(unit << 4 | digit.to_digit(16)? as u16))?,
                'b' => 0x08,
                't' => 0x09,
                'n' => 0x0a,
                'f' => 0x0c,
                'r' => 0x0d,
                plain => plain as u16,
            });
        }
        Some(Text(units))
    }

    /// Its length as a JavaScript server counts it.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The token that `JSON.stringify` writes: lone surrogates and controls escaped, all else literal.
    pub(crate) fn to_json(&self) -> String {
        let mut token = String::from("\"");
        for decoded in char::decode_utf16(self.0.iter().copied()) {
            match decoded {
                Ok('"') => token.push_str("\\\""),
                Ok('\\') => token.push_str("\\\\"),
                Ok('\u{8}') => token.push_str("\\b"),
                Ok('\t') => token.push_str("\\t"),
                Ok('\n') => token.push_str("\\n"),
                Ok('\u{c}') => token.push_str("\\f"),
                Ok('\r') => token.push_str("\\r"),
                Ok(c) if c < ' ' => token.push_str(&format!("\\u{:04x}", c as u32)),
                Ok(c) => token.push(c),
                Err(lone) => token.push_str(&format!("\\u{:04x}", lone.unpaired_surrogate())),
            }
        }
        token.push('"');
        token
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(text.encode_utf16().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn spelling_does_not_matter_but_units_do() {
        assert_eq!(Text::from_json(r#""\u0041\ud83d\ude00""#), Text::from_json(r#""A😀""#));
        assert_ne!(Text::from_json(r#""\ud83d""#), Text::from_json(r#""\ud83e""#));
        assert_eq!(Text::from_json("null"), None);
    }

    #[test]
    fn length_counts_code_units() {
        assert_eq!(Text::from("a😀").len(), 3);
        assert_eq!(Text::from_json(r#""\n\ud83d""#).map(|text| text.len()), Some(2));
    }

    #[test]
    fn written_like_a_javascript_server_writes() {
        for token in [r#""\ud83d""#, r#""\ude00x""#, r#""a\"b\\c\n\u0001é😀""#] {
            assert_eq!(Text::from_json(token).unwrap().to_json(), token);
        }
    }
}
