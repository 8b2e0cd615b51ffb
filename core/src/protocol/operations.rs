//! Operations: named intents, of which each happens once, and which exclude each other where two would move the same
//! money. Decisions over rows; where the rows are kept is no matter of this.

mod keeping;
mod learning;

use std::time::Duration;

use super::claims::Claim;
use super::rows::{Attempt, Intent, Kind, Row, Rows, State};
use super::witness::Witness;
use crate::error::{Error, ErrorKind};
use crate::operation::Operation;

pub(crate) use keeping::{adopt, forget};
pub(crate) use learning::{follow, is_telling, known, saw_event, saw_trade};

/// How a call under a name goes on.
#[derive(Debug)]
pub(crate) enum Begin {
    /// Nothing was sent under this name yet, or what was is proven void.
    First(Row),
    /// It may have been sent: send the same again.
    Replay(Row),
    /// A call is at it, here or in another process.
    Busy(Row),
    /// It is done; this is what came of it, as JSON.
    Finished(String),
}

/// What a call brings along to begin.
pub(crate) struct Start<'a> {
    /// Where no attempt stands, this is the one.
    pub(crate) attempt: Attempt,
    pub(crate) account: &'a str,
    /// Whether the caller chose the name.
    pub(crate) named: bool,
    pub(crate) now: Duration,
    /// When the challenge is dead by this process's clock.
    pub(crate) dead_by: Option<Duration>,
}

/// How a call under a name ended.
#[derive(Debug)]
pub(crate) enum Finish {
    /// With a result, as JSON.
    Done(String),
    /// A trade was opened, with its receipt as JSON and its id.
    Opened(String, String),
    /// A claim was accepted, with its receipt as JSON.
    Accepted(String, Claim),
    /// Proven: nothing happened. The name is free again.
    Void,
    /// Nothing proves what became of it; whether it was sent once more.
    Unknown { sent: bool },
    /// Nothing was sent this time: as it was before.
    Abandon,
}

/// Starts, repeats or finds an operation.
pub(crate) fn begin(
    rows: &mut dyn Rows,
    witness: &mut Witness,
    name: &str,
    intent: &Intent,
    start: &Start<'_>,
) -> Result<Begin, Error> {
    if let Some(row) = rows.operation(name)? {
        if row.intent != *intent {
            return Err(Error::invalid(differing(&row, intent)));
        }
        return match &row.state {
            State::Done { result } | State::Accepted { result } => Ok(Begin::Finished(result.clone())),
            _ if is_at_work(rows, witness, &row) => Ok(Begin::Busy(row)),
            _ if intent.kind != Kind::OpenTrade && row.attempt.key != start.attempt.key => {
                Err(left_open(&row))
            }
            _ => {
                replayable(witness, &row, &start.attempt.token, start.now, start.attempt.begun_at)?;
                let row = taken(rows, row)?;
                witness.took(&row, start.now);
                Ok(Begin::Replay(row))
            }
        };
    }
    if let Some(row) = rows.elsewhere(name)? {
        return Err(of_an_unknown_user(&row));
    }
    match &intent.trade_id {
        Some(trade_id) => {
            if let Some(open) = open_on(rows, witness, trade_id)? {
                return Err(left_open(&open));
            }
            if let Some(pending) = payout_pending(rows, trade_id)? {
                return Err(pending);
            }
        }
        // Never the same trade opened twice while the first may still land.
        None => {
            if let Some(open) = rows.open(None)?.into_iter().find(|row| row.intent == *intent) {
                let at_work = is_at_work(rows, witness, &open);
                return Err(if at_work { in_progress(&open) } else { left_open(&open) });
            }
        }
    }
    let row = Row {
        name: name.to_owned(),
        intent: intent.clone(),
        attempt: start.attempt.clone(),
        state: State::Running { replay: false },
        known: start.named,
        account: start.account.to_owned(),
        owner: rows.instance().to_owned(),
        generation: 1,
        sends: 1,
    };
    rows.put(&row)?;
    witness.began(&row, start.now, start.dead_by);
    Ok(Begin::First(row))
}

/// Whether the same bytes may go out once more without a person's word.
pub(crate) fn replayable(
    witness: &Witness,
    row: &Row,
    token: &str,
    now: Duration,
    wall: i64,
) -> Result<(), Error> {
    let why = if row.attempt.token != token {
        "it was sent under another token"
    } else if row.intent.kind == Kind::OpenTrade && !witness.is_young(row, now, wall) {
        "it is too old to be sent again safely"
    } else {
        return Ok(());
    };
    let message = format!(
        "the outcome of this operation is still unknown, and {why}. Look in Discord, then resolve or forget it"
    );
    Err(Error::new(ErrorKind::OutcomeUnknown, message).with_operation(Operation::of(row)))
}

/// Whether a call is at it, here or in another process that lives.
fn is_at_work(rows: &mut dyn Rows, witness: &Witness, row: &Row) -> bool {
    match row.state {
        State::Running { .. } if row.owner == rows.instance() => witness.is_at_work(row),
        State::Running { .. } => rows.is_alive(&row.owner),
        _ => false,
    }
}

fn taken(rows: &mut dyn Rows, row: Row) -> Result<Row, Error> {
    let generation = row.generation.saturating_add(1);
    let owner = rows.instance().to_owned();
    // Counted before it is sent: whoever finds this row after a crash must take it as sent.
    let sends = row.sends.saturating_add(1);
    let row = Row { state: State::Running { replay: true }, owner, generation, sends, ..row };
    rows.put(&row)?;
    Ok(row)
}

