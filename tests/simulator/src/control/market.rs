//! Verbs about the world around the trades: people, cryptos, time, switches.

use serde::Deserialize;

use super::{Arguments, Nothing, done};
use crate::crypto;
use crate::json::{Json, Object};
use crate::world::World;
use crate::world::market::{CLOSED_GUILD, GUILD, User};

pub(crate) fn world(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Nothing {} = arguments.read()?;
    let market = &world.market;
    let users = market
        .users
        .iter()
        .fold(Object::new(), |users, (id, user)| users.with(&user.name, account(id, market.token_of(id))));
    let answer = Object::new()
        .with("base_url", world.base_url.as_str())
        .with("guild", GUILD)
        .with("closed_guild", CLOSED_GUILD)
        .with("users", users);
    Ok(answer.to_string())
}

fn account(id: &str, token: Option<&str>) -> Object {
    Object::new().with("id", id).with("token", token.map_or(Json::Token("null".into()), Json::from))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddUser {
    id: Option<String>,
    token: Option<String>,
    bot: Option<bool>,
    member: Option<bool>,
}

pub(crate) fn add_user(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let AddUser { id, token, bot, member } = arguments.read()?;
    let market = &mut world.market;
    let next =
        || (200_000_000_000_000_006_i64..).map(|id| id.to_string()).find(|id| !market.users.contains_key(id));
    let id = id.or_else(next).unwrap_or_default();
    if !(17..=20).contains(&id.len()) || !id.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(format!("id must be a Discord id of 17 to 20 digits, not {id}"));
    }
    if let Some(owner) =
        token.as_ref().and_then(|token| market.tokens.get(token)).filter(|owner| **owner != id)
    {
        return Err(format!("this token belongs to {owner} already; choose another one"));
    }
    let user = market.users.entry(id.clone()).or_insert_with(|| User {
        name: id.clone(),
        is_bot: false,
        is_member: true,
    });
    user.is_bot = bot.unwrap_or(user.is_bot);
    user.is_member = member.unwrap_or(user.is_member);
    let token = token.or_else(|| (!user.is_bot).then(|| format!("sim-token-{id}")));
    if let Some(token) = &token {
        market.tokens.insert(token.clone(), id.clone());
    }
    Ok(account(&id, token.as_deref()).to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokeToken {
    token: String,
}

pub(crate) fn revoke_token(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let RevokeToken { token } = arguments.read()?;
    match world.market.tokens.remove(&token) {
        Some(_) => {
            world.wake_polls();
            done()
        }
        None => Err("there is no such token; `world` tells the ones there are".into()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetCrypto {
    crypto: String,
    enabled: bool,
}

pub(crate) fn set_crypto(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let SetCrypto { crypto: name, enabled } = arguments.read()?;
    if crypto::find(&name).is_none() {
        return Err(format!("crypto must be one of {}", crypto::names()));
    }
    match enabled {
        true => world.market.disabled_cryptos.remove(&name),
        false => world.market.disabled_cryptos.insert(name),
    };
    done()
}

pub(crate) fn now(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Nothing {} = arguments.read()?;
    Ok(Object::new().with("now", world.now() / 1000).to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: f64,
}

pub(crate) fn advance(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Advance { seconds } = arguments.read()?;
    if !(0.0..=1e9).contains(&seconds) {
        return Err(format!("seconds must be from 0 to 1e9, not {seconds}: time goes forward only"));
    }
    world.skip((seconds * 1000.0).round() as i64);
    Ok(Object::new().with("now", world.now() / 1000).to_string())
}
