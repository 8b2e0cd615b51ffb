//! The whole AutoPlus as a state machine without I/O: requests and control commands in, answers out. Time is told to it.

pub(crate) mod action;
pub(crate) mod audit;
pub(crate) mod call;
pub(crate) mod challenge;
pub(crate) mod claim;
pub(crate) mod create;
pub(crate) mod delays;
pub(crate) mod deposit;
pub(crate) mod effects;
pub(crate) mod events;
pub(crate) mod execution;
pub(crate) mod history;
pub(crate) mod identification;
pub(crate) mod invariants;
pub(crate) mod keys;
pub(crate) mod market;
pub(crate) mod mishaps;
pub(crate) mod moves;
pub(crate) mod plans;
pub(crate) mod polls;
pub(crate) mod record;
pub(crate) mod refusal;
pub(crate) mod request;
pub(crate) mod routes;
pub(crate) mod serve;
pub(crate) mod settings;
pub(crate) mod terms;
#[cfg(test)]
mod tests;
pub(crate) mod trade;

use std::collections::{BTreeMap, BTreeSet};

use delays::Delays;
use history::History;
use keys::Keys;
use market::Market;
use plans::Plans;
use polls::Polls;
use record::Record;
use settings::Settings;
use trade::{Millis, Trade};

/// Everything there is.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) base_url: String,
    pub(crate) market: Market,
    pub(crate) settings: Settings,
    pub(crate) record: Record,
    pub(crate) plans: Plans,
    pub(crate) delays: Delays,
    pub(crate) history: History,
    pub(crate) keys: Keys,
    pub(crate) polls: Polls,
    pub(crate) trades: BTreeMap<String, Trade>,
    /// How many connections its server has open.
    pub(crate) connections: usize,
    next_trade: i64,
    next_number: i64,
    pub(crate) dice: fastrand::Rng,
    started_at: Millis,
    skipped: Millis,
    now: Millis,
    due: BTreeSet<(Millis, String)>,
    changed: BTreeSet<String>,
}

impl World {
    /// A fresh world whose clock starts at `started_at`.
    pub(crate) fn new(base_url: String, seed: u64, started_at: Millis) -> World {
        let mut dice = fastrand::Rng::with_seed(seed);
        World {
            base_url,
            market: Market::new(),
            settings: Settings::default(),
            record: Record::default(),
            plans: Plans::default(),
            delays: Delays::default(),
            history: History::made_up(started_at, &mut dice),
            keys: Keys::default(),
            polls: Polls::default(),
            trades: BTreeMap::new(),
            connections: 0,
            next_trade: 3_000_000_000_000_000_001,
            next_number: 1001,
            dice,
            started_at,
            skipped: 0,
            now: started_at,
            due: BTreeSet::new(),
            changed: BTreeSet::new(),
        }
    }

    pub(crate) fn now(&self) -> Millis {
        self.now
    }

    /// What the `Date` header says, if there is one.
    pub(crate) fn told_date(&self) -> Option<Millis> {
        self.settings.send_date.then(|| self.now + self.settings.date_skew.millis())
    }

    /// Tells how much real time has passed since the start, and does what is due by then.
    pub(crate) fn elapsed(&mut self, real: Millis) {
        self.move_clock(self.started_at + self.skipped + real);
    }

    /// Skips virtual time.
    pub(crate) fn skip(&mut self, time: Millis) {
        self.skipped += time;
        self.move_clock(self.now + time);
        self.wake_polls();
    }

    /// Lets every poll that waits look again.
    pub(crate) fn wake_polls(&mut self) {
        self.changed.extend(self.polls.trades().map(str::to_owned));
    }

    /// Closes the connections of the polls that wait on these trades; how many it were.
    pub(crate) fn cut_polls(&mut self, mut is_meant: impl FnMut(&str, &mut fastrand::Rng) -> bool) -> usize {
        let World { polls, dice, .. } = self;
        let cut = polls.cut(|trade| is_meant(trade, dice));
        let polls = cut.len();
        self.changed.extend(cut);
        polls
    }

    fn move_clock(&mut self, to: Millis) {
        while let Some(due) = self.next_due().filter(|due| *due <= to) {
            self.now = self.now.max(due);
            if self.due.first().is_none_or(|(timer, _)| *timer > due) {
                self.deliver_next();
            } else if let Some((_, id)) = self.due.pop_first() {
                self.edit(&id, |trade, now, _| trade.run_due(now));
            }
        }
        self.now = self.now.max(to);
    }

    /// When something happens by itself next.
    pub(crate) fn next_due(&self) -> Option<Millis> {
        self.due.first().map(|(due, _)| *due).into_iter().chain(self.delays.next_due()).min()
    }

    /// The trades that got new events since this was asked last.
    pub(crate) fn take_changed(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.changed)
    }

    pub(crate) fn add_trade(&mut self, trade: Trade) {
        self.next_trade = self.next_trade_id() + self.dice.i64(1..5_000);
        self.next_number = trade.number + 1;
        self.trades.insert(trade.id.clone(), trade);
    }

    pub(crate) fn next_trade_id(&self) -> i64 {
        self.next_trade
    }

    pub(crate) fn next_number(&self) -> i64 {
        self.next_number
    }

    /// Works on one trade, then sees to what follows from it: timers, waiting polls, statistics.
    pub(crate) fn edit<R>(
        &mut self,
        id: &str,
        work: impl FnOnce(&mut Trade, Millis, &Settings) -> R,
    ) -> Option<R> {
        let trade = self.trades.get_mut(id)?;
        let (last_event, was_due, was_open) = (trade.log.last, trade.next_due(), trade.closing.is_none());
        let result = work(trade, self.now, &self.settings);
        if let Some(due) = was_due {
            self.due.remove(&(due, id.to_owned()));
        }
        if let Some(due) = trade.next_due() {
            self.due.insert((due, id.to_owned()));
        }
        if trade.log.last != last_event {
            self.changed.insert(id.to_owned());
        }
        if was_open && trade.closing.is_some() {
            self.history.note(trade);
        }
        Some(result)
    }
}
