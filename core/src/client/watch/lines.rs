//! What a watch knows of each trade: what it waits for, what is handed out, what is to be told.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::Watched;
use crate::client::streams::{Follower, Named, Next, Place, Progress};
use crate::error::{Error, ErrorKind};
use crate::model::TradeEvent;
use crate::protocol::cursor::StreamEnd;

#[derive(Default)]
pub(super) struct Lines {
    pub(super) all: HashMap<Arc<str>, Line>,
    /// Trades with something to hand out.
    ready: VecDeque<Arc<str>>,
    /// Trades of which `next` handed something out.
    pub(super) given: Vec<Arc<str>>,
    /// Trades that aren't followed yet.
    pub(super) joining: Vec<Arc<str>>,
    pub(super) is_joining: bool,
}

/// One trade. Its place goes before its name, so that nothing is polled for a name that is free.
pub(super) struct Line {
    pub(super) follower: Arc<Follower>,
    pub(super) place: Option<Place>,
    pub(super) named: Option<Named>,
    queued: bool,
    handed: Option<Handed>,
    failed: Option<(Error, bool)>,
}

#[derive(Clone)]
pub(super) enum Handed {
    Event(TradeEvent),
    Ended(StreamEnd),
    Failed { over: bool },
}

/// What is about to be handed out, and what was finished: kept as it was, unless it could be written.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) progress: Progress,
    finishing: Vec<(Arc<str>, Handed)>,
    handing: Vec<(Arc<str>, usize)>,
    pub(super) items: Vec<Watched>,
    /// What is handed out now is finished by whoever comes next.
    pub(super) for_next: bool,
    /// What is finished is what `next` handed out.
    pub(super) from_given: bool,
}

impl Line {
    pub(super) fn new(follower: Arc<Follower>) -> Self {
        Self { follower, place: None, named: None, queued: false, handed: None, failed: None }
    }

    /// Whether something of it waits to be handed out.
    fn has_news(&self) -> bool {
        self.failed.is_some() || self.follower.has_news()
    }

    /// Whether nothing that was handed out comes after this.
    pub(super) fn is_last(&self, watched: &Watched) -> bool {
        match (&self.handed, watched) {
            (Some(Handed::Event(last)), Watched::Event(event)) => last.id() == event.id(),
            (Some(Handed::Ended(_)), Watched::Ended { .. }) => true,
            (Some(Handed::Failed { .. }), Watched::Failed { .. }) => true,
            _ => false,
        }
    }

    /// Of several events that were handed out at once, one is finished that others follow.
    pub(super) fn finish_earlier(&self, watched: &Watched) -> Draft {
        let mut draft = Draft::default();
        if let (Some(Handed::Event(last)), Some(named), Watched::Event(event)) =
            (&self.handed, &self.named, watched)
            && event.offset() < last.offset()
        {
            draft.progress.finished.push((named.seat().clone(), event.clone()));
        }
        draft
    }
}

impl Lines {
    /// The next trades to follow; none once there are none.
    pub(super) fn take_joining(&mut self, max: usize) -> Option<Vec<Arc<Follower>>> {
        let ids: Vec<Arc<str>> = self.joining.drain(..max.min(self.joining.len())).collect();
        self.is_joining = !ids.is_empty();
        let follower = |id: &Arc<str>| self.all.get(id).map(|line| line.follower.clone());
        self.is_joining.then(|| ids.iter().filter_map(follower).collect())
    }

    /// Something came for a trade. True if somebody should look.
    pub(super) fn heard(&mut self, trade_id: &str) -> bool {
        let Some((id, line)) = self.all.get_key_value(trade_id) else { return false };
        if line.queued || line.handed.is_some() {
            return false;
        }
        let id = id.clone();
        self.queue(&id);
        true
    }

    fn queue(&mut self, id: &Arc<str>) {
        if let Some(line) = self.all.get_mut(id)
            && !line.queued
        {
            line.queued = true;
            self.ready.push_back(id.clone());
        }
    }

    /// A trade can't be followed now.
    pub(super) fn fail(&mut self, id: &Arc<str>, error: Error) {
        if let Some(line) = self.all.get_mut(id) {
            line.failed = Some((error, false));
            self.queue(id);
        }
    }

    /// Notes what comes next, and what is finished. Trades stay busy until that is written: nothing of them is handed to
    /// anybody else before.
    pub(super) fn draft(&mut self, finished: &[Arc<str>], max: usize, one_each: bool, token: u64) -> Draft {
        let mut draft = Draft::default();
        for id in finished {
            let Some(line) = self.all.get(id) else { continue };
            let Some(handed) = line.handed.clone() else { continue };
            let seat = line.named.as_ref().map(|named| named.seat().clone());
            match (&handed, seat) {
                (Handed::Event(event), Some(seat)) => draft.progress.finished.push((seat, event.clone())),
                (Handed::Ended(end), Some(seat)) => draft.progress.ended.push((seat, end.clone())),
                _ => {}
            }
            draft.finishing.push((id.clone(), handed));
        }
        let room = |draft: &Draft| if one_each { 1 } else { max - draft.items.len() };
        while draft.items.len() < max {
            let Some(id) = self.ready.pop_front() else { break };
            let Some(line) = self.all.get_mut(&id) else { continue };
            line.queued = false;
            if line.handed.is_none() {
                line.handed = draft.add(&id, line, room(&draft), token);
            }
        }
        for (id, handed) in draft.finishing.clone() {
            if draft.items.len() < max
                && !handed.is_over()
                && let Some(line) = self.all.get_mut(&id)
                && let Some(next) = draft.add(&id, line, room(&draft), token)
            {
                line.handed = Some(next);
            }
        }
        draft
    }

