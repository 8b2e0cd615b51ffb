//! Verbs about one trade: funds, staff, executions, history.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Arguments, OnTrade, done, on_trade};
use crate::json::Object;
use crate::world::World;
use crate::world::action::Action;
use crate::world::deposit::is_number;
use crate::world::execution::Progress;
use crate::world::trade::Status;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepositArguments {
    trade: String,
    amount: String,
    txid: Option<String>,
}

pub(crate) fn deposit(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let DepositArguments { trade, amount, txid } = arguments.read()?;
    if !is_number(&amount) {
        return Err(format!("deposit: amount must be a JSON number as text, not {amount}"));
    }
    let confirmed = world.settings.auto_confirm_deposit;
    let txid = on_trade(world, &trade, |trade, now| {
        let txid = trade.receive(amount, txid, now).map_err(|refusal| refusal.message)?;
        if confirmed {
            trade.confirm_deposit(now);
        }
        Ok(txid)
    })?;
    Ok(Object::new().with("txid", txid.as_str()).to_string())
}

pub(crate) fn confirm_deposit(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let OnTrade { trade } = arguments.read()?;
    on_trade(world, &trade, |trade, now| {
        trade.must_be(Status::WaitingConfirmations).map_err(|refusal| refusal.message)?;
        trade.confirm_deposit(now);
        Ok(())
    })?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reduce {
    trade: String,
    amount: String,
}

pub(crate) fn reduce(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Reduce { trade, amount } = arguments.read()?;
    on_trade(world, &trade, |trade, now| trade.reduce(&amount, now))?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Support {
    trade: String,
    open: bool,
}

pub(crate) fn support(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Support { trade, open } = arguments.read()?;
    let changes = Object::new().with("support", Object::new().with("open", open));
    set_locked(world, &trade, open, changes)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lock {
    trade: String,
    locked: bool,
}

pub(crate) fn lock(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Lock { trade, locked } = arguments.read()?;
    set_locked(world, &trade, locked, Object::new().with("fundControlsLocked", locked))
}

fn set_locked(world: &mut World, trade: &str, locked: bool, changes: Object) -> Result<String, String> {
    on_trade(world, trade, |trade, now| {
        trade.locked = Some(locked);
        trade.record(now, "trade.support.updated", changes);
        Ok(())
    })?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Force {
    trade: String,
    action: Action,
}

pub(crate) fn force(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Force { trade, action } = arguments.read()?;
    on_trade(world, &trade, |trade, now| trade.force(action, now))?;
    done()
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Next {
    Processing,
    Completed,
    Failed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExecutionArguments {
    trade: String,
    status: Next,
    reason: Option<String>,
}

pub(crate) fn execution(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let ExecutionArguments { trade, status, reason } = arguments.read()?;
    let progress = match status {
        Next::Processing => Progress::Processing,
        Next::Completed => Progress::Completed,
        Next::Failed => Progress::Failed,
    };
    on_trade(world, &trade, |trade, now| {
        if !trade.is_executing() {
            return Err("execution: no transfer is under way; claim first, with hold_executions set".into());
        }
        trade.settle(progress, reason, now);
        Ok(())
    })?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Close {
    trade: String,
    outcome: Box<RawValue>,
}

pub(crate) fn close(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Close { trade, outcome } = arguments.read()?;
    let outcome: Option<String> =
        serde_json::from_str(outcome.get()).map_err(|_| "close: outcome must be a string or null")?;
    on_trade(world, &trade, |trade, now| match trade.closing {
        Some(_) => Err("close: this trade is closed already".into()),
        None => {
            trade.close(outcome.as_deref(), now);
            Ok(())
        }
    })?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Emit {
    trade: String,
    r#type: String,
    changes: Option<Box<RawValue>>,
}

pub(crate) fn emit(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Emit { trade, r#type: kind, changes } = arguments.read()?;
    let changes = changes.map_or("{}".to_owned(), |raw| raw.get().to_owned());
    let id = on_trade(world, &trade, |trade, now| {
        trade.append(now, &kind, changes);
        Ok(trade.log.last)
    })?;
    Ok(Object::new().with("id", id).to_string())
}
