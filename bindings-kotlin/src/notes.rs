//! What changes in how trades are followed.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use autoplus::{StreamChange, StreamNote, StreamNotes};

use crate::failure::{BridgeError, FailureParts};
use crate::ffi::targets::{Number, Target};
use crate::handover::{Batch, Handover, at_least_one};

/// Who listens. One call of `next` at a time.
#[derive(uniffi::Object)]
pub struct NativeNotes {
    notes: StreamNotes,
    handover: Mutex<Handover<StreamNote>>,
    number: OnceLock<Number>,
}

/// A note.
#[derive(Debug, Clone, uniffi::Record)]
pub struct NoteParts {
    /// The trade's thread id.
    pub trade_id: String,
    /// What changed.
    pub change: String,
    /// What went wrong, where something did.
    pub failure: Option<FailureParts>,
    /// How long nothing came, where that is what is told.
    pub silent_for: Option<Duration>,
}

impl From<&StreamNote> for NoteParts {
    fn from(note: &StreamNote) -> Self {
        let silent_for = match note.change {
            StreamChange::Silent(lasting) => Some(lasting),
            _ => None,
        };
        Self {
            trade_id: note.trade_id.clone(),
            change: note.change.as_str().to_owned(),
            failure: note.change.error().cloned().map(FailureParts::from),
            silent_for,
        }
    }
}

impl NativeNotes {
    pub(crate) fn new(notes: StreamNotes) -> Self {
        Self { notes, handover: Mutex::default(), number: OnceLock::new() }
    }

    fn handover(&self) -> MutexGuard<'_, Handover<StreamNote>> {
        self.handover.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What changed next, at most so much; nothing once the client or this was closed. What was taken and not seen comes
    /// again. Dropping the future loses nothing.
    pub(crate) async fn next(&self, max: i32, seen: i64) -> Result<Batch<StreamNote>, BridgeError> {
        self.handover().settle(seen);
        if self.notes.is_closed() {
            return Ok(self.handover().end());
        }
        if !self.handover().waits() {
            let fetched = self.notes.next_batch(at_least_one(max)).await;
            if fetched.is_empty() {
                return Ok(self.handover().end());
            }
            self.handover().put(fetched);
        }
        Ok(self.handover().take(at_least_one(max)))
    }
}

#[uniffi::export]
impl NativeNotes {
    /// Under which its calls are made.
    pub fn number(self: Arc<Self>) -> i64 {
        self.number.get_or_init(|| Number::of(Target::Notes(Arc::downgrade(&self)))).get()
    }

    /// How many were given up because too many waited.
    pub fn missed(&self) -> i64 {
        self.notes.missed().cast_signed()
    }

    /// Stops listening.
    pub fn stop(&self) {
        self.notes.close();
    }
}