    /// What was drafted stands; gives the lines that have left.
    pub(super) fn commit(&mut self, draft: &Draft) -> Vec<Line> {
        for (id, count) in &draft.handing {
            if let Some(line) = self.all.get(id) {
                line.follower.hand_out(*count);
            }
        }
        let mut left = Vec::new();
        for (id, finished) in &draft.finishing {
            if finished.is_over() {
                left.extend(self.all.remove(id));
                continue;
            }
            let Some(line) = self.all.get_mut(id) else { continue };
            if line.handed.as_ref().is_some_and(|handed| handed.is(finished)) {
                line.handed = None;
                if line.has_news() {
                    self.queue(id);
                } else {
                    line.place.iter().for_each(Place::ask);
                }
            }
        }
        left
    }

    /// What was drafted couldn't be written, or nobody took it.
    pub(super) fn undo(&mut self, draft: Draft) {
        for item in draft.items {
            if let Watched::Failed { trade_id, error, over } = item
                && let Some(line) = self.all.get_mut(trade_id.as_str())
            {
                line.failed = Some((error, over));
            }
        }
        for (id, _) in draft.handing.into_iter().rev() {
            let Some(line) = self.all.get_mut(&id) else { continue };
            line.handed = None;
            if !line.queued {
                line.queued = true;
                self.ready.push_front(id);
            }
        }
        for (id, handed) in draft.finishing {
            if let Some(line) = self.all.get_mut(&id) {
                line.handed = Some(handed);
                self.given.extend(draft.from_given.then_some(id));
            }
        }
    }

    /// What was handed out last of a trade wasn't finished. True if it comes again.
    pub(super) fn give_back(&mut self, watched: &Watched) -> bool {
        let Some((id, _)) = self.all.get_key_value(watched.trade_id()) else { return false };
        let id = id.clone();
        let Some(line) = self.all.get_mut(&id).filter(|line| line.is_last(watched)) else { return false };
        line.handed = None;
        match watched {
            Watched::Event(event) => line.follower.take_back(event.clone()),
            Watched::Failed { error, over, .. } => line.failed = Some((error.clone(), *over)),
            Watched::Ended { .. } => {}
        }
        self.given.retain(|given| *given != id);
        self.queue(&id);
        true
    }

    /// Whether anything is ready to be handed out.
    pub(super) fn is_ready(&self) -> bool {
        !self.ready.is_empty()
    }
}

impl Handed {
    /// Nothing of its trade comes after it.
    fn is_over(&self) -> bool {
        matches!(self, Self::Ended(_) | Self::Failed { over: true })
    }

    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Event(one), Self::Event(other)) => one.id() == other.id(),
            (Self::Ended(_), Self::Ended(_)) | (Self::Failed { .. }, Self::Failed { .. }) => true,
            _ => false,
        }
    }
}

impl Draft {
    fn add(&mut self, id: &Arc<str>, line: &mut Line, room: usize, token: u64) -> Option<Handed> {
        if let Some((error, over)) = line.failed.take() {
            return Some(self.fail(id, error, over));
        }
        match line.follower.next(room, token) {
            Next::Events(events, over) => {
                self.progress.hands_out(id, &events, over);
                self.handing.push((id.clone(), events.len()));
                let last = events.last().cloned();
                self.items.extend(events.into_iter().map(Watched::Event));
                last.map(Handed::Event)
            }
            Next::Ended(end) => {
                self.handing.push((id.clone(), 0));
                let last_known = line.follower.last_known();
                self.items.push(Watched::Ended { trade_id: id.to_string(), end: end.clone(), last_known });
                Some(Handed::Ended(end))
            }
            Next::Trouble(error) => Some(self.fail(id, error, false)),
            Next::Refused(error) => {
                // Another token may mend this one.
                let over = error.kind() != ErrorKind::Authentication;
                Some(self.fail(id, error, over))
            }
            Next::Nothing => None,
        }
    }

    fn fail(&mut self, id: &Arc<str>, error: Error, over: bool) -> Handed {
        self.handing.push((id.clone(), 0));
        self.items.push(Watched::Failed { trade_id: id.to_string(), error, over });
        Handed::Failed { over }
    }

    /// The trades that it hands something out of.
    pub(super) fn handed_ids(&self) -> impl Iterator<Item = Arc<str>> {
        self.handing.iter().map(|(id, _)| id.clone())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty() && self.finishing.is_empty() && self.progress.is_empty()
    }
}
