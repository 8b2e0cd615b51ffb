//! Every call of the vocabulary.

use autoplus::{Client, Crypto, Error, OpenTrade, Operation, Role, Trade};
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::prints::shown;
use crate::saved::{Native, Saved};
use crate::{notes, streams, view, watches};

/// Why a call gave no value: the scenario is wrong, or the library says so.
pub(crate) enum Failure {
    Scenario(String),
    Library(Error),
}

impl From<String> for Failure {
    fn from(why: String) -> Self {
        Self::Scenario(why)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

pub(crate) fn plain(view: Value) -> Saved {
    Saved { native: Native::Plain, view }
}

pub(crate) fn saved_trade(trade: Trade) -> Saved {
    let trade = shown(trade);
    Saved { view: view::trade(&trade), native: Native::Trade(trade) }
}

/// Calls that go through a challenge, a stream or a watch, which know their client.
pub(crate) async fn without_client(name: &str, arguments: Arguments<'_>) -> Result<Saved, Failure> {
    match name {
        "confirm_action" => confirm_action(arguments).await,
        "confirm_claim" => confirm_claim(arguments).await,
        "next_notes" => notes::next(arguments).await,
        "next" | "commit" | "close_stream" => streams::call(name, arguments).await,
        "watch_next" | "watch_each" | "watch_add" | "watch_remove" | "watch_trades" | "close_watch" => {
            watches::call(name, arguments).await
        }
        _ => Err(Failure::Scenario(format!("{name} isn't known, or needs `as`"))),
    }
}

async fn confirm_action(mut arguments: Arguments<'_>) -> Result<Saved, Failure> {
    let (challenge, operation) = (arguments.action()?, arguments.optional_text("operation")?);
    arguments.end()?;
    Ok(saved_trade(challenge.confirm(operation.as_deref()).await?))
}

async fn confirm_claim(mut arguments: Arguments<'_>) -> Result<Saved, Failure> {
    let challenge = arguments.claim("challenge")?.ok_or_else(|| "challenge is missing".to_owned())?;
    let offering = arguments.claim("fee_of")?.unwrap_or_else(|| challenge.clone());
    let (fee, operation) = (arguments.optional_text("fee")?, arguments.optional_text("operation")?);
    arguments.end()?;
    let offered = |priority: &String| {
        let found = offering.fee_options().iter().find(|option| option.priority().as_str() == priority);
        found.ok_or_else(|| format!("no fee {priority} was offered"))
    };
    let fee = fee.as_ref().map(offered).transpose()?;
    Ok(plain(view::receipt(&shown(challenge.confirm(fee, operation.as_deref()).await?))))
}

pub(crate) async fn call(
    client: &Client,
    name: &str,
    mut arguments: Arguments<'_>,
) -> Result<Saved, Failure> {
    match name {
        "servers" => {
            arguments.end()?;
            Ok(plain(shown(client.servers().await?).iter().map(view::server).collect()))
        }
        "stats" => {
            arguments.end()?;
            Ok(plain(view::stats(&shown(client.stats().await?))))
        }
        "transactions" => {
            arguments.end()?;
            Ok(plain(shown(client.transactions().await?).iter().map(view::transaction).collect()))
        }
        "open_trade" => {
            let trade = OpenTrade {
                guild: arguments.text("guild")?,
                crypto: Crypto::from(arguments.text("crypto")?.as_str()),
                sender: arguments.text("sender")?,
                receiver: arguments.text("receiver")?,
                operation: arguments.optional_text("operation")?,
            };
            arguments.end()?;
            Ok(plain(view::opened(&shown(client.open_trade(trade).await?))))
        }
        "trade" => {
            let id = arguments.text("id")?;
            arguments.end()?;
            Ok(saved_trade(client.trade(&id).await?))
        }
        "events" => streams::events(client, arguments).await,
        "open_stream" => streams::open(client, arguments),
        "wait_for" => streams::wait_for(client, arguments).await,
        "stream_stats" => {
            arguments.end()?;
            Ok(plain(view::stream_stats(&shown(client.stream_stats()))))
        }
        "followed_trades" => {
            arguments.end()?;
            Ok(plain(shown(client.followed_trades()).iter().map(view::followed_trade).collect()))
        }
        "open_watch" => watches::open(client, arguments),
        "open_notes" => notes::open(client, arguments),
        "set_token" => {
            let token = arguments.text("token")?;
            arguments.end()?;
            client.set_token(&token)?;
            Ok(plain(json!({})))
        }
        "close" => {
            arguments.end()?;
            client.close().await;
            Ok(plain(json!({})))
        }
        "pending_operations" | "known_trades" | "recover" | "resolve" | "forget" => {
            on_operations(client, name, arguments).await
        }
        _ => on_trade(client, name, arguments).await,
    }
}

/// Calls about what was begun before.
async fn on_operations(client: &Client, name: &str, mut arguments: Arguments<'_>) -> Result<Saved, Failure> {
    let view = match name {
        "resolve" => {
            let replay = arguments.flag("replay")?;
            let operation = if arguments.has("pending") {
                let name = arguments.text("pending")?;
                let pending = client.pending_operations().await?;
                let found = pending.into_iter().find(|operation| operation.name() == name);
                found.ok_or_else(|| format!("no operation {name:?} is pending"))?
            } else {
                Operation::from_json(&arguments.operation()?.to_json())?
            };
            arguments.end()?;
            view::settlement(&shown(client.resolve(&operation, replay).await?))
        }
        "forget" => {
            let operation = arguments.text("operation")?;
            arguments.end()?;
            shown(client.forget(&operation).await?).into()
        }
        _ => {
            arguments.end()?;
            match name {
                "pending_operations" => {
                    shown(client.pending_operations().await?).iter().map(view::operation).collect()
                }
                "known_trades" => shown(client.known_trades().await?).into(),
                _ => shown(client.recover().await?).iter().map(view::settlement).collect(),
            }
        }
    };
    Ok(plain(view))
}

/// Calls that take a snapshot.
async fn on_trade(client: &Client, name: &str, mut arguments: Arguments<'_>) -> Result<Saved, Failure> {
    let trade = match name {
        "choose_role"
        | "confirm_identification"
        | "reset_identification"
        | "set_terms"
        | "confirm_terms"
        | "request_release"
        | "request_return"
        | "request_claim"
        | "next_step"
        | "rebuilt" => arguments.trade()?,
        _ => return Err(Failure::Scenario(format!("{name} isn't known"))),
    };
    let role = if name == "choose_role" { Some(arguments.text("role")?) } else { None };
    let text = if name == "set_terms" { arguments.optional_text("text")? } else { None };
    let address = if name == "request_claim" { arguments.text("address")? } else { String::new() };
    arguments.end()?;
    let changed = match name {
        "choose_role" => {
            let role =
                role.and_then(|role| Role::parse(&role)).ok_or_else(|| "role isn't known".to_owned())?;
            client.choose_role(&trade, role).await?
        }
        "confirm_identification" => client.confirm_identification(&trade).await?,
        "reset_identification" => client.reset_identification(&trade).await?,
        "set_terms" => client.set_terms(&trade, text.as_deref()).await?,
        "confirm_terms" => client.confirm_terms(&trade).await?,
        "request_release" | "request_return" => {
            let challenge = shown(match name {
                "request_release" => client.request_release(&trade).await?,
                _ => client.request_return(&trade).await?,
            });
            return Ok(Saved { view: view::action(&challenge), native: Native::Action(challenge) });
        }
        "request_claim" => {
            let challenge = shown(client.request_claim(&trade, &address).await?);
            return Ok(Saved { view: view::claim(&challenge), native: Native::Claim(challenge) });
        }
        "next_step" => return Ok(plain(view::next_step(&shown(client.next_step(&trade)?)))),
        _ => Trade::from_json(&trade.to_json())?,
    };
    Ok(saved_trade(changed))
}
