//! The arguments of a command, and advice where they are wrong.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::Verb;
use crate::json::{Entries, quoted};

/// What a command says beside its verb.
pub(crate) struct Arguments<'a> {
    verb: &'a Verb,
    entries: Vec<(String, Box<RawValue>)>,
}

impl<'a> Arguments<'a> {
    pub(crate) fn of(verb: &'a Verb, entries: Vec<(String, Box<RawValue>)>) -> Arguments<'a> {
        Arguments { verb, entries }
    }

    /// The arguments as the verb's own type, which refuses what it does not know.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        let fields = self.entries.iter().map(|(name, raw)| (name.as_str(), raw.get()));
        serde_json::from_str(&object(fields)).map_err(|error| self.advise("", &error))
    }

    /// What stands, with the given arguments in place of their fields; null is not given.
    pub(crate) fn read_over<T: Serialize + DeserializeOwned>(&self, standing: T) -> Result<T, String> {
        let names: BTreeSet<_> = self.entries.iter().map(|(name, _)| name).collect();
        if names.len() < self.entries.len() {
            return Err(format!("{}: an argument is there twice; give it once", self.verb.name));
        }
        let mut given = self.entries.iter().filter(|(_, raw)| raw.get() != "null");
        given.try_fold(standing, |standing, (name, raw)| {
            let Entries(mut fields) = serde_json::to_string(&standing)
                .and_then(|text| serde_json::from_str(&text))
                .map_err(|error| self.advise(name, &error))?;
            fields.retain(|(known, _)| known != name);
            let fields = fields
                .iter()
                .map(|(name, raw)| (name.as_str(), raw.get()))
                .chain([(name.as_str(), raw.get())]);
            serde_json::from_str(&object(fields)).map_err(|error| self.advise(name, &error))
        })
    }

    fn advise(&self, argument: &str, error: &serde_json::Error) -> String {
        let why = error.to_string();
        let why = why.split(" at line ").next().unwrap_or(&why);
        let Verb { name, arguments, .. } = self.verb;
        let place = if argument.is_empty() { (*name).to_owned() } else { format!("{name}: {argument}") };
        match arguments.is_empty() {
            true => format!("{place}: {why}; it takes no arguments"),
            false => format!("{place}: {why}; {name} takes {arguments}"),
        }
    }
}

fn object<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let fields = fields.map(|(name, raw)| format!("{}:{raw}", quoted(name)));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}
