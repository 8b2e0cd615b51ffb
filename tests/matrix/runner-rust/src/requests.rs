//! What went over the wire, against what should have.

use serde::Deserialize;
use serde_json::Value;

use crate::matching;
use crate::saved::SavedValues;
use crate::scenario::Entry;

/// A request as the simulator recorded it.
#[derive(Deserialize)]
struct Seen {
    method: String,
    path: String,
    query: Value,
    headers: Value,
    body: Option<String>,
    status: Value,
}

impl Seen {
    fn is(&self, method: &str, path: &str) -> bool {
        let segments = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
        let (pattern, found) = (segments(path), segments(&self.path));
        let same = |(pattern, found): (&String, &String)| pattern == found || pattern.starts_with('{');
        self.method == method && pattern.len() == found.len() && pattern.iter().zip(&found).all(same)
    }

    fn key(&self) -> &Value {
        &self.headers["idempotency-key"]
    }
}

pub(crate) fn check(
    seen: Value,
    entries: &[Entry],
    only: &[String],
    more: bool,
    saved: &SavedValues,
) -> Result<(), String> {
    let mut seen: Vec<Seen> = serde_json::from_value(seen).map_err(|why| why.to_string())?;
    if !only.is_empty() {
        let pairs: Vec<_> = only.iter().filter_map(|pattern| pattern.split_once(' ')).collect();
        seen.retain(|request| pairs.iter().any(|(method, path)| request.is(method, path)));
    }
    if seen.len() < entries.len() || (seen.len() > entries.len() && !more) {
        let found: Vec<_> = seen
            .iter()
            .map(|request| format!("{} {} {}", request.method, request.path, request.status))
            .collect();
        return Err(format!("expected {} requests, saw {}: {}", entries.len(), seen.len(), found.join(", ")));
    }
    let mut pairs = entries.iter().zip(&seen).enumerate();
    pairs.try_for_each(|(index, (entry, request))| {
        one(entry, request, &seen, saved).map_err(|why| format!("request {index}: {why}"))
    })
}

fn one(entry: &Entry, request: &Seen, all: &[Seen], saved: &SavedValues) -> Result<(), String> {
    if !request.is(&entry.method, &entry.path) {
        return Err(format!(
            "expected {} {}, saw {} {}",
            entry.method, entry.path, request.method, request.path
        ));
    }
    let body = request.body.as_deref();
    let parsed = || body.map_or(Ok(Value::Null), serde_json::from_str).map_err(|why| why.to_string());
    for (what, expected, found) in [
        ("status", &entry.status, Ok(request.status.clone())),
        ("query", &entry.query, Ok(request.query.clone())),
        ("headers", &entry.headers, Ok(request.headers.clone())),
        ("body", &entry.body, if entry.body.is_some() { parsed() } else { Ok(Value::Null) }),
    ] {
        if let Some(expected) = expected {
            matching::check(&saved.resolve(expected)?, &found?, what)?;
        }
    }
    let text = body.unwrap_or_default();
    if let Some(missing) = entry.body_contains.iter().find(|part| !text.contains(part.as_str())) {
        return Err(format!("the body doesn't contain {missing}: {text}"));
    }
    if let Some(earlier) = entry.same_key_as {
        let earlier = all.get(earlier).ok_or("same_key_as: there is no such entry")?;
        if request.key().is_null() || request.key() != earlier.key() || request.body != earlier.body {
            return Err("the key or the body differs from the earlier request's".into());
        }
    }
    if let Some(earlier) = entry.other_key_than {
        let earlier = all.get(earlier).ok_or("other_key_than: there is no such entry")?;
        if request.key().is_null() || request.key() == earlier.key() {
            return Err("the key is the earlier request's".into());
        }
    }
    Ok(())
}
