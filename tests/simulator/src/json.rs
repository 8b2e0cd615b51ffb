//! JSON whose numbers and strings stay the tokens they were: read as raw text, kept in order, written back verbatim.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A JSON string token for `text`.
pub(crate) fn quoted(text: &str) -> String {
    // Nearly every text is plain, and there are millions of them where events come by the thousand.
    let is_plain = text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
    if is_plain { ["\"", text, "\""].concat() } else { serde_json::Value::from(text).to_string() }
}

/// `["a","b"]` of string items.
pub(crate) fn quoted_list<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    list(items.into_iter().map(quoted))
}

/// A JSON array of items that are JSON already.
pub(crate) fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(","))
}

/// A number the way JavaScript prints one: no `.0` behind an integer.
pub(crate) fn number(value: f64) -> String {
    serde_json::Number::from_f64(value).map_or("0".into(), |_| value.to_string())
}

/// The entries of a JSON object in their order, values raw, repeated names kept.
#[derive(Debug)]
pub(crate) struct Entries(pub(crate) Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Entries;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// A JSON value: an object that can be reached into, or a token that goes out as it is.
#[derive(Debug, Clone)]
pub(crate) enum Json {
    Token(String),
    Object(Object),
}

impl Json {
    /// A value from its JSON text; the text is valid JSON already.
    pub(crate) fn from_text(text: &str) -> Json {
        match serde_json::from_str::<Entries>(text) {
            Ok(Entries(entries)) => Json::Object(Object(
                entries.into_iter().map(|(name, raw)| (name, Json::from_text(raw.get()))).collect(),
            )),
            Err(_) => Json::Token(text.to_owned()),
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Token(token) => f.write_str(token),
            Json::Object(object) => object.fmt(f),
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Token(quoted(text))
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Json {
        Json::Token(number.to_string())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Json {
        Json::Token(value.to_string())
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Json {
        Json::Object(object)
    }
}

/// A JSON object under construction; fields keep their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object(Vec<(String, Json)>);

impl Object {
    pub(crate) fn new() -> Object {
        Object::default()
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Json>) -> Object {
        self.put(name, value.into());
        self
    }

    /// Adds a field only if there is a value: optional fields are left out, never null.
    pub(crate) fn maybe<T: Into<Json>>(self, name: &str, value: Option<T>) -> Object {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a field whose value is JSON text.
    pub(crate) fn raw(self, name: &str, token: impl Into<String>) -> Object {
        self.with(name, Json::Token(token.into()))
    }

    /// The fields of both.
    pub(crate) fn and(mut self, more: Object) -> Object {
        for (name, value) in more.0 {
            self.put(&name, value);
        }
        self
    }

    fn put(&mut self, name: &str, value: Json) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Sets (or with `None` leaves out) the field at a dotted path. A path whose parent is absent changes nothing.
    pub(crate) fn set_path(&mut self, path: &str, value: Option<Json>) {
        match path.split_once('.') {
            Some((parent, rest)) => {
                if let Some((_, Json::Object(inner))) = self.0.iter_mut().find(|(name, _)| name == parent) {
                    inner.set_path(rest, value);
                }
            }
            None => match value {
                Some(value) => self.put(path, value),
                None => self.0.retain(|(name, _)| name != path),
            },
        }
    }

    /// The JSON text at a dotted path.
    pub(crate) fn at(&self, path: &str) -> Option<String> {
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        match (rest, value) {
            (None, value) => Some(value.to_string()),
            (Some(rest), Json::Object(inner)) => inner.at(rest),
            (Some(_), Json::Token(_)) => None,
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, (name, value)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{}:{value}", quoted(name))?;
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, Object};

    #[test]
    fn tokens_survive_as_they_were() {
        let text = r#"{"a":1e-7,"b":{"c":1.0,"d":"\ud83d"},"e":[ 1 ]}"#;
        assert_eq!(Json::from_text(text).to_string(), text);
    }

    #[test]
    fn a_path_reaches_in_and_never_invents_parents() {
        let mut object = Object::new().with("terms", Object::new().with("version", "v"));
        object.set_path("terms.text", Some(Json::from("x")));
        object.set_path("nothing.text", Some(Json::from("x")));
        assert_eq!(object.to_string(), r#"{"terms":{"version":"v","text":"x"}}"#);
        assert_eq!(object.at("terms.text").as_deref(), Some("\"x\""));
        object.set_path("terms.text", None);
        assert_eq!(object.to_string(), r#"{"terms":{"version":"v"}}"#);
    }
}
