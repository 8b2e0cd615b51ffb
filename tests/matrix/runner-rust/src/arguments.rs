//! The arguments of one call. Each is taken out once; what is left over isn't known.

use autoplus::{ActionChallenge, ClaimChallenge, Operation, Trade};
use serde_json::{Map, Value};

use crate::saved::{Native, SavedValues};

pub(crate) struct Arguments<'a> {
    left: Map<String, Value>,
    saved: &'a SavedValues,
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(with: &Map<String, Value>, saved: &'a SavedValues) -> Self {
        Self { left: with.clone(), saved }
    }

    fn take(&mut self, name: &str) -> Result<Value, String> {
        self.left.remove(name).ok_or_else(|| format!("the argument {name} is missing"))
    }

    fn value(&mut self, name: &str) -> Result<Option<Value>, String> {
        self.left.remove(name).map(|value| self.saved.resolve(&value)).transpose()
    }

    pub(crate) fn text(&mut self, name: &str) -> Result<String, String> {
        self.optional_text(name)?.ok_or_else(|| format!("the argument {name} is missing"))
    }

    /// A text, or none for null and for what isn't there.
    pub(crate) fn optional_text(&mut self, name: &str) -> Result<Option<String>, String> {
        match self.value(name)? {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(format!("{name} must be a text, not {other}")),
        }
    }

    pub(crate) fn number(&mut self, name: &str) -> Result<Option<i64>, String> {
        match self.value(name)? {
            None => Ok(None),
            Some(value) => {
                value.as_i64().map(Some).ok_or_else(|| format!("{name} must be an integer, not {value}"))
            }
        }
    }

    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, String> {
        match self.value(name)? {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(other) => Err(format!("{name} must be true or false, not {other}")),
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.left.contains_key(name)
    }

    /// A saved error's operation.
    pub(crate) fn operation(&mut self) -> Result<Operation, String> {
        match self.native("operation")? {
            Native::Operation(operation) => Ok(operation),
            _ => Err("operation must be a saved error that has one".into()),
        }
    }

    pub(crate) fn trade(&mut self) -> Result<Trade, String> {
        match self.native("trade")? {
            Native::Trade(trade) => Ok(trade),
            _ => Err("trade must be a saved trade".into()),
        }
    }

    pub(crate) fn action(&mut self) -> Result<ActionChallenge, String> {
        match self.native("challenge")? {
            Native::Action(challenge) => Ok(challenge),
            _ => Err("challenge must be a saved challenge of a release or return".into()),
        }
    }

    pub(crate) fn claim(&mut self, name: &str) -> Result<Option<ClaimChallenge>, String> {
        if !self.has(name) {
            return Ok(None);
        }
        match self.native(name)? {
            Native::Claim(challenge) => Ok(Some(challenge)),
            _ => Err(format!("{name} must be a saved challenge of a claim")),
        }
    }

    fn native(&mut self, name: &str) -> Result<Native, String> {
        let reference = self.take(name)?;
        self.saved.native(&reference).cloned().ok_or_else(|| format!("{reference} isn't saved"))
    }

    pub(crate) fn end(self) -> Result<(), String> {
        match self.left.keys().next() {
            None => Ok(()),
            Some(name) => Err(format!("the argument {name} isn't known")),
        }
    }
}
