//! What earlier steps saved, and the references to it.

use std::collections::HashMap;
use std::sync::Arc;

use autoplus::{ActionChallenge, ClaimChallenge, EventStream, Operation, StreamNotes, Trade, Watch};
use serde_json::{Map, Value};

/// An object of the crate's own, kept as it came.
#[derive(Clone)]
pub(crate) enum Native {
    Plain,
    Trade(Trade),
    Action(ActionChallenge),
    Claim(ClaimChallenge),
    /// That of an error.
    Operation(Operation),
    Stream(Arc<EventStream>),
    Watch(Arc<Watch>),
    Notes(Arc<StreamNotes>),
}

impl Native {
    /// Ends what goes on by itself.
    pub(crate) fn close(&self) {
        match self {
            Self::Stream(stream) => stream.close(),
            Self::Watch(watch) => watch.close(),
            _ => {}
        }
    }
}

/// The result of a step.
#[derive(Clone)]
pub(crate) struct Saved {
    pub(crate) native: Native,
    pub(crate) view: Value,
}

#[derive(Default)]
pub(crate) struct SavedValues(HashMap<String, Saved>);

impl SavedValues {
    pub(crate) fn save(&mut self, name: &str, saved: Saved) {
        self.0.insert(name.to_owned(), saved);
    }

    pub(crate) fn native(&self, reference: &Value) -> Option<&Native> {
        Some(&self.0.get(reference.as_str()?.strip_prefix('$')?)?.native)
    }

    /// The value with every reference in it replaced by the view it points to.
    pub(crate) fn resolve(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => match reference(text) {
                Some(path) => self.look_up(path).ok_or_else(|| format!("{text} leads nowhere"))?.clone(),
                None => value.clone(),
            },
            Value::Array(items) => items.iter().map(|item| self.resolve(item)).collect::<Result<_, _>>()?,
            Value::Object(fields) => {
                let resolved = fields.iter().map(|(name, field)| Ok((name.clone(), self.resolve(field)?)));
                Value::Object(resolved.collect::<Result<Map<_, _>, String>>()?)
            }
            other => other.clone(),
        })
    }

    fn look_up(&self, path: &str) -> Option<&Value> {
        let mut parts = path.split('.');
        let start = &self.0.get(parts.next()?)?.view;
        parts.try_fold(start, |value, part| match value {
            Value::Array(items) => items.get(part.parse::<usize>().ok()?),
            other => other.get(part),
        })
    }
}

/// The path in a string that is wholly a reference.
fn reference(text: &str) -> Option<&str> {
    let path = text.strip_prefix('$').filter(|path| !matches!(*path, "any" | "absent"))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    (path.starts_with(|c: char| c.is_ascii_lowercase()) && path.chars().all(plain)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_are_whole_strings_and_must_lead_somewhere() {
        let mut saved = SavedValues::default();
        saved.save("a", Saved { native: Native::Plain, view: json!({"list": [{"id": "7"}]}) });
        assert_eq!(saved.resolve(&json!({"x": ["$a.list.0.id"]})).unwrap(), json!({"x": ["7"]}));
        for plain in ["$any", "$absent", "$regex:^a$", "cost $a", "$5"] {
            assert_eq!(saved.resolve(&json!(plain)).unwrap(), json!(plain));
        }
        assert!(saved.resolve(&json!("$a.list.1.id")).is_err());
        assert!(saved.resolve(&json!("$b")).is_err());
    }
}
