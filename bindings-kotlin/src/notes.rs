//! What changes in how trades are followed.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use autoplus::{StreamChange, StreamNote, StreamNotes};

use crate::failure::FailureParts;
use crate::handover::{Handover, at_least_one};

/// Who listens. One call of `ready` and `take` at a time.
#[derive(uniffi::Object)]
pub struct NativeNotes(Mutex<Listening>);

struct Listening {
    /// None once nobody listens any more.
    notes: Option<Arc<StreamNotes>>,
    handover: Handover<StreamNote>,
    missed: u64,
    /// Whoever waits for the next note.
    waker: Option<Waker>,
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
        let notes = Some(Arc::new(notes));
        Self(Mutex::new(Listening { notes, handover: Handover::default(), missed: 0, waker: None }))
    }

    fn listening(&self) -> MutexGuard<'_, Listening> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[uniffi::export]
impl NativeNotes {
    /// Waits until there are notes to take; false once the client or this was closed. Dropping the future loses nothing.
    pub async fn ready(&self, max: i32) -> bool {
        let notes = {
            let listening = self.listening();
            match &listening.notes {
                None => return false,
                Some(_) if listening.handover.waits() => return true,
                Some(notes) => notes.clone(),
            }
        };
        let mut next = pin!(notes.next_batch(at_least_one(max)));
        let fetched = poll_fn(|context| {
            let mut listening = self.listening();
            if listening.notes.is_none() {
                return Poll::Ready(Vec::new());
            }
            listening.waker = Some(context.waker().clone());
            drop(listening);
            next.as_mut().poll(context)
        })
        .await;
        let any = !fetched.is_empty();
        self.listening().handover.put(fetched);
        any
    }

    /// What is ready, in one go.
    pub fn take(&self, max: i32) -> Vec<NoteParts> {
        self.listening().handover.take(at_least_one(max)).iter().map(NoteParts::from).collect()
    }

    /// What was taken last didn't arrive: it comes again.
    pub fn give_back(&self) {
        self.listening().handover.give_back();
    }

    /// How many were given up because too many waited.
    pub fn missed(&self) -> i64 {
        let listening = self.listening();
        listening.notes.as_ref().map_or(listening.missed, |notes| notes.missed()).cast_signed()
    }

    /// Stops listening.
    pub fn stop(&self) {
        let mut listening = self.listening();
        if let Some(notes) = listening.notes.take() {
            listening.missed = notes.missed();
        }
        let waker = listening.waker.take();
        drop(listening);
        // Without the lock: who wakes may look at once.
        waker.into_iter().for_each(Waker::wake);
    }
}
