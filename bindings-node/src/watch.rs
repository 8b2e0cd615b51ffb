//! A watch over many trades, pulled like a stream.

use std::sync::Arc;

use autoplus::{Watch, Watched};
use napi::bindgen_prelude::Either3;
use napi_derive::napi;
use serde_json::value::RawValue;

use crate::calls::{NativeCalls, Value};
use crate::events;
use crate::failure::Failure;
use crate::places;

#[napi]
pub struct NativeWatch {
    watch: Arc<Watch>,
    calls: NativeCalls,
}

impl NativeWatch {
    pub(crate) fn new(watch: Watch, calls: NativeCalls) -> Self {
        Self { watch: Arc::new(watch), calls }
    }
}

#[napi]
impl NativeWatch {
    #[napi(catch_unwind)]
    pub fn add(&self, trade_id: String) -> napi::Result<bool> {
        Ok(self.watch.add(&trade_id).map_err(Failure::from)?)
    }

    #[napi(catch_unwind)]
    pub fn remove(&self, trade_id: String) -> bool {
        self.watch.remove(&trade_id)
    }

    #[napi(catch_unwind)]
    pub fn trades(&self) -> Vec<String> {
        self.watch.trades()
    }

    /// What comes next; none once the watch was closed.
    #[napi(catch_unwind)]
    pub fn next_batch(&self, call: u32, max: i64) {
        let (watch, max) = (self.watch.clone(), usize::try_from(max).unwrap_or(1));
        self.calls.read(call, async move { given(watch.next_batch(max).await?) });
    }

    /// What comes next for one of several workers, alone in its list.
    #[napi(catch_unwind)]
    pub fn take(&self, call: u32) {
        let watch = self.watch.clone();
        self.calls.read(call, async move { given(watch.take().await?) });
    }

    #[napi(catch_unwind)]
    pub fn done(&self, call: u32, watched: &NativeWatched) {
        let (watch, watched) = (self.watch.clone(), watched.watched.clone());
        self.calls.mutate(call, async move {
            watch.done(&watched).await?;
            Ok(Value::nothing())
        });
    }

    #[napi(catch_unwind)]
    pub fn give_back(&self, watched: &NativeWatched) {
        self.watch.give_back(&watched.watched);
    }

    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.watch.close();
    }
}

/// A pull that nobody waits for any more would keep the watch open.
impl Drop for NativeWatch {
    fn drop(&mut self) {
        self.watch.close();
    }
}

/// One item, which `done` takes back.
#[napi]
pub struct NativeWatched {
    watched: Watched,
}

/// What may be seen of each item, and the items.
fn given(items: impl IntoIterator<Item = Watched>) -> Result<Value, Failure> {
    let (mut seen, mut native) = (String::from("["), Vec::new());
    for watched in items {
        if !native.is_empty() {
            seen.push(',');
        }
        push(&watched, &mut seen)?;
        native.push(Either3::A(NativeWatched { watched }));
    }
    seen.push(']');
    Ok(Value::Native(seen, native))
}

fn push(watched: &Watched, out: &mut String) -> Result<(), Failure> {
    match watched {
        Watched::Event(event) => {
            out.push_str("{\"event\":");
            places::push_event(event, out);
            out.push('}');
        }
        Watched::Ended { trade_id, end, last_known } => {
            let last_known = last_known.as_ref().map(|trade| RawValue::from_string(places::of_trade(trade)));
            let (end, last_known) = (events::end(end), last_known.transpose()?);
            out.push_str(&serde_json::to_string(&Ended { trade_id, end, last_known })?);
        }
        Watched::Failed { trade_id, error, over } => {
            // The error as a text of its own, as every error arrives.
            let error = error.to_json();
            let told = serde_json::json!({ "tradeId": trade_id, "error": error, "over": over });
            out.push_str(&told.to_string());
        }
        _ => return Err(Failure::defect("a watch gave something new")),
    }
    Ok(())
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Ended<'a> {
    trade_id: &'a str,
    end: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_known: Option<Box<RawValue>>,
}
