//! A view inside: told when something changes, for logs and alarms.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use tokio::sync::broadcast::{self, error::RecvError, error::TryRecvError};
use tokio::sync::watch;

use crate::client::Client;
use crate::client::pulling::Pulling;
use crate::error::Error;
use crate::protocol::assumptions::NOTES_KEPT;

/// Something changed in how a trade is followed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StreamNote {
    /// The trade's thread id.
    pub trade_id: String,
    /// What changed.
    pub change: StreamChange,
}

/// What changed in how a trade is followed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum StreamChange {
    /// The first stream of this client follows it.
    Opened,
    /// The last stream of this client left it.
    Closed,
    /// A poll failed; it is tried again. Told once until one is answered.
    Failing(Error),
    /// Nothing came for so long, which is longer than a poll may take. Told once until something comes.
    Silent(Duration),
    /// A poll was answered again.
    Recovered,
    /// The server refuses for good.
    Refused(Error),
    /// History had expired: a snapshot came in place of events.
    Gap,
}

impl StreamChange {
    /// Its name in the bindings and in logs.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Closed => "closed",
            Self::Failing(_) => "failing",
            Self::Silent(_) => "silent",
            Self::Recovered => "recovered",
            Self::Refused(_) => "refused",
            Self::Gap => "gap",
        }
    }

    /// What went wrong, where something did.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Failing(error) | Self::Refused(error) => Some(error),
            _ => None,
        }
    }
}

/// Where notes are handed to all who listen.
#[derive(Default)]
pub(super) struct Notes(Mutex<Option<broadcast::Sender<StreamNote>>>);

impl Notes {
    /// Costs nothing while nobody listens.
    pub(super) fn tell(&self, trade_id: &str, change: impl FnOnce() -> StreamChange) {
        if let Some(listeners) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner)
            && listeners.receiver_count() > 0
        {
            let _ = listeners.send(StreamNote { trade_id: trade_id.to_owned(), change: change() });
        }
    }

    fn listen(&self) -> broadcast::Receiver<StreamNote> {
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.get_or_insert_with(|| broadcast::Sender::new(NOTES_KEPT)).subscribe()
    }

    /// Those who listen come to an end.
    pub(super) fn end(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// What changes in how a client's trades are followed, from the moment it was asked for. Ends when it or the client is
/// closed.
///
/// Nobody waits for whoever listens: of more than 1024 notes that wait, the oldest are given up and counted as missed.
pub struct StreamNotes {
    heard: Arc<Heard>,
    pulling: Pulling<StreamNote>,
}

struct Heard {
    /// None once it was closed and nobody waits any more.
    notes: tokio::sync::Mutex<Option<broadcast::Receiver<StreamNote>>>,
    closed: watch::Sender<bool>,
    missed: AtomicU64,
}

impl Client {
    /// Tells when something changes in how this client's trades are followed: trouble, silence, recovery, gaps. Sends nothing.
    pub fn stream_notes(&self) -> Result<StreamNotes, Error> {
        self.check_open()?;
        let notes = tokio::sync::Mutex::new(Some(self.shared.feeds.notes().listen()));
        let heard = Arc::new(Heard { notes, closed: watch::Sender::new(false), missed: AtomicU64::new(0) });
        Ok(StreamNotes { heard, pulling: Pulling::default() })
    }
}

impl Heard {
    async fn next_batch(&self, max: usize) -> Vec<StreamNote> {
        let mut closed = self.closed.subscribe();
        tokio::select! {
            biased;
            _ = closed.wait_for(|closed| *closed) => {
                self.let_go();
                Vec::new()
            }
            batch = self.pull(max) => batch,
        }
    }

    async fn pull(&self, max: usize) -> Vec<StreamNote> {
        let mut notes = self.notes.lock().await;
        let mut batch = Vec::new();
        let Some(notes) = notes.as_mut() else { return batch };
        while batch.is_empty() {
            match notes.recv().await {
                Ok(note) => batch.push(note),
                Err(RecvError::Lagged(missed)) => self.miss(missed),
                Err(RecvError::Closed) => return batch,
            }
        }
        while batch.len() < max {
            match notes.try_recv() {
                Ok(note) => batch.push(note),
                Err(TryRecvError::Lagged(missed)) => self.miss(missed),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        batch
    }

    /// Nothing is kept for whoever listens no longer. One who still waits does it in its turn.
    fn let_go(&self) {
        if let Ok(mut notes) = self.notes.try_lock() {
            *notes = None;
        }
    }

    fn miss(&self, missed: u64) {
        self.missed.fetch_add(missed, Ordering::Relaxed);
    }
}

impl StreamNotes {
    /// What changed next; none once this or the client is closed. Dropping the future loses nothing.
    pub async fn next(&self) -> Option<StreamNote> {
        self.next_batch(1).await.pop()
    }

    /// What changed next, at least one and at most `max`; empty once this or the client is closed.
    pub async fn next_batch(&self, max: usize) -> Vec<StreamNote> {
        self.heard.next_batch(max.max(1)).await
    }

    /// Listens no longer. Whoever waits for the next note gets none.
    pub fn close(&self) {
        self.heard.closed.send_replace(true);
        self.heard.let_go();
    }

    /// Whether [`close`](Self::close) was called.
    pub fn is_closed(&self) -> bool {
        *self.heard.closed.borrow()
    }

    /// How many were given up because too many waited.
    pub fn missed(&self) -> u64 {
        self.heard.missed.load(Ordering::Relaxed)
    }
}

impl Stream for StreamNotes {
    type Item = StreamNote;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<StreamNote>> {
        let heard = self.heard.clone();
        let next = || async move { Ok(heard.next_batch(1).await.pop()) };
        self.pulling.poll_next(context, next).map(|note| note.and_then(Result::ok))
    }
}

impl std::fmt::Debug for StreamNotes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StreamNotes").field("missed", &self.missed()).finish_non_exhaustive()
    }
}
