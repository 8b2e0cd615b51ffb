//! What changes in how trades are followed, pulled like a stream.

use std::sync::Arc;

use autoplus::{StreamChange, StreamNote, StreamNotes};
use napi_derive::napi;
use serde_json::json;

use crate::calls::{NativeCalls, Value};
use crate::failure::Failure;

#[napi]
pub struct NativeNotes {
    /// Nothing is kept for notes that were closed.
    notes: Option<Arc<StreamNotes>>,
    missed: u64,
    calls: NativeCalls,
}

impl NativeNotes {
    pub(crate) fn new(notes: StreamNotes, calls: NativeCalls) -> Self {
        Self { notes: Some(Arc::new(notes)), missed: 0, calls }
    }
}

#[napi]
impl NativeNotes {
    /// What changed next, each as JSON text; none once the client was closed.
    #[napi(catch_unwind)]
    pub fn next_batch(&self, call: u32, max: i64) {
        let (notes, max) = (self.notes.clone(), usize::try_from(max).unwrap_or(1));
        self.calls.read(call, async move {
            let notes = match notes {
                Some(notes) => notes.next_batch(max).await,
                None => Vec::new(),
            };
            Ok::<_, Failure>(Value::B(notes.iter().map(text).collect()))
        });
    }

    /// How many were given up because too many waited.
    #[napi(catch_unwind)]
    pub fn missed(&self) -> i64 {
        let missed = self.notes.as_ref().map_or(self.missed, |notes| notes.missed());
        i64::try_from(missed).unwrap_or(i64::MAX)
    }

    /// A call under way goes on until it is canceled.
    #[napi(catch_unwind)]
    pub fn close(&mut self) {
        if let Some(notes) = self.notes.take() {
            self.missed = notes.missed();
        }
    }
}

fn text(note: &StreamNote) -> String {
    let mut told = json!({ "tradeId": note.trade_id, "change": note.change.as_str() });
    if let Some(error) = note.change.error() {
        // A text of its own, as every error arrives.
        told["error"] = json!(error.to_json());
    }
    if let StreamChange::Silent(how_long) = note.change {
        told["silentMs"] = json!(u64::try_from(how_long.as_millis()).unwrap_or(u64::MAX));
    }
    told.to_string()
}
