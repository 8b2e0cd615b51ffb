//! A scenario as it stands in its file. Whatever isn't known is refused.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    format: u32,
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "about")]
    _about: Option<String>,
    /// Where the clients keep their operations, if it matters.
    pub(crate) store: Option<Store>,
    #[serde(default)]
    pub(crate) clients: BTreeMap<String, Limits>,
    steps: Vec<RawStep>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Store {
    /// All in one file.
    Shared,
}

/// Time-outs of one client, in seconds.
#[derive(Deserialize, Default, Clone, Copy)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    pub(crate) call_timeout: Option<f64>,
    pub(crate) attempt_timeout: Option<f64>,
    pub(crate) poll_timeout: Option<f64>,
    pub(crate) poll_grace: Option<f64>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct RawStep {
    control: Option<Value>,
    call: Option<String>,
    r#as: Option<String>,
    #[serde(default)]
    with: Map<String, Value>,
    requests: Option<Vec<Entry>>,
    restart: Option<Vec<String>>,
    only: Option<Vec<String>>,
    more: Option<bool>,
    save: Option<String>,
    expect: Option<Expect>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Expect {
    Value(Value),
    Error(Value),
}

/// A request that must have come in.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Told apart: not given, and null for no answer.
    #[serde(default, deserialize_with = "given")]
    pub(crate) status: Option<Value>,
    pub(crate) query: Option<Value>,
    pub(crate) headers: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) body: Option<Value>,
    #[serde(default)]
    pub(crate) body_contains: Vec<String>,
    pub(crate) same_key_as: Option<usize>,
    pub(crate) other_key_than: Option<usize>,
}

fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) client: Option<String>,
    pub(crate) with: Map<String, Value>,
}

pub(crate) enum Act {
    Control(Value),
    Call(Call),
    Requests { entries: Vec<Entry>, only: Vec<String>, more: bool },
    Restart(Vec<String>),
}

pub(crate) struct Step {
    pub(crate) act: Act,
    pub(crate) save: Option<String>,
    pub(crate) expect: Option<Expect>,
}

impl Scenario {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        // By way of a JSON value: YAML's own enums would need tags.
        let value: Value = serde_norway::from_str(text).map_err(|why| why.to_string())?;
        let scenario: Self = serde_json::from_value(value).map_err(|why| why.to_string())?;
        match scenario.format {
            1 => Ok(scenario),
            other => Err(format!("this runner knows format 1, not {other}")),
        }
    }

    pub(crate) fn steps(&self) -> Result<Vec<Step>, String> {
        self.steps.iter().cloned().map(RawStep::sorted).collect()
    }
}

impl RawStep {
    fn sorted(self) -> Result<Step, String> {
        let of_call = self.r#as.is_some() || !self.with.is_empty();
        let of_requests = self.only.is_some() || self.more.is_some();
        let gives_nothing = self.save.is_none() && self.expect.is_none();
        let act = match (self.control, self.call, self.requests, self.restart) {
            (Some(command), None, None, None) if !of_call && !of_requests => Act::Control(command),
            (None, Some(name), None, None) if !of_requests => {
                Act::Call(Call { name, client: self.r#as, with: self.with })
            }
            (None, None, None, Some(clients)) if !of_call && !of_requests && gives_nothing => {
                Act::Restart(clients)
            }
            (None, None, Some(entries), None) if !of_call && gives_nothing => {
                let (only, more) = (self.only.unwrap_or_default(), self.more.unwrap_or_default());
                Act::Requests { entries, only, more }
            }
            _ => {
                return Err(
                    "a step is exactly one of control, call, requests, restart, with the keys of that one"
                        .into(),
                );
            }
        };
        Ok(Step { act, save: self.save, expect: self.expect })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(steps: &str) -> Result<Vec<Step>, String> {
        Scenario::parse(&format!("format: 1\nname: n\nsteps:\n{steps}"))?.steps()
    }

    #[test]
    fn every_kind_of_step_is_read() {
        let steps = parse(
            "  - control: {do: now}\n    save: now\n  - call: stats\n    as: sender\n  - requests: []\n    more: true\n  - restart: [sender]\n",
        );
        assert_eq!(steps.unwrap().len(), 4);
    }

    #[test]
    fn unknown_keys_mixed_steps_and_other_formats_are_refused() {
        assert!(parse("  - call: stats\n    as: sender\n    retry: 3\n").is_err());
        assert!(parse("  - call: stats\n    control: {do: now}\n").is_err());
        assert!(parse("  - call: stats\n    only: [GET /stats]\n").is_err());
        assert!(parse("  - requests: []\n    save: seen\n").is_err());
        assert!(parse("  - restart: [sender]\n    as: sender\n").is_err());
        assert!(Scenario::parse("format: 1\nname: n\nstore: split\nsteps: []\n").is_err());
        assert!(parse("  - call: stats\n    expect: {value: 1, error: {}}\n").is_err());
        assert!(parse("  - requests: [{method: GET, path: /stats, bodies: 1}]\n").is_err());
        assert!(Scenario::parse("format: 2\nname: n\nsteps: []\n").is_err());
    }
}
