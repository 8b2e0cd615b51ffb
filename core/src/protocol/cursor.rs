//! Where an event stream stands: what a page of events means, what is dropped, when it is over.

use crate::model::{EventPage, EventType, Gap, Outcome, Trade, TradeEvent, TradeStatus};

/// How a stream ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamEnd {
    /// The trade closed, with the outcome as far as the events told.
    Closed(Outcome),
    /// The server no longer has this trade; how it ended isn't known.
    NoLongerAvailable,
}

/// One consumer's place in the events of a trade.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    offset: Option<i64>,
    last_id: Option<i64>,
    last_known: Option<Trade>,
    end: Option<StreamEnd>,
    counts: Counts,
}

/// What a page was to a cursor, in numbers.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Events that repeated or went back and were not handed out.
    pub(crate) dropped: u64,
    /// Snapshots that came because history had expired.
    pub(crate) gaps: u64,
}

impl Cursor {
    /// Right behind an event that was finished, with the trade as it stood then, if that is known.
    pub(crate) fn starting_after(offset: Option<i64>, last_known: Option<Trade>) -> Self {
        Self { offset, last_id: offset, last_known, ..Self::default() }
    }

    /// One whose end was finished before.
    pub(crate) fn at_end(end: StreamEnd, last_known: Option<Trade>) -> Self {
        Self { end: Some(end), last_known, ..Self::default() }
    }

    /// What the next poll sends; none asks for a snapshot.
    pub(crate) fn offset(&self) -> Option<i64> {
        self.offset
    }

    pub(crate) fn end(&self) -> Option<&StreamEnd> {
        self.end.as_ref()
    }

    /// The trade as the last event showed it.
    pub(crate) fn last_known(&self) -> Option<&Trade> {
        self.last_known.as_ref()
    }

    /// What was counted since the last time.
    pub(crate) fn counts(&mut self) -> Counts {
        std::mem::take(&mut self.counts)
    }

    /// What a shared poll from `asked` brought for this place, which may lie further on; an answer that can't be told to
    /// hold all that comes next here is left alone.
    pub(crate) fn take_shared(&mut self, asked: Option<i64>, page: &EventPage) -> Vec<TradeEvent> {
        if asked == self.offset {
            return self.take(page.clone());
        }
        let (Some(asked), Some(own)) = (asked, self.offset) else { return Vec::new() };
        let unbroken = page.events.iter().all(|event| *event.kind() != EventType::Snapshot);
        if asked > own || !unbroken {
            return Vec::new();
        }
        let later: Vec<TradeEvent> = page.events.iter().filter(|event| event.id() > own).cloned().collect();
        if later.is_empty() {
            return later;
        }
        self.take(EventPage { events: later, next_offset: page.next_offset })
    }

    /// The events to hand out, each with its place. Empty when the poll timed out or nothing advanced.
    pub(crate) fn take(&mut self, page: EventPage) -> Vec<TradeEvent> {
        let asked = self.offset;
        let timed_out = page.events.is_empty();
        let mut out = Vec::with_capacity(page.events.len());
        for event in page.events {
            if self.end.is_some() {
                break;
            }
            if let Some(placed) = self.place(event, asked.is_some()) {
                out.push(placed);
            }
        }
        if timed_out {
            // A time-out: the same offset again. Only a stream without one learns where it stands.
            self.offset = self.offset.or(Some(page.next_offset));
        } else if let Some(last) = out.pop() {
            // Never behind an event that is handed out: it would come once more after a restart. What comes after a
            // snapshot the server alone knows.
            let snapshot = *last.kind() == EventType::Snapshot;
            let next = if snapshot { page.next_offset } else { page.next_offset.max(last.id()) };
            let gap = last.gap().cloned();
            (self.offset, self.last_id) = (Some(next), Some(next));
            out.push(last.placed(next, gap));
        } else {
            // All of it was known: go on only if the server's offset does.
            self.offset = self.offset.max(Some(page.next_offset));
        }
        out
    }

    fn place(&mut self, event: TradeEvent, had_offset: bool) -> Option<TradeEvent> {
        let snapshot = *event.kind() == EventType::Snapshot;
        if !snapshot && self.last_id.is_some_and(|last| event.id() <= last) {
            self.counts.dropped += 1;
            return None;
        }
        // A snapshot again and again is no news unless the trade differs.
        if snapshot && had_offset && self.last_known.as_ref() == Some(event.trade()) {
            self.counts.dropped += 1;
            return None;
        }
        self.last_id = Some(event.id());
        let gap = (snapshot && had_offset).then(|| {
            let fields = self.last_known.as_ref().map(|known| differing_fields(known, event.trade()));
            Gap::new(self.last_known.clone(), fields.unwrap_or_default())
        });
        self.counts.gaps += u64::from(gap.is_some());
        self.last_known = Some(event.trade().clone());
        let over = *event.kind() == EventType::Closed
            || (snapshot && *event.trade().status() == TradeStatus::Completed);
        if over {
            let told = event.changes().outcome();
            self.end =
                Some(StreamEnd::Closed(told.unwrap_or_else(|| Outcome::Unknown("unknown".to_owned()))));
        }
        let id = event.id();
        Some(event.placed(id, gap))
    }

    /// The events answered 404. For a trade that was seen before, that is an end.
    pub(crate) fn not_found(&mut self) -> bool {
        let seen = self.last_known.is_some() || self.offset.is_some();
        if seen {
            self.end = Some(StreamEnd::NoLongerAvailable);
        }
        seen
    }
}

/// Top-level names of what differs between two snapshots.
fn differing_fields(before: &Trade, after: &Trade) -> Vec<String> {
    type Raw = std::collections::BTreeMap<String, Box<serde_json::value::RawValue>>;
    let read = |trade: &Trade| serde_json::from_str::<Raw>(&trade.to_json()).unwrap_or_default();
    let (before, after) = (read(before), read(after));
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differs =
        |name: &&&String| before.get(**name).map(|raw| raw.get()) != after.get(**name).map(|raw| raw.get());
    names.iter().filter(differs).map(|name| (*name).clone()).collect()
}

#[cfg(test)]
mod tests;
