//! A request as it arrived, and its body read as strictly as the page allows.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::refusal::Refusal;
use crate::json::Entries;
use crate::text::Text;

/// One HTTP request, free of any HTTP library.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Relative to the base URL (`/trades/…`); anything outside of it as it came.
    pub(crate) path: String,
    pub(crate) query: String,
    /// Lower-case names.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.headers.get("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    }

    /// The `Idempotency-Key`, which these endpoints cannot do without.
    pub(crate) fn key(&self) -> Result<&str, Refusal> {
        let key = self.headers.get("idempotency-key").ok_or_else(|| {
            Refusal::invalid(
                "Idempotency-Key",
                "Send an Idempotency-Key header: a new random value for each operation.",
            )
        })?;
        match key.chars().count() {
            8..=128 => Ok(key),
            n => Err(Refusal::invalid(
                "Idempotency-Key",
                format!("The Idempotency-Key must have 8 to 128 characters, this one has {n}."),
            )),
        }
    }

    /// Query parameters in their order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }

    /// The body's fields; none but `allowed` may be there.
    pub(crate) fn fields(&self, allowed: &[&str]) -> Result<Fields, Refusal> {
        let media_type =
            self.headers.get("content-type").and_then(|value| value.split(';').next()).unwrap_or("");
        if !media_type.trim().eq_ignore_ascii_case("application/json") {
            return Err(Refusal::invalid(
                "Content-Type",
                "Send the body with Content-Type: application/json.",
            ));
        }
        let raw: &RawValue = serde_json::from_slice(&self.body).map_err(|error| {
            Refusal::new(400, "invalid_request", format!("The body is not valid JSON: {error}."))
        })?;
        Fields::parse(raw, "", allowed)
    }
}

/// The fields of a JSON object in a request.
#[derive(Debug)]
pub(crate) struct Fields {
    parent: String,
    entries: Vec<(String, Box<RawValue>)>,
}

impl Fields {
    fn parse(raw: &RawValue, parent: &str, allowed: &[&str]) -> Result<Fields, Refusal> {
        let Entries(entries) = serde_json::from_str(raw.get()).map_err(|_| match parent {
            "" => Refusal::new(400, "invalid_request", "The body must be a JSON object."),
            parent => Refusal::invalid(parent.trim_end_matches('.'), "This field must be an object."),
        })?;
        let fields = Fields { parent: parent.to_owned(), entries };
        for (index, (name, _)) in fields.entries.iter().enumerate() {
            if !allowed.contains(&name.as_str()) {
                return Err(
                    fields.wrong(name, &format!("is not known here; known are {}", allowed.join(", ")))
                );
            }
            if fields.entries[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(fields.wrong(name, "is there twice"));
            }
        }
        Ok(fields)
    }

    fn wrong(&self, name: &str, what: &str) -> Refusal {
        let field = format!("{}{name}", self.parent);
        Refusal::invalid(&field, format!("The field {field} {what}."))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(known, _)| known == name)
    }

    fn raw(&self, name: &str) -> Result<&RawValue, Refusal> {
        let entry = self.entries.iter().find(|(known, _)| known == name);
        entry.map(|(_, raw)| &**raw).ok_or_else(|| self.wrong(name, "is missing"))
    }

    pub(crate) fn string(&self, name: &str) -> Result<String, Refusal> {
        serde_json::from_str(self.raw(name)?.get()).map_err(|_| self.wrong(name, "must be a string"))
    }

    pub(crate) fn integer(&self, name: &str) -> Result<i64, Refusal> {
        self.raw(name)?.get().parse().map_err(|_| self.wrong(name, "must be an integer"))
    }

    pub(crate) fn null(&self, name: &str) -> Result<(), Refusal> {
        match self.raw(name)?.get() {
            "null" => Ok(()),
            _ => Err(self.wrong(name, "must be null")),
        }
    }

    pub(crate) fn text_or_null(&self, name: &str) -> Result<Option<Text>, Refusal> {
        match self.raw(name)? {
            raw if raw.get() == "null" => Ok(None),
            raw => {
                Text::from_token(raw).map(Some).ok_or_else(|| self.wrong(name, "must be a string or null"))
            }
        }
    }

    /// A number as the token it was written as.
    pub(crate) fn number(&self, name: &str) -> Result<&str, Refusal> {
        let token = self.raw(name)?.get();
        match token.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            true => Ok(token),
            false => Err(self.wrong(name, "must be a number")),
        }
    }

    pub(crate) fn object(&self, name: &str, allowed: &[&str]) -> Result<Fields, Refusal> {
        Fields::parse(self.raw(name)?, &format!("{}{name}.", self.parent), allowed)
    }

    /// One of a closed set of words.
    pub(crate) fn word<T: std::str::FromStr>(&self, name: &str, words: &str) -> Result<T, Refusal> {
        self.string(name)?.parse().map_err(|_| self.wrong(name, &format!("must be {words}")))
    }
}
