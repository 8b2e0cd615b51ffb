//! A stream of events, pulled: what `next_step` knows moves on with each event that is handed over, so none may be handed
//! over before the one ahead of it was worked on, unless several were asked for.

use std::sync::Arc;
use std::time::Duration;

use autoplus::{EventStream, StreamEnd};
use napi_derive::napi;

use crate::calls::{NativeCalls, Value};
use crate::places;

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
    /// The next events; none once the stream has ended.
    #[napi(catch_unwind)]
    pub fn next_batch(&self, call: u32, max: i64) {
        let (stream, max) = (self.stream.clone(), usize::try_from(max).unwrap_or(1));
        self.calls.read(call, async move {
            let events = stream.next_batch(max).await?;
            Ok(Value::Json(places::of_events(&events)))
        });
    }

    #[napi(catch_unwind)]
    pub fn commit(&self, call: u32) {
        let stream = self.stream.clone();
        self.calls.mutate(call, async move {
            stream.commit().await?;
            Ok(Value::nothing())
        });
    }

    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.stream.close();
    }

    /// How the stream ended, as JSON text.
    #[napi(catch_unwind)]
    pub fn end(&self) -> Option<String> {
        Some(end(&self.stream.end()?).to_string())
    }

    /// A trade, by place.
    #[napi(catch_unwind)]
    pub fn last_known(&self) -> Option<String> {
        Some(places::of_trade(&self.stream.last_known()?))
    }

    /// The error of who waited for something that the stream ended without, as JSON text.
    #[napi(catch_unwind)]
    pub fn ended_without(&self) -> String {
        self.stream.ended_without().to_json()
    }

    /// The error of who waited for something for so long, as JSON text.
    #[napi(catch_unwind)]
    pub fn too_late(&self, seconds: f64) -> String {
        self.stream.too_late(Duration::try_from_secs_f64(seconds).unwrap_or_default()).to_json()
    }
}

/// A pull that nobody waits for any more would keep the stream open.
impl Drop for NativeEvents {
    fn drop(&mut self) {
        self.stream.close();
    }
}

pub(crate) fn end(end: &StreamEnd) -> serde_json::Value {
    match end {
        StreamEnd::Closed(outcome) => serde_json::json!({ "end": "closed", "outcome": outcome.as_str() }),
        StreamEnd::NoLongerAvailable => serde_json::json!({ "end": "noLongerAvailable" }),
    }
}
