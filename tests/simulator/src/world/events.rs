//! The history of a trade and its long polls.

use std::collections::VecDeque;

use super::refusal::{Answer, Refusal};
use super::request::Request;
use super::settings::Settings;
use super::trade::{Millis, Trade};
use crate::json::{Object, list};

/// How long events are kept, in virtual milliseconds.
pub(crate) const RETENTION: Millis = 3_600_000;
const DEFAULT_TIMEOUT: i64 = 55;
const LONGEST_TIMEOUT: i64 = 60;

/// A retained event, with the trade as each participant saw it at that moment.
#[derive(Debug)]
struct Event {
    id: i64,
    kind: String,
    at: Millis,
    changes: String,
    views: [String; 2],
}

impl Event {
    fn show(&self, viewer: usize, settings: &Settings) -> String {
        let changes = if settings.empty_changes { "{}" } else { &self.changes };
        event_json(self.id, &self.kind, self.at, changes, &self.views[viewer])
    }
}

fn event_json(id: i64, kind: &str, at: Millis, changes: &str, trade: &str) -> String {
    let head = Object::new().with("id", id).with("type", kind).with("occurredAt", at / 1000);
    head.raw("changes", changes).raw("trade", trade).to_string()
}

/// What is wrong with the answer to a poll, on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Oddity {
    /// So many events before the offset come once more, at once.
    Repeated(usize),
    /// The newest event comes first.
    Backwards,
    /// `nextOffset` is the offset that was sent.
    Stuck,
}

/// The retained events of one trade.
#[derive(Debug, Default)]
pub(crate) struct Log {
    events: VecDeque<Event>,
    pub(crate) last: i64,
    /// The last event that is not retained any more.
    pub(crate) dropped: i64,
}

impl Log {
    pub(crate) fn retained(&self) -> usize {
        self.events.len()
    }

    pub(crate) fn drop_all(&mut self) {
        self.events.clear();
        self.dropped = self.last;
    }

    /// The index of the first event after an offset: ids only ever grow.
    fn after(&self, offset: i64) -> usize {
        self.events.partition_point(|event| event.id <= offset)
    }

    fn drop_older_than(&mut self, moment: Millis) {
        while let Some(event) = self.events.front().filter(|event| event.at < moment) {
            self.dropped = event.id;
            self.events.pop_front();
        }
    }
}

/// The query of one poll.
#[derive(Debug, Clone)]
pub(crate) struct PollQuery {
    pub(crate) offset: Option<i64>,
    pub(crate) timeout_ms: Millis,
}

impl PollQuery {
    pub(crate) fn parse(request: &Request) -> Result<PollQuery, Refusal> {
        let mut query = PollQuery { offset: None, timeout_ms: DEFAULT_TIMEOUT * 1000 };
        for (name, value) in request.parameters() {
            let number = || match value.parse::<i64>() {
                Ok(number) if number >= 0 => Ok(number),
                _ => Err(Refusal::invalid(
                    name,
                    format!("The query parameter {name} must be an integer from 0."),
                )),
            };
            match name {
                "offset" => query.offset = Some(number()?),
                "timeout" => query.timeout_ms = number()?.min(LONGEST_TIMEOUT) * 1000,
                _ => {
                    let message =
                        format!("The query parameter {name} is not known here; known are offset, timeout.");
                    return Err(Refusal::invalid(name, message));
                }
            }
        }
        Ok(query)
    }
}

impl Trade {
    /// Appends an event for a change that was just made.
    pub(crate) fn record(&mut self, now: Millis, kind: &str, changes: Object) {
        self.revision += 1;
        self.append(now, kind, changes.to_string());
    }

    /// Appends an event of any kind.
    pub(crate) fn append(&mut self, now: Millis, kind: &str, changes: String) {
        let gap = if self.log.last > 0 && self.dice.u8(..4) == 0 { self.dice.i64(1..=3) } else { 0 };
        self.log.last += 1 + gap;
        let views = self.participants.each_ref().map(|user| self.seen_by(user).to_string());
        self.log.events.push_back(Event {
            id: self.log.last,
            kind: kind.to_owned(),
            at: now,
            changes,
            views,
        });
    }

    /// Support is called, or done again: an event that changes nothing but the revision. Gives its id.
    pub(crate) fn stir(&mut self, now: Millis) -> i64 {
        let is_called = self.revision % 2 == 0;
        let changes = Object::new().with("support", Object::new().with("open", is_called));
        self.record(now, "trade.support.updated", changes);
        self.log.last
    }

    /// Whether the event stream is there at all: for a while after the close, not for ever.
    pub(crate) fn has_stream(&self, now: Millis) -> bool {
        self.closing.as_ref().is_none_or(|closing| now <= closing.at + RETENTION)
    }

    /// The answer to a poll, if there is one already.
    pub(crate) fn poll(
        &mut self,
        user: &str,
        offset: Option<i64>,
        oddity: Option<Oddity>,
        settings: &Settings,
        now: Millis,
    ) -> Option<Answer> {
        self.log.drop_older_than(now - RETENTION);
        let Some(offset) = offset.filter(|offset| *offset >= self.log.dropped) else {
            let (last, view) = self.read(user, settings, now);
            return Some(batch([event_json(last, "trade.snapshot", now, "{}", &view)], last));
        };
        let shown = now - settings.stale_reads.millis();
        let viewer = self.viewer(user);
        let first = match oddity {
            Some(Oddity::Repeated(events)) => self.log.after(offset).saturating_sub(events),
            _ => self.log.after(offset),
        };
        let mut told: Vec<_> = self.log.events.range(first..).take_while(|event| event.at <= shown).collect();
        let last = told.last()?.id;
        if oddity == Some(Oddity::Backwards) {
            told.reverse();
        }
        let next = if oddity == Some(Oddity::Stuck) { offset } else { last };
        Some(batch(told.iter().map(|event| event.show(viewer, settings)), next))
    }
}

impl Trade {
    fn viewer(&self, user: &str) -> usize {
        usize::from(self.participants[0] != user)
    }

    /// What a reader gets to see now, with the last event in it: the present, or what reads lag behind to.
    pub(crate) fn read(&self, user: &str, settings: &Settings, now: Millis) -> (i64, String) {
        let lag = settings.stale_reads.millis();
        let mut events = self.log.events.iter();
        let stale = events.rfind(|event| event.at <= now - lag).filter(|_| lag > 0);
        match stale {
            Some(event) => (event.id, event.views[self.viewer(user)].clone()),
            None => (self.log.last, self.seen_by(user).to_string()),
        }
    }

    /// When a reader gets to see the next event after an offset, if it is there already.
    pub(crate) fn next_shown(&self, offset: i64, settings: &Settings) -> Option<Millis> {
        let next = self.log.events.get(self.log.after(offset))?;
        Some(next.at + settings.stale_reads.millis())
    }
}

/// The answer to a poll that timed out.
pub(crate) fn empty_batch(offset: i64) -> Answer {
    batch([], offset)
}

fn batch(events: impl IntoIterator<Item = String>, next_offset: i64) -> Answer {
    Answer::ok(Object::new().raw("events", list(events)).with("nextOffset", next_offset))
}
