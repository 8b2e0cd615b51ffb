//! Polls that wait, at most two per token and trade.

use std::collections::HashMap;

use super::refusal::Refusal;
use super::trade::Millis;

const SLOTS: u32 = 2;

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

/// How many polls wait, by token and trade.
#[derive(Debug, Default)]
pub(crate) struct Polls(HashMap<(String, String), u32>);

impl Polls {
    pub(crate) fn check(&self, token: &str, trade: &str) -> Result<(), Refusal> {
        if self.0.get(&(token.to_owned(), trade.to_owned())).is_none_or(|waiting| *waiting < SLOTS) {
            return Ok(());
        }
        let mut refusal =
            Refusal::new(429, "too_many_polls", "Two polls of this trade wait already under this token.");
        refusal.retry_after = Some(1);
        Err(refusal)
    }

    pub(crate) fn begin(&mut self, poll: &Poll) {
        *self.0.entry((poll.token.clone(), poll.trade.clone())).or_default() += 1;
    }

    pub(crate) fn end(&mut self, poll: &Poll) {
        let slot = (poll.token.clone(), poll.trade.clone());
        if let Some(waiting) = self.0.get_mut(&slot) {
            *waiting -= 1;
            if *waiting == 0 {
                self.0.remove(&slot);
            }
        }
    }

    /// The trades that are waited on.
    pub(crate) fn trades(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|(_, trade)| trade.as_str())
    }

    pub(crate) fn waiting_on(&self, trade: &str) -> u32 {
        self.0.iter().filter(|((_, id), _)| id == trade).map(|(_, waiting)| waiting).sum()
    }
}
