//! Operations that callers kept themselves, and those that a person lets go of.

use super::{in_progress, is_at_work, of_an_unknown_user};
use crate::error::Error;
use crate::model::{FundExecution, Origin, Wire};
use crate::protocol::claims::Claim;
use crate::protocol::request::{check_id, open_trade_again};
use crate::protocol::rows::{Row, Rows, State, TOKEN_ACCOUNT};
use crate::protocol::witness::Witness;

/// An operation that a caller kept itself, put where this account's are. What stands under its name already counts.
pub(crate) fn adopt(rows: &mut dyn Rows, kept: &Row, account: &str) -> Result<Row, Error> {
    let of_a_user = |account: &str| !account.starts_with(TOKEN_ACCOUNT);
    if kept.account != account && of_a_user(&kept.account) && of_a_user(account) {
        let message = format!(
            "operation {:?} is another user's; settle it on a client of theirs. Nothing was sent",
            kept.name
        );
        return Err(Error::invalid(message));
    }
    match &kept.intent.trade_id {
        Some(trade_id) => check_id("trade id", trade_id)?,
        None => drop(open_trade_again(kept)?),
    }
    if let Some(row) = rows.operation(&kept.name)? {
        if row.intent != kept.intent || (row.attempt.key != kept.attempt.key && row.state.is_open()) {
            let message =
                format!("another operation stands under the name {:?}; nothing was sent", kept.name);
            return Err(Error::invalid(message));
        }
        return Ok(row);
    }
    if let Some(row) = rows.elsewhere(&kept.name)? {
        return Err(of_an_unknown_user(&row));
    }
    // What was done when it was kept is not sent again because this store doesn't know it.
    let state = match &kept.state {
        State::Done { result } => State::Done { result: result.clone() },
        State::Accepted { result } => accepted(rows, kept, result)?,
        State::Running { .. } | State::Unknown => State::Unknown,
    };
    let (account, owner) = (account.to_owned(), rows.instance().to_owned());
    let row = Row { state, known: true, account, owner, generation: 1, sends: 1, ..kept.clone() };
    rows.put(&row)?;
    Ok(row)
}

/// A claim that was accepted when it was kept excludes others until its transfer ends.
fn accepted(rows: &mut dyn Rows, kept: &Row, result: &str) -> Result<State, Error> {
    let unreadable = || Error::invalid(format!("operation {:?} holds no receipt of its claim", kept.name));
    let receipt = FundExecution::decode(result, Origin::Server).map_err(|_| unreadable())?;
    let (Some(trade_id), Some(issued)) = (&kept.intent.trade_id, &kept.attempt.challenge) else {
        return Err(unreadable());
    };
    let mut facts = rows.facts(trade_id)?;
    if facts.pending.is_none() {
        facts.accepted(Claim::new(&kept.name, &receipt, issued));
        rows.put_facts(trade_id, &facts)?;
    }
    Ok(State::Accepted { result: result.to_owned() })
}

/// A person says that it no longer counts: the name is free again.
pub(crate) fn forget(rows: &mut dyn Rows, witness: &Witness, name: &str) -> Result<Option<Row>, Error> {
    let Some(row) = rows.operation(name)? else {
        let Some(row) = rows.elsewhere(name)? else { return Ok(None) };
        if is_at_work(rows, witness, &row) {
            return Err(in_progress(&row));
        }
        rows.forget_elsewhere(&row)?;
        return Ok(Some(row));
    };
    if is_at_work(rows, witness, &row) {
        return Err(in_progress(&row));
    }
    if let Some(trade_id) = &row.intent.trade_id {
        let mut facts = rows.facts(trade_id)?;
        facts.forget(name);
        rows.put_facts(trade_id, &facts)?;
    }
    rows.remove(name)?;
    Ok(Some(row))
}
