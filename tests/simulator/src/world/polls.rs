//! Polls that wait, at most two per token and trade.

use std::collections::HashMap;

use super::refusal::Refusal;
use super::trade::Millis;

const SLOTS: usize = 2;

/// A poll that found nothing new yet.
#[derive(Debug, Clone)]
pub(crate) struct Poll {
    pub(crate) token: String,
    pub(crate) trade: String,
    pub(crate) user: String,
    pub(crate) offset: i64,
    /// When it is answered with nothing.
    pub(crate) until: Millis,
}

/// Token and trade.
type Pair = (String, String);

impl Poll {
    fn pair(&self) -> Pair {
        (self.token.clone(), self.trade.clone())
    }
}

/// Which slots are taken.
#[derive(Debug, Default)]
pub(crate) struct Polls {
    waiting: HashMap<Pair, usize>,
    /// Slots that outlive their poll, and until when.
    held: Vec<(Pair, Millis)>,
}

impl Polls {
    pub(crate) fn check(&self, token: &str, trade: &str, now: Millis) -> Result<(), Refusal> {
        let pair = (token.to_owned(), trade.to_owned());
        let held = self.held.iter().filter(|(held, until)| *held == pair && now < *until).count();
        if self.waiting.get(&pair).map_or(0, |waiting| *waiting) + held < SLOTS {
            return Ok(());
        }
        let mut refusal =
            Refusal::new(429, "too_many_polls", "Two polls of this trade wait already under this token.");
        refusal.retry_after = Some(1);
        Err(refusal)
    }

    pub(crate) fn begin(&mut self, poll: &Poll) {
        *self.waiting.entry(poll.pair()).or_default() += 1;
    }

    pub(crate) fn end(&mut self, poll: &Poll) {
        let pair = poll.pair();
        if let Some(waiting) = self.waiting.get_mut(&pair) {
            *waiting -= 1;
            if *waiting == 0 {
                self.waiting.remove(&pair);
            }
        }
    }

    /// The poll's client went away; its slot stays taken until then.
    pub(crate) fn abort(&mut self, poll: &Poll, until: Millis, now: Millis) {
        self.end(poll);
        self.held.retain(|(_, until)| now < *until);
        self.held.push((poll.pair(), until));
    }

    /// The trades that are waited on.
    pub(crate) fn trades(&self) -> impl Iterator<Item = &str> {
        self.waiting.keys().map(|(_, trade)| trade.as_str())
    }

    pub(crate) fn waiting_on(&self, trade: &str) -> usize {
        self.waiting.iter().filter(|((_, id), _)| id == trade).map(|(_, waiting)| waiting).sum()
    }
}
