//! A stream of events, pulled one by one: what `next_step` knows moves on with each event that is handed over, so
//! none may be handed over before the one ahead of it was worked on.

use std::sync::Arc;

use autoplus::{EventStream, StreamEnd, TradeEvent};
use napi::bindgen_prelude::Either3;
use napi_derive::napi;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::calls::NativeCalls;
use crate::failure::Failure;

#[napi]
pub struct NativeEvents {
    stream: Arc<EventStream>,
    calls: NativeCalls,
}

impl NativeEvents {
    pub(crate) fn new(stream: EventStream, calls: NativeCalls) -> Self {
        Self { stream: Arc::new(stream), calls }
    }
}

#[napi]
impl NativeEvents {
    /// The next event as JSON text; `null` once the stream has ended.
    #[napi(catch_unwind)]
    pub fn next(&self, call: u32) {
        let stream = self.stream.clone();
        self.calls.read(call, async move {
            Ok(Either3::A(match stream.next().await? {
                Some(event) => text(&event)?,
                None => "null".to_owned(),
            }))
        });
    }

    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.stream.close();
    }

    /// How the stream ended, as JSON text.
    #[napi(catch_unwind)]
    pub fn end(&self) -> Option<String> {
        Some(match self.stream.end()? {
            StreamEnd::Closed(outcome) => {
                serde_json::json!({ "end": "closed", "outcome": outcome.as_str() }).to_string()
            }
            StreamEnd::NoLongerAvailable => serde_json::json!({ "end": "noLongerAvailable" }).to_string(),
        })
    }
}

/// An event, and what the core reads from its open `changes`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    event: &'a RawValue,
    changes_json: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<Execution<'a>>,
    offset: i64,
}

#[derive(Serialize)]
struct Execution<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    state: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

fn text(event: &TradeEvent) -> Result<String, Failure> {
    let raw = RawValue::from_string(event.to_json())?;
    let changes = event.changes();
    let execution = changes.execution();
    let told = Told {
        event: &raw,
        changes_json: changes.raw_json(),
        outcome: changes.outcome().map(|outcome| outcome.to_string()),
        execution: execution.as_ref().map(|found| Execution {
            id: found.id(),
            state: found.state().as_str(),
            reason: found.reason(),
        }),
        offset: event.offset(),
    };
    Ok(serde_json::to_string(&told)?)
}
