//! Verbs about what goes over the wire: odd JSON, canned answers, faults, and the record of requests.

use std::collections::BTreeMap;

use hyper::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Arguments, done, on_trade};
use crate::json::Json;
use crate::world::World;
use crate::world::plans::{Fault, Plan};
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
    world.plans.add(On::parse(&wanted.on)?, times(wanted.times)?, plan);
    done()
}

fn times(times: Option<u32>) -> Result<u32, String> {
    match times {
        Some(0) => Err("times must be 1 or more".into()),
        times => Ok(times.unwrap_or(1)),
    }
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    LostBefore,
    LostAfter,
    CutBody,
    Slow,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultArguments {
    on: String,
    kind: Kind,
    times: Option<u32>,
    seconds: Option<f64>,
}

pub(crate) fn fault(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let FaultArguments { on, kind, times: count, seconds } = arguments.read()?;
    if seconds.is_some() && kind != Kind::Slow {
        return Err("fault: seconds belong to the kind slow only".into());
    }
    let seconds = seconds.unwrap_or(1.0);
    if !(0.0..=3600.0).contains(&seconds) {
        return Err(format!("fault: seconds must be from 0 to 3600, not {seconds}"));
    }
    let fault = match kind {
        Kind::LostBefore => Fault::LostBefore,
        Kind::LostAfter => Fault::LostAfter,
        Kind::CutBody => Fault::CutBody,
        Kind::Slow => Fault::Slow((seconds * 1000.0) as u64),
    };
    world.plans.add(On::parse(&on)?, times(count)?, Plan::Fault(fault));
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
