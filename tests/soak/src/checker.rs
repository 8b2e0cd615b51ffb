//! Reads what the workers of one consumer wrote down, life after life, and holds it to what truly happened.
//!
//! A consumer comes back for the next event of a trade only when it is done with the last one, which is finished by
//! that. So a new life may begin a trade in two ways: with what follows on the last event that was begun and done, or
//! with that event once more, for nobody may have come back for another one before the kill. If it wasn't done, it must
//! come once more. Everything else is a violation. As each step follows on the one before, no event can be missing.

use std::collections::BTreeMap;

use crate::history::{History, Past};
use crate::line::{Kind, Line};

/// How many violations are told in full.
const TOLD: usize = 20;

/// Where a consumer stands with one trade.
#[derive(Debug, Default)]
struct Standing {
    /// The last event that was begun.
    last: Option<Step>,
    /// What was finished before it; none: nothing was.
    finished: Option<i64>,
    /// Whether this life began something of the trade.
    was_met: bool,
}

#[derive(Debug, Clone, Copy)]
struct Step {
    id: i64,
    is_done: bool,
}

/// What a consumer did in all.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) handled: usize,
    /// Handled once more after a kill.
    pub(crate) repeated: usize,
    pub(crate) gaps: usize,
    pub(crate) snapshots: usize,
    /// Failures that were tried on.
    pub(crate) failures: BTreeMap<String, usize>,
}

/// Follows one consumer.
#[derive(Debug)]
pub(crate) struct Checker {
    /// Consumer, number and kind of the life that is read.
    life: String,
    trades: BTreeMap<String, Standing>,
    pub(crate) tally: Tally,
    violations: Vec<String>,
    untold: usize,
}

impl Checker {
    pub(crate) fn new() -> Checker {
        Checker {
            life: String::new(),
            trades: BTreeMap::new(),
            tally: Tally::default(),
            violations: Vec::new(),
            untold: 0,
        }
    }

    /// The last worker was killed, or ended; another one begins.
    pub(crate) fn new_life(&mut self, name: String) {
        self.life = name;
        self.trades.values_mut().for_each(|standing| standing.was_met = false);
    }

    pub(crate) fn read(&mut self, line: Line, history: &History) {
        match line {
            Line::Begun { trade, id, kind, at } => match history.get(&trade) {
                Some(past) => self.begun(&trade, past, id, kind, at),
                None => self.wrong(&trade, "nobody opened this trade"),
            },
            Line::Done { trade, id } => self.done(&trade, id),
            Line::Failed { trade, error, over: true } => {
                self.wrong(&trade, &format!("it is followed no longer: {error}"));
            }
            Line::Failed { error, .. } => *self.tally.failures.entry(error).or_default() += 1,
            Line::Wrong(what) => self.wrong("the worker", &what),
        }
    }

    fn begun(&mut self, trade: &str, past: &Past, id: i64, kind: Kind, at: i64) {
        let standing = self.trades.entry(trade.to_owned()).or_default();
        let (last, finished, is_first) = (standing.last, standing.finished, !standing.was_met);
        // From where it may go on: after the last one, if it was done; after the one before, if nobody may have said so.
        let after_last = last.filter(|last| last.is_done).map(|last| Some(last.id));
        let before_last = is_first.then_some(finished);
        let from = after_last.into_iter().chain(before_last).find(|from| follows(*from, past, id, kind, at));
        standing.last = Some(Step { id, is_done: false });
        standing.was_met = true;
        let is_repeated = last.is_some_and(|last| last.id == id);
        if let Some(from) = from {
            standing.finished = from;
        } else {
            standing.finished = standing.finished.max(Some(id));
            let stood = last.map_or("nothing was begun before".to_owned(), |last| {
                let done = if last.is_done { "done" } else { "not done" };
                format!("{} was begun before and {done}", last.id)
            });
            let first = if is_first { ", the first of its trade in this life" } else { "" };
            let missing = last.map_or(&[][..], |last| past.between(last.id, id));
            self.wrong(
                trade,
                &format!("{kind:?} {id} doesn't follow: {stood}, missing are {missing:?}{first}"),
            );
        }
        self.tally.repeated += usize::from(is_repeated);
        match kind {
            Kind::Event => {}
            Kind::Snapshot => self.tally.snapshots += 1,
            Kind::Gap => self.tally.gaps += 1,
        }
    }

    fn done(&mut self, trade: &str, id: i64) {
        let last = self.trades.get_mut(trade).filter(|standing| standing.was_met);
        match last.and_then(|standing| standing.last.as_mut()) {
            Some(last) if last.id == id && !last.is_done => {
                last.is_done = true;
                self.tally.handled += 1;
            }
            last => {
                let said = format!("{id} is done, but {last:?} was begun");
                self.wrong(trade, &said);
            }
        }
    }

    /// How many trades are not handled to their last event yet.
    pub(crate) fn behind(&self, history: &History) -> usize {
        history.iter().filter(|(trade, past)| self.reached(trade) != Some(past.last())).count()
    }

    fn reached(&self, trade: &str) -> Option<i64> {
        self.trades.get(trade)?.last.filter(|last| last.is_done).map(|last| last.id)
    }

    /// Nothing more will come.
    pub(crate) fn end(&mut self, history: &History) {
        for (trade, past) in history {
            let reached = self.reached(trade);
            if reached != Some(past.last()) {
                let missing = past.between(reached.unwrap_or(0), i64::MAX).len();
                self.wrong(
                    trade,
                    &format!("it was handled to {reached:?} only; {missing} events are missing"),
                );
            }
        }
    }

    fn wrong(&mut self, trade: &str, what: &str) {
        match self.violations.len() < TOLD {
            true => self.violations.push(format!("{}: {trade}: {what}", self.life)),
            false => self.untold += 1,
        }
    }

    pub(crate) fn violations(self) -> Vec<String> {
        let more = (self.untold > 0).then(|| format!("and {} more", self.untold));
        self.violations.into_iter().chain(more).collect()
    }
}

/// Whether somebody whose offset is `from` could be given this next.
fn follows(from: Option<i64>, past: &Past, id: i64, kind: Kind, at: i64) -> bool {
    match (kind, from) {
        (Kind::Snapshot, None) => past.has(id),
        (Kind::Event, Some(from)) => past.after(from) == Some(id),
        (Kind::Gap, Some(from)) => past.has(id) && past.has_gap(from, id, at),
        (Kind::Snapshot, Some(_)) | (Kind::Event | Kind::Gap, None) => false,
    }
}

#[cfg(test)]
mod tests;
