//! The events of one trade.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use autoplus::{EventStream, StreamEnd, TradeEvent};

use crate::failure::{BridgeError, FailureParts};
use crate::ffi::targets::{Number, Target};
use crate::handover::{Batch, Handover, at_least_one};
use crate::models::TradeParts;

/// A stream of events. One call of `next` at a time.
#[derive(uniffi::Object)]
pub struct NativeStream {
    stream: EventStream,
    handover: Mutex<Reached>,
    closed: AtomicBool,
    number: OnceLock<Number>,
}

/// What is on its way, and the offset before it.
#[derive(Default)]
struct Reached {
    events: Handover<TradeEvent>,
    before: Option<i64>,
}

/// How a stream ended.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum EndParts {
    /// The trade closed.
    Closed {
        /// How, as far as the events told.
        outcome: String,
    },
    /// The server no longer has the trade.
    NoLongerAvailable,
}

impl From<StreamEnd> for EndParts {
    fn from(end: StreamEnd) -> Self {
        match end {
            StreamEnd::Closed(outcome) => Self::Closed { outcome: outcome.to_string() },
            StreamEnd::NoLongerAvailable => Self::NoLongerAvailable,
        }
    }
}

impl NativeStream {
    pub(crate) fn new(stream: EventStream) -> Self {
        Self { stream, handover: Mutex::default(), closed: AtomicBool::new(false), number: OnceLock::new() }
    }

    fn reached(&self) -> MutexGuard<'_, Reached> {
        self.handover.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next events, at most so many; none once the stream ended or was closed. It says that what was seen last is
    /// finished; what was taken and not seen comes again. Dropping the future loses nothing.
    pub(crate) async fn next(&self, max: i32, seen: i64) -> Result<Batch<TradeEvent>, BridgeError> {
        self.reached().events.settle(seen);
        if !self.ready(max).await? {
            return Ok(self.reached().events.end());
        }
        let mut reached = self.reached();
        reached.before = reached.events.given().last().map(TradeEvent::offset).or(reached.before);
        Ok(reached.events.take(at_least_one(max)))
    }

    async fn ready(&self, max: i32) -> Result<bool, BridgeError> {
        if self.reached().events.waits() {
            return Ok(!self.closed.load(Ordering::Acquire));
        }
        let before = self.stream.offset();
        let events = self.stream.next_batch(at_least_one(max)).await?;
        let any = !events.is_empty();
        let mut reached = self.reached();
        reached.before = before;
        reached.events.put(events);
        Ok(any)
    }

    /// Says that all that was seen is finished; later, if some of what was fetched with it still waits.
    pub(crate) async fn commit(&self, seen: i64) -> Result<(), BridgeError> {
        let all_seen = {
            let reached = self.reached();
            reached.events.was_seen(seen) && !reached.events.waits()
        };
        if all_seen {
            self.stream.commit().await?;
        }
        Ok(())
    }
}

#[uniffi::export]
impl NativeStream {
    /// Under which its calls are made.
    pub fn number(self: Arc<Self>) -> i64 {
        self.number.get_or_init(|| Number::of(Target::Stream(Arc::downgrade(&self)))).get()
    }

    /// How it ended, once all its events were seen.
    pub fn end(&self, seen: i64) -> Option<EndParts> {
        let reached = self.reached();
        if reached.events.waits() || !reached.events.was_seen(seen) {
            return None;
        }
        drop(reached);
        self.stream.end().map(EndParts::from)
    }

    /// The trade as the last event that came shows it.
    pub fn last_known(&self) -> Option<TradeParts> {
        self.stream.last_known().as_ref().map(TradeParts::from)
    }

    /// The offset of the last event that was seen.
    pub fn offset(&self, seen: i64) -> Option<i64> {
        let reached = self.reached();
        if !reached.events.was_seen(seen) {
            return reached.before;
        }
        match reached.events.given().last() {
            Some(event) => Some(event.offset()),
            None if reached.events.waits() => reached.before,
            None => self.stream.offset(),
        }
    }

    /// Why waiting for something ended with the stream.
    pub fn ended_without(&self) -> FailureParts {
        self.stream.ended_without().into()
    }

    /// Why waiting for something ended before the stream.
    pub fn too_late(&self, timeout: Duration) -> FailureParts {
        self.stream.too_late(timeout).into()
    }

    /// Ends the stream and its poll.
    pub fn stop(&self) {
        self.closed.store(true, Ordering::Release);
        self.stream.close();
    }
}
