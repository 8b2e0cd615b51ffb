//! All feeds of a client.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

use super::feed::Feed;
use super::follower::Follower;
use super::notes::{Notes, StreamChange};
use super::pen::Pens;
use super::stats::Counters;
use crate::client::Client;
use crate::error::Error;
use crate::protocol::assumptions::{OPENED_AT_ONCE, OPENING_GAP};

#[derive(Default)]
pub(in crate::client) struct Feeds {
    open: Mutex<HashMap<Arc<str>, Open>>,
    counters: Counters,
    notes: Notes,
    /// When the next poll may be opened.
    opening: Mutex<Option<Instant>>,
    reading: Mutex<HashSet<i64>>,
    looks: Mutex<HashMap<Box<str>, Weak<tokio::sync::Mutex<()>>>>,
    pens: Pens,
}

struct Open {
    feed: Arc<Feed>,
    task: AbortHandle,
}

impl Feeds {
    fn open(&self) -> MutexGuard<'_, HashMap<Arc<str>, Open>> {
        lock(&self.open)
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.counters
    }

    pub(super) fn notes(&self) -> &Notes {
        &self.notes
    }

    pub(super) fn pens(&self) -> &Pens {
        &self.pens
    }

    /// The streams of this client that read under a name.
    pub(super) fn reading(&self) -> MutexGuard<'_, HashSet<i64>> {
        lock(&self.reading)
    }

    pub(super) fn looks(&self) -> MutexGuard<'_, HashMap<Box<str>, Weak<tokio::sync::Mutex<()>>>> {
        lock(&self.looks)
    }

    pub(super) fn get(&self, trade_id: &str) -> Option<Arc<Feed>> {
        self.open().get(trade_id).map(|open| open.feed.clone())
    }

    pub(super) fn all(&self) -> Vec<Arc<Feed>> {
        self.open().values().map(|open| open.feed.clone()).collect()
    }

    /// Counts how often a poll was begun anew.
    pub(super) fn reconnected(&self) {
        self.counters.reconnects.fetch_add(1, Ordering::Relaxed);
    }

    /// Thousands are opened one after another, a few at once.
    pub(super) async fn spread(&self) {
        let at = {
            let mut opening = lock(&self.opening);
            let earliest = Instant::now().checked_sub(OPENING_GAP * OPENED_AT_ONCE);
            let at = (*opening).max(earliest).unwrap_or_else(Instant::now) + OPENING_GAP;
            *opening = Some(at);
            at
        };
        sleep_until(at).await;
    }

    /// Followers look again: there is another token, or room.
    pub(in crate::client) fn wake(&self) {
        self.open().values().for_each(|open| open.feed.wake());
    }

    pub(in crate::client) fn close(&self) {
        let open: Vec<Open> = self.open().drain().map(|(_, open)| open).collect();
        for Open { feed, task } in open {
            task.abort();
            feed.tell_all();
            self.notes.tell(feed.trade_id(), || StreamChange::Closed);
        }
        self.notes.end();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A follower's place at its feed. Dropping the last one of a trade ends its poll at once.
pub(in crate::client) struct Place {
    client: Client,
    feed: Arc<Feed>,
    follower: Arc<Follower>,
    process: u32,
}

impl Client {
    /// Polls for this follower from now on.
    pub(in crate::client) fn follow(&self, follower: Arc<Follower>) -> Result<Place, Error> {
        self.check_open()?;
        let handle = self.environment().handle()?;
        let mut feeds = self.shared.feeds.open();
        let open = feeds.entry(follower.trade_id().clone()).or_insert_with_key(|trade_id| {
            let feed = Arc::new(Feed::new(trade_id.clone(), self.now()));
            self.shared.feeds.notes.tell(trade_id, || StreamChange::Opened);
            let task = handle.spawn(feed.clone().run(self.clone())).abort_handle();
            Open { feed, task }
        });
        let feed = open.feed.clone();
        feed.add(follower.clone());
        Ok(Place { client: self.clone(), feed, follower, process: std::process::id() })
    }
}

impl Place {
    /// Asks for more.
    pub(in crate::client) fn ask(&self) {
        if self.follower.ask() {
            self.feed.wake();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // In a forked child there is no poll, and its locks may be held for ever by threads of the parent.
        if self.process != std::process::id() {
            return;
        }
        let mut open = self.client.shared.feeds.open();
        let nobody_left = self.feed.remove(&self.follower);
        let trade_id = self.follower.trade_id();
        let own = open.get(trade_id).is_some_and(|open| Arc::ptr_eq(&open.feed, &self.feed));
        if nobody_left
            && own
            && let Some(open) = open.remove(trade_id)
        {
            open.task.abort();
            self.client.shared.feeds.notes.tell(trade_id, || StreamChange::Closed);
        }
        if open.is_empty() {
            self.client.rest();
        }
    }
}
