//! Where all trades of a watch come together.

use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::Notify;

use super::Watched;
use super::lines::{Draft, Line, Lines};
use crate::client::Client;
use crate::client::streams::{Follower, Listener, Named};
use crate::error::Error;
use crate::protocol::assumptions::WATCH_ROOM;

pub(super) struct Hub {
    pub(super) client: Client,
    consumer: Option<String>,
    lines: Mutex<Lines>,
    changed: Notify,
    closed: AtomicBool,
    started: AtomicBool,
    /// Events that wait, over all trades.
    buffered: AtomicIsize,
    full: AtomicBool,
    me: Weak<Self>,
}

impl Hub {
    pub(super) fn new(client: Client, consumer: Option<String>) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            client,
            consumer,
            lines: Mutex::default(),
            changed: Notify::new(),
            closed: AtomicBool::new(false),
            started: AtomicBool::new(false),
            buffered: AtomicIsize::new(0),
            full: AtomicBool::new(false),
            me: me.clone(),
        })
    }

    pub(super) fn consumer(&self) -> Option<&str> {
        self.consumer.as_deref()
    }

    pub(super) fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(super) fn wake(&self) {
        self.changed.notify_one();
    }

    pub(super) fn add(&self, trade_id: &str) -> bool {
        let Some(me) = self.me.upgrade() else { return false };
        {
            let mut lines = self.lines();
            if self.is_closed() || lines.all.contains_key(trade_id) {
                return false;
            }
            let id: Arc<str> = trade_id.into();
            let follower = Arc::new(Follower::new(id.clone(), Some(me)));
            lines.all.insert(id.clone(), Line::new(follower));
            lines.joining.push(id);
        }
        if self.started.load(Ordering::Acquire) {
            self.join();
        }
        true
    }

    pub(super) fn remove(&self, trade_id: &str) -> bool {
        // Dropped without the lock: a feed tells its followers while it holds its own.
        let line = self.lines().all.remove(trade_id);
        if let Some(line) = &line {
            line.follower.clear();
        }
        line.is_some()
    }

    pub(super) fn trades(&self) -> Vec<String> {
        let mut trades: Vec<String> = self.lines().all.keys().map(|id| id.to_string()).collect();
        trades.sort();
        trades
    }

    pub(super) fn join(&self) {
        let join = !std::mem::replace(&mut self.lines().is_joining, true);
        if join {
            super::joining::join(self.me.clone(), &self.client);
        }
    }

    /// Everything that `next` gave before is finished.
    pub(super) async fn next_batch(&self, max: usize) -> Result<Vec<Watched>, Error> {
        self.pull(max, false).await
    }

    pub(super) async fn take(&self) -> Result<Option<Watched>, Error> {
        Ok(self.pull(1, true).await?.pop())
    }

    async fn pull(&self, max: usize, for_worker: bool) -> Result<Vec<Watched>, Error> {
        if !self.started.swap(true, Ordering::AcqRel) {
            self.join();
        }
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.is_closed() {
                return Ok(Vec::new());
            }
            self.client.check_open()?;
            let token = self.client.token_generation();
            let mut drafted = Drafted::new(self, |lines| {
                let finished = std::mem::take(&mut lines.given);
                let mut draft = lines.draft(&finished, max, for_worker, token);
                (draft.for_next, draft.from_given) = (!for_worker, true);
                draft
            });
            if drafted.draft.is_none() {
                changed.await;
                continue;
            }
            let items = drafted.write().await?;
            if !items.is_empty() {
                return Ok(items);
            }
        }
    }

    pub(super) async fn done(&self, watched: &Watched) -> Result<(), Error> {
        let token = self.client.token_generation();
        let mut drafted = Drafted::new(self, |lines| match lines.all.get_key_value(watched.trade_id()) {
            Some((id, line)) if line.is_last(watched) => {
                let id = id.clone();
                lines.draft(&[id], 0, true, token)
            }
            Some((_, line)) => line.finish_earlier(watched),
            None => Draft::default(),
        });
        drafted.write().await.map(|_| ())
    }

    pub(super) fn give_back(&self, watched: &Watched) {
        if self.lines().give_back(watched) {
            self.wake();
        }
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        let lines = std::mem::take(&mut *self.lines());
        let mut names = Vec::new();
        for (_, mut line) in lines.all {
            line.place = None;
            names.extend(line.named.take());
        }
        Named::leave_all(names);
        self.changed.notify_waiters();
    }
}

impl Listener for Hub {
    fn heard(&self, trade_id: &str) {
        if self.lines().heard(trade_id) {
            self.wake();
        }
        if self.client.is_closed() {
            self.changed.notify_waiters();
        }
    }

    fn has_room(&self) -> bool {
        let room = || self.buffered.load(Ordering::Acquire) < WATCH_ROOM.cast_signed();
        if room() {
            return true;
        }
        self.full.store(true, Ordering::Release);
        room()
    }

    fn buffered(&self, change: isize) {
        let buffered = self.buffered.fetch_add(change, Ordering::AcqRel) + change;
        if buffered < WATCH_ROOM.cast_signed() / 2 && self.full.swap(false, Ordering::AcqRel) {
            self.client.shared.feeds.wake();
        }
    }
}

/// A draft that is undone unless it was written: whoever waits may be cancelled at any moment.
struct Drafted<'a> {
    hub: &'a Hub,
    draft: Option<Draft>,
}

impl<'a> Drafted<'a> {
    fn new(hub: &'a Hub, draft: impl FnOnce(&mut Lines) -> Draft) -> Self {
        // An empty one isn't undone: that would wake whoever waits, who would draft again.
        let draft = Some(draft(&mut hub.lines())).filter(|draft| !draft.is_empty());
        Self { hub, draft }
    }

    async fn write(&mut self) -> Result<Vec<Watched>, Error> {
        let Some(draft) = &mut self.draft else { return Ok(Vec::new()) };
        self.hub.client.write_down(std::mem::take(&mut draft.progress)).await?;
        let Some(draft) = self.draft.take() else { return Ok(Vec::new()) };
        let (left, more) = {
            let mut lines = self.hub.lines();
            let left = lines.commit(&draft);
            if draft.for_next {
                lines.given.extend(draft.handed_ids());
            }
            (left, lines.is_ready())
        };
        drop(left);
        if more {
            self.hub.wake();
        }
        Ok(draft.items)
    }
}

impl Drop for Drafted<'_> {
    fn drop(&mut self) {
        if let Some(draft) = self.draft.take() {
            self.hub.lines().undo(draft);
            self.hub.wake();
        }
    }
}
