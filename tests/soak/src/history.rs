//! What truly happened: the events that the simulator made, and where it dropped their history.

use std::collections::BTreeMap;

/// One trade as the simulator knows it.
#[derive(Debug, Default)]
pub(crate) struct Past {
    /// Ids that somebody can have seen, in their order. The first is the last one before the run.
    ids: Vec<i64>,
    /// When history was dropped, and the last event that went with it.
    expired: Vec<(i64, i64)>,
}

impl Past {
    pub(crate) fn new(last: i64) -> Past {
        Past { ids: vec![last], expired: Vec::new() }
    }

    pub(crate) fn happened(&mut self, id: i64) {
        self.ids.push(id);
    }

    /// At that many microseconds since 1970.
    pub(crate) fn expired(&mut self, at: i64, dropped: i64) {
        self.expired.push((at, dropped));
    }

    pub(crate) fn last(&self) -> i64 {
        self.ids.last().copied().unwrap_or(0)
    }

    pub(crate) fn has(&self, id: i64) -> bool {
        self.ids.binary_search(&id).is_ok()
    }

    /// The event that comes next.
    pub(crate) fn after(&self, id: i64) -> Option<i64> {
        self.ids.get(self.ids.partition_point(|known| *known <= id)).copied()
    }

    /// The ids after one and before another.
    pub(crate) fn between(&self, after: i64, before: i64) -> &[i64] {
        let from = self.ids.partition_point(|known| *known <= after);
        let to = self.ids.partition_point(|known| *known < before);
        self.ids.get(from..to).unwrap_or_default()
    }

    /// Whether somebody who had come to `offset` could be given a snapshot with this id in place of events.
    pub(crate) fn has_gap(&self, offset: i64, snapshot: i64, at: i64) -> bool {
        self.expired.iter().any(|(when, dropped)| *when <= at && offset < *dropped && *dropped <= snapshot)
    }
}

/// All trades by id.
pub(crate) type History = BTreeMap<String, Past>;
