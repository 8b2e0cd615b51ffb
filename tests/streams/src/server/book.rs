//! The trades with what happened to them, and who waits for more.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use tokio::sync::watch;

/// A trade without a poll for this long was lost: a client's next poll comes within milliseconds.
const AWAY: Duration = Duration::from_secs(2);

pub(crate) struct Book {
    trades: Vec<Tracked>,
    pub(crate) counts: Counts,
}

/// What is counted over all trades.
#[derive(Default)]
pub(crate) struct Counts {
    waiting: AtomicUsize,
    polls: AtomicU64,
    dropped: AtomicU64,
    most_at_once: AtomicUsize,
    emitted: AtomicU64,
    pub(crate) connections: AtomicUsize,
    pub(crate) most_connections: AtomicUsize,
    pub(crate) accepted: AtomicU64,
    pub(crate) broken_handshakes: AtomicU64,
}

/// One trade.
pub(crate) struct Tracked {
    /// When each event happened, in microseconds since 1970; the first has the id 2, after the trade's creation.
    happened: Mutex<Vec<u64>>,
    last_id: watch::Sender<u64>,
    polls: AtomicUsize,
    /// Somebody waited here with an offset: the stream was established.
    established: AtomicBool,
    last_seen: Mutex<Instant>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stats {
    /// Trades on which somebody ever waited.
    established: usize,
    /// Polls that are held now.
    waiting: usize,
    /// Established trades without a poll for longer than a moment.
    lost: usize,
    polls: u64,
    /// Polls whose client left before the answer.
    dropped: u64,
    /// The most polls that one trade had at once.
    most_at_once: usize,
    emitted: u64,
    connections: usize,
    most_connections: usize,
    accepted: u64,
    broken_handshakes: u64,
}

impl Book {
    /// One trade more than is counted: the last is there for whoever warms up.
    pub(crate) fn new(trades: usize) -> Self {
        Self { trades: (0..=trades).map(|_| Tracked::new()).collect(), counts: Counts::default() }
    }

    pub(crate) fn trade(&self, at: usize) -> Option<&Tracked> {
        self.trades.get(at)
    }

    /// Something happens to a trade, now.
    pub(crate) fn emit(&self) {
        if let Some(trade) = self.trades.get(fastrand::usize(..self.trades.len() - 1)) {
            lock(&trade.happened).push(now_micros());
            trade.last_id.send_modify(|id| *id += 1);
            self.counts.emitted.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn stats(&self) -> Stats {
        let counts = &self.counts;
        let counted = self.trades.iter().rev().skip(1);
        let established: Vec<_> = counted.filter(|trade| trade.established.load(Ordering::Relaxed)).collect();
        Stats {
            established: established.len(),
            waiting: counts.waiting.load(Ordering::Relaxed),
            lost: established.iter().filter(|trade| trade.is_lost()).count(),
            polls: counts.polls.load(Ordering::Relaxed),
            dropped: counts.dropped.load(Ordering::Relaxed),
            most_at_once: counts.most_at_once.load(Ordering::Relaxed),
            emitted: counts.emitted.load(Ordering::Relaxed),
            connections: counts.connections.load(Ordering::Relaxed),
            most_connections: counts.most_connections.load(Ordering::Relaxed),
            accepted: counts.accepted.load(Ordering::Relaxed),
            broken_handshakes: counts.broken_handshakes.load(Ordering::Relaxed),
        }
    }
}

impl Tracked {
    fn new() -> Self {
        Self {
            happened: Mutex::default(),
            last_id: watch::Sender::new(1),
            polls: AtomicUsize::new(0),
            established: AtomicBool::new(false),
            last_seen: Mutex::new(Instant::now()),
        }
    }

    pub(crate) fn last_id(&self) -> u64 {
        *self.last_id.borrow()
    }

    /// Ids and times of what happened after `offset`, once there is something; none if nothing did for so long.
    pub(crate) async fn after(&self, offset: u64, hold: Duration, counts: &Counts) -> Vec<(u64, u64)> {
        self.established.store(true, Ordering::Relaxed);
        let _waiting = Counted::new(&counts.waiting);
        let mut last_id = self.last_id.subscribe();
        let more = tokio::time::timeout(hold, last_id.wait_for(|id| *id > offset)).await.is_ok();
        if !more {
            return Vec::new();
        }
        let known = usize::try_from(offset.saturating_sub(1)).unwrap_or(usize::MAX);
        (offset.max(1) + 1..).zip(lock(&self.happened).iter().skip(known).copied()).collect()
    }

    fn is_lost(&self) -> bool {
        self.polls.load(Ordering::Relaxed) == 0 && lock(&self.last_seen).elapsed() > AWAY
    }
}

/// A poll from its arrival to its answer.
pub(crate) struct Poll<'a> {
    trade: &'a Tracked,
    counts: &'a Counts,
    answered: bool,
}

impl<'a> Poll<'a> {
    pub(crate) fn begin(trade: &'a Tracked, counts: &'a Counts) -> Self {
        counts.polls.fetch_add(1, Ordering::Relaxed);
        let at_once = trade.polls.fetch_add(1, Ordering::Relaxed) + 1;
        counts.most_at_once.fetch_max(at_once, Ordering::Relaxed);
        Self { trade, counts, answered: false }
    }

    pub(crate) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Poll<'_> {
    fn drop(&mut self) {
        self.trade.polls.fetch_sub(1, Ordering::Relaxed);
        *lock(&self.trade.last_seen) = Instant::now();
        if !self.answered {
            self.counts.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Counts itself while it lives.
pub(crate) struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    pub(crate) fn new(counter: &'a AtomicUsize) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Self(counter)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn now_micros() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
