//! Verbs about what goes over the wire: odd JSON, canned answers, and the record of requests.

use std::collections::BTreeMap;

use hyper::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Arguments, done, on_trade};
use crate::json::Json;
use crate::world::World;
use crate::world::plans::{Plan, Reach};
use crate::world::refusal::Answer;
use crate::world::routes::On;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    trade: String,
    raw: BTreeMap<String, Option<String>>,
}

pub(crate) fn patch(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Patch { trade, raw } = arguments.read()?;
    let mut patches = Vec::new();
    for (path, text) in raw {
        let valid = text.as_deref().map(serde_json::from_str::<&RawValue>).transpose();
        let valid =
            valid.map_err(|error| format!("patch: the text for {path} must be valid JSON: {error}"))?;
        patches.push((path, valid.map(|raw| Json::from_text(raw.get()))));
    }
    on_trade(world, &trade, |trade, _| {
        trade.patches.retain(|(path, _)| patches.iter().all(|(newer, _)| newer != path));
        trade.patches.extend(patches);
        Ok(())
    })?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerArguments {
    on: String,
    status: u16,
    body: String,
    headers: Option<BTreeMap<String, Option<String>>>,
    times: Option<u32>,
    processed: Option<bool>,
}

pub(crate) fn answer(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let wanted: AnswerArguments = arguments.read()?;
    if !(200..=599).contains(&wanted.status) {
        return Err(format!("answer: status must be from 200 to 599, not {}", wanted.status));
    }
    let mut headers = Vec::new();
    for (name, value) in wanted.headers.unwrap_or_default() {
        let fits = HeaderName::from_bytes(name.as_bytes()).is_ok()
            && value.as_deref().is_none_or(|value| HeaderValue::from_str(value).is_ok());
        if !fits {
            return Err(format!("answer: {name} and its value must be a valid HTTP header"));
        }
        headers.push((name.to_ascii_lowercase(), value));
    }
    let answer = Answer { status: wanted.status, headers, body: wanted.body };
    let plan = Plan::Answer { answer, processed: wanted.processed.unwrap_or(false) };
    let times = match wanted.times {
        Some(0) => return Err("answer: times must be 1 or more".into()),
        times => times.unwrap_or(1),
    };
    world.plans.add(On::parse(&wanted.on)?, Reach::times(times), "answer", plan);
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requests {
    clear: Option<bool>,
}

pub(crate) fn requests(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Requests { clear } = arguments.read()?;
    let seen = world.record.show();
    if clear == Some(true) {
        world.record.clear();
    }
    Ok(seen)
}
