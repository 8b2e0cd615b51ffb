//! What happened in a trade.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::record::{self, record};
use super::{Changes, EventType, Fields, Mismatch, Origin, Reading, Timestamp, Trade, Wire};

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
        <Self as Wire>::decode(raw, Origin::Server).or_else(|_| Self::until_unreadable(raw))
    }

    /// What can be read comes first; the next poll stands right before the one that can't.
    fn until_unreadable(raw: &str) -> Result<Self, Mismatch> {
        let mut fields = Fields::parse(raw, Origin::Server)?;
        let listed =
            fields.take_raw("events").and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw).ok());
        let listed = listed.ok_or(Mismatch::new(Vec::<TradeEvent>::EXPECTS).under("events"))?;
        let mut next_offset = fields.take("nextOffset")?;
        let mut events: Vec<TradeEvent> = Vec::with_capacity(listed.len());
        for (at, event) in listed.iter().enumerate() {
            match (TradeEvent::decode(event.get(), Origin::Server), events.last()) {
                (Ok(event), _) => events.push(event),
                (Err(why), None) => return Err(why.under(&at.to_string()).under("events")),
                (Err(_), Some(last)) => {
                    next_offset = last.id();
                    break;
                }
            }
        }
        Ok(Self { events, next_offset })
    }
}

impl Wire for EventPage {
    const EXPECTS: &'static str = "a page of events";

    fn read<'de, D: Deserializer<'de>>(json: D, reading: &Reading) -> Result<Self, D::Error> {
        struct Page<'r>(&'r Reading);
        impl<'de> Visitor<'de> for Page<'_> {
            type Value = EventPage;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(EventPage::EXPECTS)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<EventPage, A::Error> {
                let (mut events, mut next_offset) = (None, None);
                while let Some(name) = record::name(&mut map)? {
                    match &*name {
                        "events" => events = Some(record::field(&mut map, "events", self.0)?),
                        "nextOffset" => next_offset = Some(record::field(&mut map, "nextOffset", self.0)?),
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(EventPage {
                    events: events.map_or_else(|| self.0.absent("events"), Ok)?,
                    next_offset: next_offset.map_or_else(|| self.0.absent("nextOffset"), Ok)?,
                })
            }
        }
        json.deserialize_map(Page(reading))
    }

    fn encode(&self, out: &mut String) {
        out.push('{');
        record::encode_field("\"events\":", &self.events, out);
        record::encode_field("\"nextOffset\":", &self.next_offset, out);
        out.push('}');
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
