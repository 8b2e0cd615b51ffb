//! Polls that wait, at most two per token and trade, and how many there ever were.

use std::collections::{BTreeMap, BTreeSet};

use super::events::Oddity;
use super::refusal::Refusal;
use super::trade::Millis;

const SLOTS: usize = 2;

/// A poll that found nothing new yet.
#[derive(Debug, Clone)]
pub(crate) struct Poll {
    pub(crate) number: u64,
    pub(crate) token: String,
    pub(crate) trade: String,
    pub(crate) user: String,
    pub(crate) offset: i64,
    /// What is wrong with its answer, on purpose.
    pub(crate) oddity: Option<Oddity>,
    /// When it is answered with nothing.
    pub(crate) until: Millis,
}

/// Trade and token.
type Pair = (String, String);

impl Poll {
    fn pair(&self) -> Pair {
        (self.trade.clone(), self.token.clone())
    }
}

/// The polls of one trade under one token.
#[derive(Debug, Default, Clone)]
pub(crate) struct Count {
    pub(crate) waiting: usize,
    /// The most that ever waited at once.
    pub(crate) most: usize,
    /// All that were let in or were one too many.
    pub(crate) came: u64,
    /// Those that were one too many.
    pub(crate) refused: u64,
    /// Until when slots are taken that outlive their poll.
    held: Vec<Millis>,
}

/// Who waits, and which slots are taken.
#[derive(Debug, Default)]
pub(crate) struct Polls {
    last_number: u64,
    counts: BTreeMap<Pair, Count>,
    waiting: BTreeMap<u64, Pair>,
    /// Those whose connection is about to close.
    cut: BTreeSet<u64>,
}

impl Polls {
    pub(crate) fn new_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// A poll came in; it may wait if it is not one too many.
    pub(crate) fn admit(&mut self, token: &str, trade: &str, now: Millis) -> Result<(), Refusal> {
        let count = self.counts.entry((trade.to_owned(), token.to_owned())).or_default();
        count.came += 1;
        count.held.retain(|until| now < *until);
        if count.waiting + count.held.len() < SLOTS {
            return Ok(());
        }
        count.refused += 1;
        let mut refusal =
            Refusal::new(429, "too_many_polls", "Two polls of this trade wait already under this token.");
        refusal.retry_after = Some(1);
        Err(refusal)
    }

    pub(crate) fn begin(&mut self, poll: &Poll) {
        let count = self.counts.entry(poll.pair()).or_default();
        count.waiting += 1;
        count.most = count.most.max(count.waiting);
        self.waiting.insert(poll.number, poll.pair());
    }

    pub(crate) fn end(&mut self, poll: &Poll) {
        self.cut.remove(&poll.number);
        if let Some(pair) = self.waiting.remove(&poll.number)
            && let Some(count) = self.counts.get_mut(&pair)
        {
            count.waiting -= 1;
        }
    }

    /// The poll's client went away; its slot stays taken until then.
    pub(crate) fn abort(&mut self, poll: &Poll, until: Millis, now: Millis) {
        self.end(poll);
        if now < until {
            self.counts.entry(poll.pair()).or_default().held.push(until);
        }
    }

    /// Those who wait and are meant are to hear nothing more. Gives the trades whose polls must look again.
    pub(crate) fn cut(&mut self, mut is_meant: impl FnMut(&str) -> bool) -> Vec<String> {
        let meant: Vec<_> = self.waiting.iter().filter(|(_, (trade, _))| is_meant(trade)).collect();
        self.cut.extend(meant.iter().map(|(number, _)| **number));
        meant.into_iter().map(|(_, (trade, _))| trade.clone()).collect()
    }

    pub(crate) fn is_cut(&self, poll: &Poll) -> bool {
        self.cut.contains(&poll.number)
    }

    /// The trades that are waited on.
    pub(crate) fn trades(&self) -> impl Iterator<Item = &str> {
        self.waiting.values().map(|(trade, _)| trade.as_str())
    }

    /// Token and count for every trade that was ever polled, or for one.
    pub(crate) fn counts(&self, trade: Option<&str>) -> impl Iterator<Item = (&str, &str, &Count)> {
        let all = self.counts.iter().filter(move |((id, _), _)| trade.is_none_or(|trade| trade == id));
        all.map(|((trade, token), count)| (trade.as_str(), token.as_str(), count))
    }

    /// Counts anew from now on; those who wait stay counted.
    pub(crate) fn forget_counts(&mut self) {
        for count in self.counts.values_mut() {
            (count.most, count.came, count.refused) = (count.waiting, 0, 0);
        }
    }
}
