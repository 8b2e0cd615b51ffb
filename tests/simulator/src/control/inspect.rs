//! The verb that shows everything known of a trade.

use super::{Arguments, OnTrade, on_trade};
use crate::json::{Json, Object, list, quoted, quoted_list};
use crate::world::World;
use crate::world::challenge::Purpose;
use crate::world::execution::Ended;
use crate::world::trade::Trade;

pub(crate) fn inspect(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let OnTrade { trade: id } = arguments.read()?;
    let polls: usize = world.polls.counts(Some(&id)).map(|(_, _, count)| count.waiting).sum();
    on_trade(world, &id, |trade, _| Ok(all_of(trade).with("polls", polls as i64).to_string()))
}

fn all_of(trade: &Trade) -> Object {
    let views = trade
        .participants
        .iter()
        .fold(Object::new(), |views, user| views.with(user, trade.seen_by(user).to_string().as_str()));
    let execution = trade.execution.as_ref().map(|execution| {
        Object::new()
            .with("executionId", execution.id.as_str())
            .with("transfer", execution.transfer.as_str())
            .with("status", execution.progress.as_str())
            .maybe("reason", execution.reason.as_deref())
            .with("held", execution.ends.is_none() && trade.is_executing())
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
        .with("effects", trade.count_effects())
        .raw("moves", list(trade.effects.iter().map(|effect| effect.show().to_string())))
        .raw("transfers", list(trade.ended.iter().map(transfer)))
        .raw("codes", quoted_list(trade.issued.iter().map(|issued| issued.code.as_str())))
}

/// A transfer that is over; the amount is a text, so that its digits stay.
fn transfer(ended: &Ended) -> String {
    let shown = Object::new()
        .with("transfer", ended.transfer.as_str())
        .with("status", ended.progress.as_str())
        .with("amount", ended.amount.as_str());
    shown.to_string()
}

fn challenges(trade: &Trade) -> String {
    let live =
        trade.challenges.iter().flat_map(|(user, live)| live.iter().map(move |challenge| (user, challenge)));
    list(live.map(|(user, challenge)| {
        let shown = Object::new().with("user", user.as_str());
        let shown = match &challenge.purpose {
            Purpose::Action(action) => shown.with("action", action.as_str()),
            Purpose::Claim { address } => shown.with("address", address.as_str()),
        };
        challenge.show(shown, 0).to_string()
    }))
}
