//! What changes in how trades are followed.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use autoplus::{StreamChange, StreamNote, StreamNotes};

use crate::failure::FailureParts;
use crate::handover::{Handover, at_least_one};

/// Who listens. One call of `ready` and `take` at a time.
#[derive(uniffi::Object)]
pub struct NativeNotes {
    notes: StreamNotes,
    handover: Mutex<Handover<StreamNote>>,
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
        Self { notes, handover: Mutex::default() }
    }

    fn handover(&self) -> MutexGuard<'_, Handover<StreamNote>> {
        self.handover.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[uniffi::export]
impl NativeNotes {
    /// Waits until there are notes to take; false once the client or this was closed. Dropping the future loses nothing.
    pub async fn ready(&self, max: i32) -> bool {
        if self.notes.is_closed() {
            return false;
        }
        if self.handover().waits() {
            return true;
        }
        let fetched = self.notes.next_batch(at_least_one(max)).await;
        let any = !fetched.is_empty();
        self.handover().put(fetched);
        any
    }

    /// What is ready, in one go.
    pub fn take(&self, max: i32) -> Vec<NoteParts> {
        self.handover().take(at_least_one(max)).iter().map(NoteParts::from).collect()
    }

    /// What was taken last didn't arrive: it comes again.
    pub fn give_back(&self) {
        self.handover().give_back();
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
