//! What changes in how trades are followed, pulled like a stream.

use std::sync::Arc;

use autoplus::{StreamChange, StreamNote, StreamNotes};
use napi_derive::napi;
use serde_json::json;

use crate::calls::{NativeCalls, Value};
use crate::failure::Failure;

#[napi]
pub struct NativeNotes {
    notes: Arc<StreamNotes>,
    calls: NativeCalls,
}

impl NativeNotes {
    pub(crate) fn new(notes: StreamNotes, calls: NativeCalls) -> Self {
        Self { notes: Arc::new(notes), calls }
    }
}

#[napi]
impl NativeNotes {
    /// What changed next; none once these or the client were closed.
    #[napi(catch_unwind)]
    pub fn next_batch(&self, call: u32, max: i64) {
        let (notes, max) = (self.notes.clone(), usize::try_from(max).unwrap_or(1));
        self.calls.read(call, async move {
            let notes = notes.next_batch(max).await;
            Ok::<_, Failure>(Value::Json(serde_json::Value::from_iter(notes.iter().map(told)).to_string()))
        });
    }

    /// How many were given up because too many waited.
    #[napi(catch_unwind)]
    pub fn missed(&self) -> i64 {
        i64::try_from(self.notes.missed()).unwrap_or(i64::MAX)
    }

    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.notes.close();
    }
}

fn told(note: &StreamNote) -> serde_json::Value {
    let mut told = json!({ "tradeId": note.trade_id, "change": note.change.as_str() });
    if let Some(error) = note.change.error() {
        // A text of its own, as every error arrives.
        told["error"] = json!(error.to_json());
    }
    if let StreamChange::Silent(how_long) = note.change {
        told["silentMs"] = json!(u64::try_from(how_long.as_millis()).unwrap_or(u64::MAX));
    }
    told
}
