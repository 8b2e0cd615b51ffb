//! Verbs about one trade: funds, staff, executions, history.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Arguments, OnTrade, done, on_trade};
use crate::json::{Json, Object, list, quoted, quoted_list};
use crate::world::World;
use crate::world::action::Action;
use crate::world::challenge::Purpose;
use crate::world::deposit::is_number;
use crate::world::execution::Progress;
use crate::world::trade::{Status, Trade};

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

pub(crate) fn expire_history(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let OnTrade { trade } = arguments.read()?;
    on_trade(world, &trade, |trade, _| {
        trade.log.drop_all();
        Ok(())
    })?;
    done()
}

pub(crate) fn inspect(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let OnTrade { trade: id } = arguments.read()?;
    let polls = i64::from(world.polls.waiting_on(&id));
    on_trade(world, &id, |trade, _| Ok(all_of(trade).with("polls", polls).to_string()))
}

fn all_of(trade: &Trade) -> Object {
    let views = trade
        .participants
        .iter()
        .fold(Object::new(), |views, user| views.with(user, trade.seen_by(user).to_string().as_str()));
    let execution = trade.execution.as_ref().map(|execution| {
        Object::new()
            .with("executionId", execution.id.as_str())
            .with("transfer", format!("{:?}", execution.transfer).to_lowercase().as_str())
            .with("status", execution.progress.as_str())
            .maybe("reason", execution.reason.as_deref())
            .with("held", execution.due.is_none() && trade.is_executing())
    });
    let closing = trade.closing.as_ref().map(|closing| {
        Object::new().with("at", closing.at / 1000).maybe("outcome", closing.outcome.as_deref())
    });
    Object::new()
        .with("id", trade.id.as_str())
        .with("tradeId", trade.number)
        .with("guild", trade.guild.as_str())
        .with("status", trade.status.as_str())
        .raw("participants", quoted_list(trade.participants.iter().map(String::as_str)))
        .maybe("address", trade.address.as_deref())
        .maybe("amount", trade.deposit.as_ref().map(|deposit| deposit.amount.as_str()))
        .maybe("confirmed_at", trade.deposit.as_ref().map(|deposit| deposit.confirmed_at / 1000))
        .maybe("reduction", trade.reduction.as_deref())
        .raw("challenges", challenges(trade))
        .maybe("execution", execution)
        .maybe("closed", closing)
        .with("last_event", trade.log.last)
        .with("dropped_event", trade.log.dropped)
        .with("retained_events", trade.log.retained() as i64)
        .raw("patched", list(trade.patches.iter().map(|(path, _)| quoted(path))))
        .with("seen_by", Json::from(views))
}

fn challenges(trade: &Trade) -> String {
    list(trade.challenges.iter().map(|(user, challenge)| {
        let shown = Object::new().with("user", user.as_str());
        let shown = match &challenge.purpose {
            Purpose::Action(action) => shown.with("action", action.as_str()),
            Purpose::Claim { address } => shown.with("address", address.as_str()),
        };
        challenge.show(shown).to_string()
    }))
}
