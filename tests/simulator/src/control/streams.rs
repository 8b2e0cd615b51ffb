//! Verbs for streams of events: many at once, history and connections lost, and who polls.

use serde::Deserialize;

use super::{Arguments, on_trade};
use crate::json::{Object, list};
use crate::world::World;
use crate::world::polls::Count;
use crate::world::settings::Share;

/// How many events one command may make.
const MOST: usize = 100_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Happen {
    trade: Option<String>,
    count: Option<usize>,
}

pub(crate) fn happen(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Happen { trade, count } = arguments.read()?;
    let count = count.unwrap_or(1);
    if count > MOST {
        return Err(format!("happen: count must be at most {MOST}, not {count}"));
    }
    let open = world.trades.values().filter(|trade| trade.closing.is_none());
    let ids: Vec<_> = match trade {
        Some(id) => vec![id],
        None => open.map(|trade| trade.id.clone()).collect(),
    };
    if ids.is_empty() {
        return Err("happen: there is no open trade; `open_trade` makes one".into());
    }
    let mut made = Vec::with_capacity(count);
    for _ in 0..count {
        let id = &ids[world.dice.usize(..ids.len())];
        let event = on_trade(world, id, |trade, now| match trade.closing {
            Some(_) => Err(format!("happen: the trade {id} is closed; `emit` adds events to it even so")),
            None => Ok(trade.stir(now)),
        })?;
        made.push(Object::new().with("trade", id.as_str()).with("id", event).to_string());
    }
    Ok(Object::new().raw("events", list(made)).to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Meant {
    trade: Option<String>,
    share: Option<Share>,
}

/// Which of the trades, or of what is on them, a command means.
enum Which {
    Trade(String),
    Share(Share),
}

impl Which {
    /// Without arguments, all.
    fn of(world: &World, verb: &str, meant: Meant) -> Result<Which, String> {
        match (meant.trade, meant.share) {
            (Some(_), Some(_)) => Err(format!("{verb}: give trade or share, not both")),
            (Some(id), None) if !world.trades.contains_key(&id) => {
                Err(format!("{verb}: there is no trade {id}; `trades` lists the ones there are"))
            }
            (Some(id), None) => Ok(Which::Trade(id)),
            (None, share) => Ok(Which::Share(share.unwrap_or(Share::ALL))),
        }
    }

    fn is_meant(&self, trade: &str, dice: &mut fastrand::Rng) -> bool {
        match self {
            Which::Trade(id) => id == trade,
            Which::Share(share) => share.hits(dice),
        }
    }
}

pub(crate) fn expire_history(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let meant: Meant = arguments.read()?;
    if meant.trade.is_none() && meant.share.is_none() {
        return Err("expire_history: give a trade, or a share from 0 to 1 of all trades".into());
    }
    let which = Which::of(world, "expire_history", meant)?;
    let World { trades, dice, .. } = world;
    let meant = trades.values_mut().filter(|trade| which.is_meant(&trade.id, dice));
    let expired = meant.map(|trade| {
        trade.log.drop_all();
        Object::new().with("trade", trade.id.as_str()).with("dropped", trade.log.dropped).to_string()
    });
    Ok(Object::new().raw("expired", list(expired)).to_string())
}

pub(crate) fn cut(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let which = Which::of(world, "cut", arguments.read()?)?;
    Ok(Object::new()
        .with("cut", world.cut_polls(|trade, dice| which.is_meant(trade, dice)) as i64)
        .to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Polls {
    trade: Option<String>,
    clear: Option<bool>,
}

pub(crate) fn polls(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Polls { trade, clear } = arguments.read()?;
    let counts = || world.polls.counts(trade.as_deref());
    let shown = Object::new()
        .with("connections", world.connections as i64)
        .with("waiting", counts().map(|(_, _, count)| count.waiting as i64).sum::<i64>())
        .with("most", counts().map(|(_, _, count)| count.most as i64).max().unwrap_or(0))
        .with("came", counts().map(|(_, _, count)| count.came as i64).sum::<i64>())
        .with("refused", counts().map(|(_, _, count)| count.refused as i64).sum::<i64>())
        .raw("of", list(counts().map(|(trade, token, count)| row(trade, token, count).to_string())));
    if clear == Some(true) {
        world.polls.forget_counts();
    }
    Ok(shown.to_string())
}

fn row(trade: &str, token: &str, count: &Count) -> Object {
    Object::new()
        .with("trade", trade)
        .with("token", token)
        .with("waiting", count.waiting as i64)
        .with("most", count.most as i64)
        .with("came", count.came as i64)
        .with("refused", count.refused as i64)
}
