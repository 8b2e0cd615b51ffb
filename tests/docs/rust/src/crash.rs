//! A bot that is killed in the middle of moving money, and starts again over the same file.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use autoplus::{
    Client, Crypto, Error, EventsOptions, NextStep, OpenTrade, SettledBy, TradeEvent, TradeStatus, Verdict,
    Watch, WatchOptions, Watched,
};
use serde_json::json;

use crate::known::{PAUSE, until_known};
use crate::other_side::{Folder, GUILD, RECEIVER, SENDER, World, Wrong, ensure, id_of, token};

// ANCHOR: names
/// The name is on the disk before the first byte leaves. The same name again gives the same trade.
async fn open_trade(client: &Client, guild: &str, buyer: &str) -> Result<String, Error> {
    let order = OpenTrade {
        guild: guild.into(),
        crypto: Crypto::Ltc,
        sender: buyer.into(),
        receiver: client.user_id().unwrap_or_default().into(),
        operation: Some("order:42".into()),
    };
    let opened = until_known(PAUSE, async || client.open_trade(order.clone()).await).await?;
    Ok(opened.id().to_owned())
}

async fn release(client: &Client, id: &str) -> Result<(), Error> {
    let challenge = client.request_release(&client.trade(id).await?).await?;
    until_known(PAUSE, async || challenge.confirm(Some("release:42")).await).await?;
    Ok(())
}
// ANCHOR_END: names

// ANCHOR: recover
/// The first thing after a start, before anything is begun.
async fn settle(client: &Client) -> Result<(), Error> {
    for settlement in client.recover().await? {
        let (name, message) = (settlement.operation.name(), &settlement.message);
        match settlement.verdict {
            Verdict::Done => println!("{name} took effect, once: {message}"),
            Verdict::NotDone => println!("{name} did nothing: call it again if it is still wanted"),
            // And never begin it anew; recover() again later.
            Verdict::Unknown => tell_a_person(name, message),
        }
    }
    Ok(())
}
// ANCHOR_END: recover

// ANCHOR: go_on
/// The store knows the trades, and how far each was read under this name.
async fn go_on(client: &Client, handle: impl Fn(&Watch, TradeEvent)) -> Result<(), Error> {
    let named = WatchOptions { consumer: Some("bot".into()) };
    let watch = client.watch(client.known_trades().await?, named)?;
    while let Some(item) = watch.next().await? {
        if let Watched::Event(event) = item {
            handle(&watch, event);
        }
    }
    Ok(())
}
// ANCHOR_END: go_on

fn tell_a_person(name: &str, message: &str) {
    println!("a person should look at {name}: {message}");
}

/// What the process does that is going to be killed.
pub(crate) async fn doomed(what: &str, on: &str, rest: &[&str]) -> Result<(), Wrong> {
    let client = Client::from_env()?;
    if what == "open" {
        open_trade(&client, on, rest.first().ok_or("whose order?")?).await?;
    }
    let events = client.events(on, EventsOptions { consumer: Some("bot".into()), ..Default::default() })?;
    while let Some(event) = events.next().await? {
        release(&client, event.trade().id()).await?;
    }
    Ok(())
}

/// Runs that as a process of its own and ends it with SIGKILL as soon as its request took effect.
async fn killed(
    world: &World,
    user: &str,
    store: &Path,
    args: &[&str],
    done: impl Fn() -> Result<bool, Wrong>,
) -> Result<(), Wrong> {
    let mut bot = Command::new(std::env::current_exe()?)
        .args(args)
        .env("AUTOPLUS_BASE_URL", world.base_url())
        .env("AUTOPLUS_TOKEN", token(user))
        .env("AUTOPLUS_USER_ID", user)
        .env("AUTOPLUS_STORE", format!("sqlite:{}", store.display()))
        .stdin(Stdio::null())
        .spawn()?;
    while !done()? {
        ensure(bot.try_wait()?.is_none(), &"the bot ended by itself")?;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bot.kill()?;
    bot.wait()?;
    Ok(())
}

async fn opening_is_settled(store: &Path) -> Result<(), Wrong> {
    let world = World::start()?;
    let slow = json!({ "do": "fault", "on": "POST /guilds/{guildId}/trades", "kind": "slow", "seconds": 30 });
    world.control(slow)?;
    let trades = || world.control(json!({ "do": "trades" }));
    killed(&world, RECEIVER, store, &["open", GUILD, SENDER], || Ok(trades()? != json!([]))).await?;
    let client = world.client(RECEIVER, Some(store))?;
    let found = client.recover().await?;
    let [settlement] = &found[..] else { return Err(format!("{found:?}").into()) };
    let proven = settlement.verdict == Verdict::Done && settlement.by == Some(SettledBy::Replay);
    ensure(proven, settlement)?;
    let again = open_trade(&client, GUILD, SENDER).await?;
    ensure(again == id_of(&trades()?[0])?, &again)?;
    client.close().await;
    let broken = world.control(json!({ "do": "check", "creates": 1 }))?;
    ensure(broken == json!([]), &broken)
}

async fn release_is_settled(store: &Path) -> Result<(), Wrong> {
    let world = World::start()?;
    let id = &world.open_trade("waitingAction")?;
    let on = "POST /trades/{id}/confirm-action";
    world.control(json!({ "do": "fault", "on": on, "kind": "slow", "seconds": 30 }))?;
    killed(&world, SENDER, store, &["release", id], || Ok(world.effects(id, "actions")? == 1)).await?;
    let client = world.client(SENDER, Some(store))?;
    settle(&client).await?;
    let (pending, known) = (client.pending_operations().await?, client.known_trades().await?);
    ensure(pending.is_empty() && known == [id.as_str()], &(pending, known))?;
    // The snapshot that was being handled at the kill comes again, as the trade stands now.
    let handle = |watch: &Watch, event: TradeEvent| {
        assert_eq!(*event.trade().status(), TradeStatus::WaitingAddress);
        watch.close();
    };
    go_on(&client, handle).await?;
    let next = client.next_step(&client.trade(id).await?)?;
    ensure(next == NextStep::Wait && world.effects(id, "actions")? == 1, &next)?;
    client.close().await;
    world.check()
}

pub(crate) async fn run() -> Result<(), Wrong> {
    let folder = Folder::new("crash")?;
    opening_is_settled(&folder.file("shop.db")).await?;
    release_is_settled(&folder.file("buyer.db")).await
}
