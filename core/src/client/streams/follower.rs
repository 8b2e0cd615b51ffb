//! One consumer's place at a feed: what came for it and wasn't handed out yet.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::stats::Counters;
use crate::error::{Error, ErrorKind};
use crate::model::{EventPage, Trade, TradeEvent};
use crate::protocol::consumers::Beginning;
use crate::protocol::cursor::{Cursor, StreamEnd};

/// As many may wait for one consumer; what comes for others is left for a poll of its own.
const ROOM: usize = 256;

/// Told when something came, instead of those who wait for it.
pub(in crate::client) trait Listener: Send + Sync {
    fn heard(&self, trade_id: &str);
    /// Whether anything more may come.
    fn has_room(&self) -> bool;
    /// How many more events wait, or fewer.
    fn buffered(&self, change: isize);
}

pub(in crate::client) struct Follower {
    trade_id: Arc<str>,
    state: Mutex<State>,
    changed: Notify,
    listener: Option<Arc<dyn Listener>>,
}

#[derive(Default)]
struct State {
    cursor: Cursor,
    ready: VecDeque<TradeEvent>,
    /// Somebody asked for more. Nothing is polled that nobody asked for.
    asking: bool,
    /// Nothing came for long: to be told once.
    trouble: Option<Error>,
    /// The server refused for good, under this token.
    refused: Option<(Error, u64)>,
    handed_out: Option<i64>,
}

/// What a poll was to a consumer.
pub(super) struct Taken {
    /// Something waits to be handed out.
    pub(super) is_told: bool,
    /// It led anywhere.
    pub(super) advanced: bool,
    pub(super) has_gap: bool,
}

/// What there is for a consumer.
pub(in crate::client) enum Next {
    /// The events to hand out, and whether nothing comes after them.
    Events(Vec<TradeEvent>, bool),
    Trouble(Error),
    Refused(Error),
    Ended(StreamEnd),
    Nothing,
}

impl Follower {
    pub(in crate::client) fn new(trade_id: Arc<str>, listener: Option<Arc<dyn Listener>>) -> Self {
        Self { trade_id, state: Mutex::default(), changed: Notify::new(), listener }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::client) fn trade_id(&self) -> &Arc<str> {
        &self.trade_id
    }

    /// Takes the place where reading begins.
    pub(in crate::client) fn begin(&self, beginning: Beginning) {
        let mut state = self.state();
        state.handed_out = beginning.offset;
        state.cursor = match beginning.ended {
            Some(end) => Cursor::at_end(end, beginning.last_known),
            None => Cursor::starting_after(beginning.offset, beginning.last_known),
        };
    }

    /// Where the next poll for it begins; none while nothing may or can come.
    pub(super) fn wants(&self, token: u64) -> Option<Option<i64>> {
        let mut state = self.state();
        state.refused.take_if(|(_, refused)| *refused != token);
        let open = state.cursor.end().is_none() && state.refused.is_none();
        let room = self.listener.as_ref().is_none_or(|listener| listener.has_room());
        (open && state.asking && room).then(|| state.cursor.offset())
    }

    /// Asks for more. True if nobody had.
    pub(super) fn ask(&self) -> bool {
        !std::mem::replace(&mut self.state().asking, true)
    }

    /// What a poll brought. For what there is no room it stays where it is, and polls again.
    pub(super) fn take(&self, asked: Option<i64>, page: &EventPage, counters: &Counters) -> Taken {
        let mut state = self.state();
        if state.ready.len() >= ROOM || self.listener.as_ref().is_some_and(|listener| !listener.has_room()) {
            return Taken { is_told: false, advanced: true, has_gap: false };
        }
        let before = state.cursor.offset();
        let events = state.cursor.take_shared(asked, page);
        let counts = state.cursor.counts();
        counters.add(counts);
        let (came, advanced) = (events.len(), !events.is_empty() || state.cursor.offset() != before);
        state.ready.extend(events);
        state.asking &= came == 0;
        state.trouble = None;
        drop(state);
        self.count(came.cast_signed());
        Taken { is_told: came > 0, advanced, has_gap: counts.gaps > 0 }
    }

    pub(super) fn trouble(&self, error: &Error) {
        self.state().trouble = Some(error.clone());
        self.tell();
    }

    /// The server refuses. For a trade that was seen before, not to be found is an end.
    pub(super) fn refused(&self, error: &Error, token: u64) {
        let mut state = self.state();
        if error.kind() != ErrorKind::NotFound || !state.cursor.not_found() {
            state.refused = Some((error.clone(), token));
        }
        drop(state);
        self.tell();
    }

    pub(in crate::client) fn tell(&self) {
        match &self.listener {
            Some(listener) => listener.heard(&self.trade_id),
            None => self.changed.notify_waiters(),
        }
    }

    fn count(&self, change: isize) {
        if let Some(listener) = &self.listener {
            listener.buffered(change);
        }
    }

    /// Until something changed; to be enabled before anything is looked at.
    pub(in crate::client) fn changed(&self) -> tokio::sync::futures::Notified<'_> {
        self.changed.notified()
    }

    /// What is next, at most so many events, without taking them.
    pub(in crate::client) fn next(&self, max: usize, token: u64) -> Next {
        let mut state = self.state();
        if !state.ready.is_empty() {
            let events: Vec<_> = state.ready.iter().take(max.max(1)).cloned().collect();
            let over = events.len() == state.ready.len() && state.cursor.end().is_some();
            return Next::Events(events, over);
        }
        if let Some(end) = state.cursor.end() {
            return Next::Ended(end.clone());
        }
        match &state.refused {
            Some((error, refused)) if *refused == token => return Next::Refused(error.clone()),
            _ => state.refused = None,
        }
        state.trouble.take().map_or(Next::Nothing, Next::Trouble)
    }

    /// Whether there is something to hand out or to tell that isn't told again and again.
    pub(in crate::client) fn has_news(&self) -> bool {
        let state = self.state();
        !state.ready.is_empty() || state.cursor.end().is_some() || state.trouble.is_some()
    }

    /// Takes what `next` showed.
    pub(in crate::client) fn hand_out(&self, count: usize) {
        let mut state = self.state();
        let last = state.ready.drain(..count).next_back();
        state.handed_out = last.map(|event| event.offset()).or(state.handed_out);
        drop(state);
        self.count(-count.cast_signed());
    }

    /// What was handed out wasn't finished: it comes again, next.
    pub(in crate::client) fn take_back(&self, event: TradeEvent) {
        self.state().ready.push_front(event);
        self.count(1);
    }

    /// How it ended, once everything was handed out.
    pub(in crate::client) fn end(&self) -> Option<StreamEnd> {
        let state = self.state();
        state.cursor.end().filter(|_| state.ready.is_empty()).cloned()
    }

    pub(in crate::client) fn last_known(&self) -> Option<Trade> {
        self.state().cursor.last_known().cloned()
    }

    pub(in crate::client) fn handed_out(&self) -> Option<i64> {
        self.state().handed_out
    }

    /// Events that wait to be handed out.
    pub(super) fn lag(&self) -> usize {
        self.state().ready.len()
    }

    /// Gives up what waits.
    pub(in crate::client) fn clear(&self) {
        let dropped = std::mem::take(&mut self.state().ready).len();
        self.count(-dropped.cast_signed());
    }
}
