//! A view inside: what streams do, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::client::Client;
use crate::error::Error;
use crate::protocol::cursor::Counts;

/// What the streams of a client are doing and did so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamStats {
    /// Streams that are open; a watch counts once per trade.
    pub streams: u64,
    /// Trades that they follow; each has one poll.
    pub trades: u64,
    /// Polls that wait for an answer now.
    pub polls_in_flight: u64,
    /// Trades whose two polls other processes on the same store have at the moment.
    pub waiting: u64,
    /// Followed trades of which nothing came for longer than a poll may take.
    pub silent: u64,
    /// Polls that were answered readably, so far.
    pub polls: u64,
    /// Events that came, before what repeats was dropped.
    pub events: u64,
    /// Polls that were begun anew, after trouble or because a stream wanted earlier events.
    pub reconnects: u64,
    /// Snapshots that came because history had expired.
    pub gaps: u64,
    /// Events that repeated or went back and were not handed out.
    pub dropped: u64,
    /// Answers with events that led nowhere.
    pub not_advancing: u64,
}

/// How following one trade goes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FollowedTrade {
    /// The trade's thread id.
    pub trade_id: String,
    /// Streams that follow it in this client.
    pub streams: u64,
    /// Whether a poll waits for an answer.
    pub polling: bool,
    /// How long ago a poll was answered readably; none before the first.
    pub last_good_poll: Option<Duration>,
    /// Polls in a row that failed or led nowhere.
    pub failures: u32,
    /// Events that came and weren't handed out, of the stream that is furthest behind.
    pub lag: u64,
    /// Nothing came for longer than a poll may take: don't take its quiet for peace.
    pub silent: bool,
    /// What went wrong last, until a poll is answered again.
    pub error: Option<Error>,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) waiting: AtomicU64,
    pub(super) polls: AtomicU64,
    pub(super) events: AtomicU64,
    pub(super) reconnects: AtomicU64,
    pub(super) not_advancing: AtomicU64,
    gaps: AtomicU64,
    dropped: AtomicU64,
}

impl Counters {
    pub(super) fn add(&self, counts: Counts) {
        self.gaps.fetch_add(counts.gaps, Ordering::Relaxed);
        self.dropped.fetch_add(counts.dropped, Ordering::Relaxed);
    }

    /// Counts one up until what this gives is dropped.
    pub(super) fn during(counter: &AtomicU64) -> During<'_> {
        counter.fetch_add(1, Ordering::Relaxed);
        During(counter)
    }
}

pub(super) struct During<'a>(&'a AtomicU64);

impl Drop for During<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Client {
    /// What this client's streams are doing, in numbers. Sends nothing.
    pub fn stream_stats(&self) -> StreamStats {
        let followed = self.followed_trades();
        let counters = self.shared.feeds.counters();
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        StreamStats {
            streams: followed.iter().map(|trade| trade.streams).sum(),
            trades: followed.len() as u64,
            polls_in_flight: followed.iter().filter(|trade| trade.polling).count() as u64,
            waiting: read(&counters.waiting),
            silent: followed.iter().filter(|trade| trade.silent).count() as u64,
            polls: read(&counters.polls),
            events: read(&counters.events),
            reconnects: read(&counters.reconnects),
            gaps: read(&counters.gaps),
            dropped: read(&counters.dropped),
            not_advancing: read(&counters.not_advancing),
        }
    }

    /// Longer than this takes no poll that is well.
    pub(super) fn longest_silence(&self) -> Duration {
        let timeouts = self.shared.config.timeouts;
        timeouts.poll + timeouts.poll_grace
    }

    /// How following each trade goes, by thread id. Sends nothing.
    pub fn followed_trades(&self) -> Vec<FollowedTrade> {
        let (now, longest) = (self.now(), self.longest_silence());
        let mut followed: Vec<FollowedTrade> =
            self.shared.feeds.all().iter().map(|feed| feed.view(now, longest)).collect();
        followed.sort_by(|a, b| a.trade_id.cmp(&b.trade_id));
        followed
    }
}
