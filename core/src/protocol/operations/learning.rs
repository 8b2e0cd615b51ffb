//! What snapshots and events tell of operations, and what that means for the next step.

use std::time::Duration;

use super::open_on;
use crate::error::{Error, ErrorKind};
use crate::model::{EventType, Trade, TradeEvent};
use crate::protocol::claims::{Ended, Facts};
use crate::protocol::next_step::Known;
use crate::protocol::rows::{Row, Rows, State};
use crate::protocol::witness::Witness;

/// Notes that this account follows a trade, or that there is nothing left to follow.
pub(crate) fn follow(rows: &mut dyn Rows, trade_id: &str, followed: bool) -> Result<(), Error> {
    let mut facts = rows.facts(trade_id)?;
    if facts.followed == followed {
        return Ok(());
    }
    facts.followed = followed;
    rows.put_facts(trade_id, &facts)
}

/// Learns from a snapshot.
pub(crate) fn saw_trade(rows: &mut dyn Rows, trade: &Trade) -> Result<(), Error> {
    learn(rows, trade.id(), |facts| facts.saw_trade(trade))
}

/// Learns from an event.
pub(crate) fn saw_event(rows: &mut dyn Rows, event: &TradeEvent) -> Result<(), Error> {
    learn(rows, event.trade().id(), |facts| facts.saw_event(event))
}

/// Whether an event can tell anything that is kept.
pub(crate) fn is_telling(event: &TradeEvent) -> bool {
    let silent = [EventType::IdentificationUpdated, EventType::TermsUpdated, EventType::SupportUpdated];
    !silent.contains(event.kind()) || event.changes().execution().is_some()
}

fn learn(
    rows: &mut dyn Rows,
    trade_id: &str,
    look: impl Fn(&mut Facts) -> Option<Ended>,
) -> Result<(), Error> {
    let before = rows.facts(trade_id)?;
    let mut facts = before.clone();
    let ended = look(&mut facts);
    if facts != before {
        rows.put_facts(trade_id, &facts)?;
    }
    let Some(ended) = ended else { return Ok(()) };
    let (Ended::Failed(claim) | Ended::Over(claim)) = &ended;
    let Some(row) = rows.operation(&claim.name)? else { return Ok(()) };
    match (row.state.clone(), ended) {
        (State::Accepted { result }, Ended::Over(_)) if row.known => {
            rows.put(&Row { state: State::Done { result }, ..row })
        }
        // Failed for good: the name may start anew.
        (State::Accepted { .. }, _) => rows.remove(&row.name),
        _ => Ok(()),
    }
}

/// What counts for the next step of a trade, at a moment on this process's clock. Writes nothing.
pub(crate) fn known(
    rows: &mut dyn Rows,
    witness: &mut Witness,
    trade: &Trade,
    now: Duration,
) -> Result<Known, Error> {
    let mut facts = rows.facts(trade.id())?;
    facts.saw_trade(trade);
    let unsettled = match open_on(rows, witness, trade.id()) {
        Ok(Some(row)) => now < witness.see(&row, now).dead_by,
        Ok(None) => false,
        Err(error) if error.kind() == ErrorKind::OperationInProgress => true,
        Err(error) => return Err(error),
    };
    let claim_pending = facts.is_claimed(trade) || rows.claim_elsewhere(trade.id())?.is_some();
    Ok(Known { unsettled, claim_pending, outcome: facts.outcome() })
}
