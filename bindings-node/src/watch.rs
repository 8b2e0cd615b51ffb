//! A watch over many trades, pulled like a stream.

use std::sync::Arc;

use autoplus::{Watch, Watched};
use napi_derive::napi;

use crate::calls::{NativeCalls, Value};
use crate::events;
use crate::failure::Failure;

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
            Ok(Value::A("null".to_owned()))
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
    text: String,
}

#[napi]
impl NativeWatched {
    /// As JSON text, once: who read it keeps it.
    #[napi(catch_unwind)]
    pub fn text(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

fn given(items: impl IntoIterator<Item = Watched>) -> Result<Value, Failure> {
    let native = |watched: Watched| Ok(NativeWatched { text: text(&watched)?, watched });
    Ok(Value::C(items.into_iter().map(native).collect::<Result<_, Failure>>()?))
}

fn text(watched: &Watched) -> Result<String, Failure> {
    match watched {
        Watched::Event(event) => events::text(event),
        Watched::Ended { trade_id, end, last_known } => {
            let end = events::end(end);
            let last_known = last_known.as_ref();
            Ok(serde_json::to_string(&Ended { trade_id, end, last_known })?)
        }
        Watched::Failed { trade_id, error, over } => {
            // The error as a text of its own, as every error arrives.
            let error = error.to_json();
            Ok(serde_json::json!({ "tradeId": trade_id, "error": error, "over": over }).to_string())
        }
        _ => Err(Failure::defect("a watch gave something new")),
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Ended<'a> {
    trade_id: &'a str,
    end: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_known: Option<&'a autoplus::Trade>,
}
