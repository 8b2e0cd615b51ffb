//! Verbs that count what was done and look for what must never happen.

use serde::Deserialize;

use super::{Arguments, Nothing};
use crate::json::{Object, list};
use crate::world::World;
use crate::world::effects::Deed;
use crate::world::invariants::Violation;
use crate::world::trade::Trade;

pub(crate) fn trades(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Nothing {} = arguments.read()?;
    Ok(list(world.trades.values().map(|trade| summary(trade).to_string())))
}

fn summary(trade: &Trade) -> Object {
    let created = trade.effects.iter().find(|effect| effect.deed == Deed::Create);
    Object::new()
        .with("id", trade.id.as_str())
        .with("tradeId", trade.number)
        .with("status", trade.status.as_str())
        .maybe("created_by", created.map(|effect| effect.user.as_str()))
        .with("effects", trade.count_effects())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    trade: Option<String>,
    creates: Option<usize>,
}

pub(crate) fn check(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Check { trade, creates } = arguments.read()?;
    if let Some(id) = trade.as_deref().filter(|id| !world.trades.contains_key(*id)) {
        return Err(format!("check: there is no trade {id}; `trades` lists the ones there are"));
    }
    if trade.is_some() && creates.is_some() {
        return Err("check: creates counts all trades; leave trade out with it".into());
    }
    let mut found = world.violations(trade.as_deref());
    if let Some(meant) = creates {
        found.extend(world.superfluous(meant));
    }
    Ok(list(found.iter().map(|violation| Violation::show(violation).to_string())))
}
