//! The events of one trade.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use autoplus::{EventStream, StreamEnd, TradeEvent};

use crate::failure::{BridgeError, FailureParts};
use crate::handover::{Handover, at_least_one};
use crate::models::{EventParts, TradeParts};

/// A stream of events. One call of `ready` and `take` at a time.
#[derive(uniffi::Object)]
pub struct NativeStream {
    stream: EventStream,
    handover: Mutex<Reached>,
    closed: AtomicBool,
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
        Self { stream, handover: Mutex::default(), closed: AtomicBool::new(false) }
    }

    fn reached(&self) -> MutexGuard<'_, Reached> {
        self.handover.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[uniffi::export]
impl NativeStream {
    /// Waits until there are events to take; false once the stream ended or was closed. It says that what was taken before
    /// is finished. Dropping the future loses nothing.
    pub async fn ready(&self, max: i32) -> Result<bool, BridgeError> {
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

    /// What is ready, in one go.
    pub fn take(&self, max: i32) -> Vec<EventParts> {
        let mut reached = self.reached();
        reached.before = reached.events.given().last().map(TradeEvent::offset).or(reached.before);
        reached.events.take(at_least_one(max)).iter().map(EventParts::from).collect()
    }

    /// What was taken last didn't arrive: it comes again.
    pub fn give_back(&self) {
        self.reached().events.give_back();
    }

    /// Says that all that was taken is finished; later, if some of what was fetched with it still waits.
    pub async fn commit(&self) -> Result<(), BridgeError> {
        if self.reached().events.waits() {
            return Ok(());
        }
        Ok(self.stream.commit().await?)
    }

    /// How it ended, once all its events were taken.
    pub fn end(&self) -> Option<EndParts> {
        if self.reached().events.waits() {
            return None;
        }
        self.stream.end().map(EndParts::from)
    }

    /// The trade as the last event that came shows it.
    pub fn last_known(&self) -> Option<TradeParts> {
        self.stream.last_known().as_ref().map(TradeParts::from)
    }

    /// The offset of the last event that was taken.
    pub fn offset(&self) -> Option<i64> {
        let reached = self.reached();
        match reached.events.given().last() {
            Some(event) => Some(event.offset()),
            None if reached.events.waits() => reached.before,
            None => self.stream.offset(),
        }
    }

    /// The offset before what was taken last.
    pub fn offset_before(&self) -> Option<i64> {
        self.reached().before
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
