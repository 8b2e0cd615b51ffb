//! A stream of events, pulled in batches.

use std::sync::Arc;

use autoplus::{EventStream, StreamEnd, TradeEvent};
use napi::bindgen_prelude::Either4;
use napi_derive::napi;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::calls::NativeCalls;
use crate::failure::Failure;

/// How many events one wake-up brings at most.
const BATCH: usize = 64;

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
    /// The next events, each as a text of its own; none once the stream has ended.
    #[napi(catch_unwind)]
    pub fn next(&self, call: u32) {
        let stream = self.stream.clone();
        self.calls.read(call, async move {
            let events = stream.next_batch(BATCH).await?;
            Ok(Either4::B(events.iter().map(text).collect::<Result<_, _>>()?))
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
