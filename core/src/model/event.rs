//! What happened in a trade.

use std::sync::Arc;

use super::record::record;
use super::{Changes, EventType, Fields, Mismatch, Origin, Timestamp, Trade, Wire};

record! {
    /// One change of a trade, with the whole trade as it stood then.
    pub struct TradeEvent / TradeEventFields {
        /// Increases within the trade, with gaps.
        copy id: i64 = "id";
        /// What kind of change this is.
        by_ref kind: EventType = "type";
        /// When it happened.
        copy occurred_at: Timestamp = "occurredAt";
        /// The changed public fields and, where it applies, outcome or execution.
        by_ref changes: Changes = "changes";
        /// The trade at this event.
        by_ref trade: Trade = "trade";
        /// Set where history was lost before this event: what changed meanwhile.
        opt_ref gap: Gap = "gap";
        /// Where this event stands in the stream; see [`TradeEvent::offset`].
        opt_copy position: i64 = "offset";
    }
}

record! {
    /// History that expired before it was read: the trade jumped from the last known snapshot to this one.
    pub struct Gap / GapFields {
        /// The last snapshot that this stream had seen, if any.
        opt_ref last_known: Trade = "lastKnown";
        /// Names of the fields that differ from it.
        list fields: String = "fields";
    }
}

/// The answer of one event poll.
#[derive(Debug, Clone)]
pub(crate) struct EventPage {
    /// Events after the offset that was sent.
    pub(crate) events: Vec<TradeEvent>,
    /// The offset for the next poll.
    pub(crate) next_offset: i64,
}

impl EventPage {
    pub(crate) fn decode(raw: &str) -> Result<Self, Mismatch> {
        let mut fields = Fields::parse(raw, Origin::Server)?;
        let raw_events: Vec<RawEvent> = fields.take("events")?;
        let mut next_offset = fields.take("nextOffset")?;
        let mut events: Vec<TradeEvent> = Vec::with_capacity(raw_events.len());
        for (at, event) in raw_events.iter().enumerate() {
            match (TradeEvent::decode(&event.0, Origin::Server), events.last()) {
                (Ok(event), _) => events.push(event),
                (Err(why), None) => return Err(why.under(&at.to_string()).under("events")),
                // What can be read comes first; the next poll stands right before the one that can't.
                (Err(_), Some(last)) => {
                    next_offset = last.id();
                    break;
                }
            }
        }
        Ok(Self { events, next_offset })
    }
}

struct RawEvent(String);

impl Wire for RawEvent {
    const EXPECTS: &'static str = "an event";

    fn decode(raw: &str, _: Origin) -> Result<Self, Mismatch> {
        Ok(Self(raw.to_owned()))
    }

    fn encode(&self, out: &mut String) {
        out.push_str(&self.0);
    }
}

impl TradeEvent {
    /// Pass this back as `start_after` to go on right behind this event.
    pub fn offset(&self) -> i64 {
        self.position().unwrap_or(self.id())
    }

    pub(crate) fn placed(self, offset: i64, gap: Option<Gap>) -> Self {
        let old = &self.stored;
        let stored = TradeEventFields {
            id: old.id,
            kind: old.kind.clone(),
            occurred_at: old.occurred_at,
            changes: old.changes.clone(),
            trade: old.trade.clone(),
            gap,
            position: Some(offset),
            extra: old.extra.clone(),
        };
        Self { stored: Arc::new(stored), origin: self.origin }
    }
}

impl Gap {
    pub(crate) fn new(last_known: Option<Trade>, fields: Vec<String>) -> Self {
        let stored = GapFields { last_known, fields, extra: Default::default() };
        Self { stored: Arc::new(stored), origin: Origin::Server }
    }
}
