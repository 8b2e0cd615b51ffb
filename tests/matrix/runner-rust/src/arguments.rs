//! The arguments of one call. Each is taken out once; what is left over isn't known.

use std::sync::Arc;
use std::time::Duration;

use autoplus::{ActionChallenge, ClaimChallenge, EventStream, Operation, StreamNotes, Trade, Watch};
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

    /// How many, which is never fewer than `least`.
    pub(crate) fn count(&mut self, name: &str, least: usize) -> Result<usize, String> {
        let count = self.number(name)?.ok_or_else(|| format!("the argument {name} is missing"))?;
        usize::try_from(count)
            .ok()
            .filter(|count| *count >= least)
            .ok_or_else(|| format!("{name} must be at least {least}"))
    }

    pub(crate) fn seconds(&mut self, name: &str) -> Result<Option<Duration>, String> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let seconds = value.as_f64().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        seconds.map(Some).ok_or_else(|| format!("{name} must be seconds, not {value}"))
    }

    pub(crate) fn texts(&mut self, name: &str) -> Result<Vec<String>, String> {
        let value = self.value(name)?.ok_or_else(|| format!("the argument {name} is missing"))?;
        serde_json::from_value(value).map_err(|why| format!("{name} must be a list of texts: {why}"))
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

    pub(crate) fn stream(&mut self) -> Result<Arc<EventStream>, String> {
        match self.native("stream")? {
            Native::Stream(stream) => Ok(stream),
            _ => Err("stream must be a saved stream".into()),
        }
    }

    pub(crate) fn watch(&mut self) -> Result<Arc<Watch>, String> {
        match self.native("watch")? {
            Native::Watch(watch) => Ok(watch),
            _ => Err("watch must be a saved watch".into()),
        }
    }

    pub(crate) fn notes(&mut self) -> Result<Arc<StreamNotes>, String> {
        match self.native("notes")? {
            Native::Notes(notes) => Ok(notes),
            _ => Err("notes must be saved notes".into()),
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
