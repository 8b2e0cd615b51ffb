//! Whose turn it is to poll a trade: the server holds two polls at once, however many processes there are. They stand in
//! a queue in the store they share; the first two poll.

use super::rows::Rows;
use crate::error::Error;

/// The server's limit for one account and trade.
const AT_ONCE: usize = 2;

/// Somebody who polls a trade or waits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Smaller ones come first.
    pub(crate) turn: i64,
    pub(crate) instance: String,
}

/// How one that stands in the queue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) turn: i64,
    /// Whether it may poll.
    pub(crate) granted: bool,
    /// Others in the queue.
    pub(crate) others: usize,
}

impl Place {
    /// Whether somebody waits while this one polls.
    pub(crate) fn is_wanted(&self) -> bool {
        self.granted && self.others >= AT_ONCE
    }
}

/// Stands in the queue of a trade, or looks how far it moved on. Those of processes that ended are removed.
pub(crate) fn stand(rows: &mut dyn Rows, trade_id: &str, mine: Option<i64>) -> Result<Place, Error> {
    let own = rows.instance().to_owned();
    let mut living = Vec::new();
    for waiting in rows.polls(trade_id)? {
        if waiting.instance == own || rows.is_alive(&waiting.instance) {
            living.push(waiting);
        } else {
            rows.remove_poll(trade_id, waiting.turn)?;
        }
    }
    let is_mine = |waiting: &Waiting| waiting.instance == own && Some(waiting.turn) == mine;
    let turn = match living.iter().find(|waiting| is_mine(waiting)) {
        Some(waiting) => waiting.turn,
        None => {
            let turn = living.last().map_or(0, |last| last.turn) + 1;
            rows.put_poll(trade_id, &Waiting { turn, instance: own })?;
            turn
        }
    };
    let ahead = living.iter().filter(|waiting| waiting.turn < turn).count();
    let others = living.iter().filter(|waiting| waiting.turn != turn).count();
    Ok(Place { turn, granted: ahead < AT_ONCE, others })
}

/// Goes to the end of the queue.
pub(crate) fn give_way(rows: &mut dyn Rows, trade_id: &str, mine: i64) -> Result<Place, Error> {
    leave(rows, trade_id, mine)?;
    stand(rows, trade_id, None)
}

/// Leaves the queue.
pub(crate) fn leave(rows: &mut dyn Rows, trade_id: &str, mine: i64) -> Result<(), Error> {
    let own = rows.instance().to_owned();
    let waiting = rows.polls(trade_id)?;
    if waiting.iter().any(|waiting| waiting.turn == mine && waiting.instance == own) {
        rows.remove_poll(trade_id, mine)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