/// Takes an open operation that nobody is at, to settle it.
pub(crate) fn take(
    rows: &mut dyn Rows,
    witness: &mut Witness,
    name: &str,
    now: Duration,
) -> Result<Option<Row>, Error> {
    let Some(row) = rows.operation(name)? else { return Ok(None) };
    if !row.state.is_open() || is_at_work(rows, witness, &row) {
        return Ok(None);
    }
    let row = taken(rows, row)?;
    witness.took(&row, now);
    Ok(Some(row))
}

/// Why no claim of this trade may be begun: one was accepted and its transfer hasn't ended.
pub(crate) fn payout_pending(rows: &mut dyn Rows, trade_id: &str) -> Result<Option<Error>, Error> {
    let own = rows.facts(trade_id)?.pending;
    let Some(claim) = own.map_or_else(|| rows.claim_elsewhere(trade_id), |claim| Ok(Some(claim)))? else {
        return Ok(None);
    };
    let message = format!(
        "claim {:?} of this trade was accepted and its transfer hasn't ended: follow the events. Nothing was sent",
        claim.name
    );
    let error = Error::new(ErrorKind::OperationInProgress, message);
    let row = rows.operation(&claim.name)?;
    Ok(Some(row.iter().fold(error, |error, row| error.with_operation(Operation::of(row)))))
}

/// Writes how it ended, if it is still this call's to write. Gives the row as it stands then.
pub(crate) fn finish(rows: &mut dyn Rows, row: &Row, finish: Finish) -> Result<Written, Error> {
    let stands = rows.operation(&row.name)?;
    let Some(mut held) = stands.clone().filter(|stands| {
        stands.generation == row.generation
            && stands.owner == rows.instance()
            && stands.attempt == row.attempt
    }) else {
        return Ok(Written::Lost(stands));
    };
    let void = match (finish, &row.state) {
        (Finish::Done(result), _) => {
            held.state = State::Done { result };
            !held.known
        }
        (Finish::Opened(result, trade_id), _) => {
            held.state = State::Done { result };
            follow(rows, &trade_id, true)?;
            !held.known
        }
        (Finish::Accepted(result, claim), _) => {
            held.state = State::Accepted { result };
            let mut stands = true;
            if let Some(trade_id) = &held.intent.trade_id {
                let mut facts = rows.facts(trade_id)?;
                stands = facts.accepted(claim);
                rows.put_facts(trade_id, &facts)?;
            }
            !stands
        }
        (Finish::Void, _) | (Finish::Abandon, State::Running { replay: false }) => {
            held.state = State::Unknown;
            true
        }
        (Finish::Unknown { sent }, _) => {
            held.state = State::Unknown;
            held.sends = held.sends.saturating_sub(u64::from(!sent));
            held.known = true;
            false
        }
        (Finish::Abandon, _) => {
            held.state = State::Unknown;
            held.sends = held.sends.saturating_sub(1);
            false
        }
    };
    if void {
        rows.remove(&row.name)?
    } else {
        rows.put(&held)?
    }
    Ok(Written::Kept(held))
}

/// Whether an outcome could be written.
#[derive(Debug)]
pub(crate) enum Written {
    /// It was this call's to write; the row says so now.
    Kept(Row),
    /// Somebody else took the operation meanwhile; this is what stands, if anything.
    Lost(Option<Row>),
}

/// The mutation of this trade that is under way, as an error, or the one that lies there unsettled.
pub(crate) fn open_on(rows: &mut dyn Rows, witness: &Witness, trade_id: &str) -> Result<Option<Row>, Error> {
    if let Some(row) = rows.open_elsewhere(trade_id)? {
        return Err(of_an_unknown_user(&row));
    }
    let Some(row) = rows.open(Some(trade_id))?.into_iter().next() else { return Ok(None) };
    if is_at_work(rows, witness, &row) { Err(in_progress(&row)) } else { Ok(Some(row)) }
}

fn of_an_unknown_user(row: &Row) -> Error {
    refused(
        row,
        "is another account's in this store, as far as can be told: user_id was set for one of them only. It may be the same user's, so nothing was sent. Set user_id on every client of a store; settle this one on a client set up as it was then, or forget it",
    )
}

fn refused(row: &Row, says: impl std::fmt::Display) -> Error {
    let message = format!("operation {:?} ({}) {says}", row.name, row.intent.kind.as_str());
    Error::new(ErrorKind::OperationInProgress, message).with_operation(Operation::of(row))
}

pub(crate) fn in_progress(row: &Row) -> Error {
    refused(row, "is under way and excludes this; nothing was sent. Wait for it")
}

pub(crate) fn left_open(row: &Row) -> Error {
    refused(
        row,
        "was left with its outcome unknown and excludes this; nothing was sent. Repeat it as it was, or call recover, to settle it",
    )
}

fn differing(stands: &Row, asked: &Intent) -> String {
    let (name, intent) = (&stands.name, &stands.intent);
    if intent.kind != asked.kind || intent.trade_id != asked.trade_id {
        let kind = intent.kind.as_str();
        return format!("operation {name:?} names another {kind}: use a new name. Nothing was sent");
    }
    let differs = intent.values.iter().filter(|(field, value)| asked.values.get(*field) != Some(value));
    let fields = differs.map(|(field, _)| field.as_str()).collect::<Vec<_>>().join(", ");
    format!(
        "operation {name:?} was begun with another {fields}: use a new name for a new intent. Nothing was sent"
    )
}

#[cfg(test)]
mod tests;
