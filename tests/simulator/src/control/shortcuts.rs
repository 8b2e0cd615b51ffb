//! Verbs that play the participants: a whole way to a status, or one move, as if made in Discord.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Arguments, done, on_trade};
use crate::json::Object;
use crate::text::Text;
use crate::world::World;
use crate::world::action::Action;
use crate::world::deposit::{exact, is_number};
use crate::world::effects::Deed;
use crate::world::execution::{Course, Progress};
use crate::world::moves::Move;
use crate::world::refusal::Refusal;
use crate::world::trade::{Millis, Role, Status, Trade};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenTrade {
    crypto: Option<String>,
    sender: Option<String>,
    receiver: Option<String>,
    until: Option<Status>,
    amount: Option<String>,
    sender_terms: Option<Box<RawValue>>,
    receiver_terms: Option<Box<RawValue>>,
}

pub(crate) fn open_trade(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let wanted: OpenTrade = arguments.read()?;
    let crypto = world.enabled_crypto(wanted.crypto.as_deref().unwrap_or("ltc")).map_err(why)?;
    let sender = world.market.user_id(wanted.sender.as_deref().unwrap_or("sender"))?;
    let receiver = world.market.user_id(wanted.receiver.as_deref().unwrap_or("receiver"))?;
    world.must_be_able_to_trade(&sender, &receiver).map_err(why)?;
    let way = Way {
        until: wanted.until.unwrap_or(Status::WaitingIdentification),
        amount: wanted.amount.unwrap_or_else(|| "0.5".into()),
        terms: [
            (sender, text(wanted.sender_terms.as_deref(), "sender_terms")?),
            (receiver, text(wanted.receiver_terms.as_deref(), "receiver_terms")?),
        ],
    };
    if !is_number(&way.amount) {
        return Err(format!("open_trade: amount must be a JSON number as text, not {}", way.amount));
    }
    let id = world.open(crypto, &way.terms[0].0, &way.terms[1].0, &way.terms[0].0);
    let number = on_trade(world, &id, |trade, now| way.go(trade, now).map(|()| trade.number))?;
    Ok(Object::new().with("id", id.as_str()).with("tradeId", number).to_string())
}

fn why(refusal: Refusal) -> String {
    refusal.message
}

fn text(token: Option<&RawValue>, name: &str) -> Result<Option<Text>, String> {
    token.map(|token| Text::from_token(token).ok_or_else(|| format!("{name} must be a string"))).transpose()
}

/// How far a trade is brought, and with what.
struct Way {
    until: Status,
    amount: String,
    /// Sender and receiver with their terms.
    terms: [(String, Option<Text>); 2],
}

impl Way {
    fn go(&self, trade: &mut Trade, now: Millis) -> Result<(), String> {
        let [sender, receiver] = self.terms.each_ref().map(|(user, _)| user);
        let until = |trade: &Trade| trade.status == self.until;
        if until(trade) {
            return Ok(());
        }
        trade.confirm_identification(sender, now).map_err(why)?;
        trade.confirm_identification(receiver, now).map_err(why)?;
        for (user, text) in &self.terms {
            if let Some(text) = text {
                trade.set_terms(user, Some(text.clone()), now).map_err(why)?;
            }
        }
        if until(trade) {
            return Ok(());
        }
        trade.confirm_terms(sender, now).map_err(why)?;
        trade.confirm_terms(receiver, now).map_err(why)?;
        if until(trade) {
            return Ok(());
        }
        trade.receive(self.amount.clone(), None, now).map_err(why)?;
        if until(trade) {
            return Ok(());
        }
        trade.confirm_deposit(now);
        self.leave_escrow(trade, sender, receiver, now)
    }

    fn leave_escrow(
        &self,
        trade: &mut Trade,
        sender: &str,
        receiver: &str,
        now: Millis,
    ) -> Result<(), String> {
        match self.until {
            Status::WaitingReduceAmountAddress => {
                let tenth = exact(&self.amount).unwrap_or_default() / Decimal::TEN;
                trade.reduce(&tenth.normalize().to_string(), now)
            }
            Status::WaitingReturnAddress => trade.act(receiver, Action::Return, now).map_err(why),
            Status::WaitingAddress => trade.act(sender, Action::Release, now).map_err(why),
            Status::Completed => {
                trade.act(sender, Action::Release, now).map_err(why)?;
                let address = trade.new_address();
                trade.claim(receiver, &address, Course::held(), now).map_err(why)?;
                trade.settle(Progress::Completed, None, now);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Act {
    trade: String,
    user: String,
    act: Deed,
    role: Option<Role>,
    text: Option<Box<RawValue>>,
    address: Option<String>,
}

pub(crate) fn act(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Act { trade, user, act, role, text, address } = arguments.read()?;
    let made = the_move(world, &user, act, role, text.as_deref(), address)?;
    let settings = world.settings.clone();
    on_trade(world, &trade, |trade, now| {
        trade.play(&made, &settings, now).map_err(|why| format!("act: {why}"))
    })?;
    done()
}

/// A move with no argument that does not belong to it.
pub(crate) fn the_move(
    world: &World,
    user: &str,
    deed: Deed,
    role: Option<Role>,
    words: Option<&RawValue>,
    address: Option<String>,
) -> Result<Move, String> {
    for (name, given, belongs) in [
        ("role", role.is_some(), deed == Deed::ChooseRole),
        ("text", words.is_some(), deed == Deed::SetTerms),
        ("address", address.is_some(), deed == Deed::Claim),
    ] {
        if given && !belongs {
            return Err(format!("act: {name} does not belong to this act; leave it out"));
        }
    }
    if deed == Deed::ChooseRole && role.is_none() {
        return Err("act: choose_role needs a role".into());
    }
    let (user, text) = (world.market.user_id(user)?, text(words, "text")?);
    Ok(Move { deed, user, role, text, address })
}
