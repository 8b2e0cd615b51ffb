//! A process that plays trades, both parties over the same file, as a bot would: recover first, then each trade by its
//! name, from wherever it stands.

use std::time::{Duration, Instant};

use autoplus::{Client, Error, ErrorKind, EventsOptions, Timeouts, Trade, Verdict};
use autoplus_faults::call::{ADDRESS, RECEIVER, SENDER, open};
use autoplus_faults::process::tell;
use autoplus_faults::remote::control;
use serde_json::{Value, json};

use super::task::{BESIDE, Role, Task, Told, VICTIM, name, number};

/// Long enough on a busy machine, short enough to wait for.
const ATTEMPT: Duration = Duration::from_secs(2);
/// How long a trade waits for another one between the same two people to be opened.
const PATIENCE: Duration = Duration::from_secs(20);
/// After this long every challenge is dead and every claim has spoken.
const LONG_AFTER: u64 = 800;

pub(crate) struct Player {
    task: Task,
    sender: Client,
    receiver: Client,
}

pub(crate) async fn run(task: Task) {
    tell(&Told::Here);
    let player = match Player::new(&task) {
        Ok(player) => player,
        Err(error) => return tell(&Told::Wrong(format!("the store doesn't open: {error}"))),
    };
    match task.role {
        Role::Victim { from } => player.play_until_killed(from).await,
        Role::Beside => player.play_beside().await,
        Role::Last { victims, beside } => player.end_all(victims, beside).await,
    }
    player.sender.close().await;
    player.receiver.close().await;
    tell(&Told::Over);
}

impl Player {
    fn new(task: &Task) -> Result<Self, Error> {
        let timeouts = Timeouts { attempt: ATTEMPT, ..Timeouts::default() };
        let client = |(user, token)| {
            let builder = Client::builder().token(token).user_id(user).base_url(&task.base_url);
            builder.store(format!("sqlite:{}", task.store.display())).timeouts(timeouts).build()
        };
        Ok(Self { task: task.clone(), sender: client(SENDER)?, receiver: client(RECEIVER)? })
    }

    async fn play_until_killed(&self, from: u32) {
        self.recover().await;
        for first in (from..from + 1000).step_by(2) {
            let two = [first, first + 1].map(|number| self.play(name(VICTIM, number)));
            let [one, other] = two;
            // What stays unknown for now is for the last process; this one goes on with other trades.
            let _ = tokio::join!(one, other);
        }
    }

    async fn play_beside(&self) {
        let mut chance = fastrand::Rng::with_seed(self.task.seed);
        let stop = self.task.store.with_file_name("stop");
        let mut number = 0;
        while !stop.exists() {
            let theirs = name(VICTIM, chance.u32(..12));
            let mine = self.play(name(BESIDE, number));
            let (mine, theirs) = tokio::join!(mine, async {
                match chance.u8(..3) {
                    0 => self.open(&theirs).await.map(drop),
                    1 => {
                        self.recover().await;
                        Ok(())
                    }
                    _ => Ok(()),
                }
            });
            for error in [mine, theirs].into_iter().filter_map(Result::err) {
                tell(&Told::Wrong(format!("beside, where nothing is wrong: {}: {error}", error.kind())));
            }
            number += 1;
        }
    }

    async fn end_all(&self, victims: u32, beside: u32) {
        for left in (0..6).rev() {
            if self.recover().await {
                break;
            }
            if left == 0 {
                tell(&Told::Wrong("something stays unknown, however late it is".to_owned()));
            }
            let _ = self.control(json!({ "do": "advance", "seconds": LONG_AFTER }));
            tokio::time::sleep(ATTEMPT + Duration::from_millis(100)).await;
        }
        let all = (0..victims).map(|number| name(VICTIM, number));
        for name in all.chain((0..beside).map(|number| name(BESIDE, number))) {
            if let Err(error) = self.play(name.clone()).await {
                tell(&Told::Wrong(format!("{name} doesn't come to its end: {}: {error}", error.kind())));
            }
        }
        for client in [&self.sender, &self.receiver] {
            for operation in client.pending_operations().await.unwrap() {
                tell(&Told::Wrong(format!("still pending: {operation:?}")));
            }
        }
    }

    /// Settles what was left open; whether all of it is known now.
    async fn recover(&self) -> bool {
        let mut known = true;
        for client in [&self.sender, &self.receiver] {
            let settled = match client.recover().await {
                Ok(settled) => settled,
                Err(error) => return fail(format!("recover: {}: {error}", error.kind())),
            };
            for settlement in settled {
                let name = settlement.operation.name().to_owned();
                if matches!(self.task.role, Role::Victim { .. }) && name.starts_with(BESIDE) {
                    fail(format!("recover took {name}, at which a living process is"));
                }
                known &= settlement.verdict != Verdict::Unknown;
                tell(&Told::Settled(name, settlement.verdict.as_str().to_owned()));
            }
        }
        known
    }

    async fn open(&self, name: &str) -> Result<String, Error> {
        tell(&Told::Begins(name.to_owned()));
        // To see this test fail: a bot that begins anew instead of under the same name.
        let fresh = std::env::var_os("KILLS_FRESH_NAMES").map(|_| format!("{name}, {}", std::process::id()));
        let patience = Instant::now() + PATIENCE;
        let id = loop {
            match open(&self.sender, fresh.as_deref().unwrap_or(name)).await {
                // Another name with the same intent is under way, or was left there by a kill.
                Err(error) if error.kind() == ErrorKind::OperationInProgress && Instant::now() < patience => {
                    self.recover().await;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                opened => break opened?,
            }
        };
        tell(&Told::Opened(name.to_owned(), id.clone()));
        Ok(id)
    }

    /// Plays a trade from wherever it stands to its end.
    async fn play(&self, name: String) -> Result<(), Error> {
        let id = self.open(&name).await?;
        let returned = number(VICTIM, &name).or(number(BESIDE, &name)).is_some_and(|number| number % 3 == 2);
        loop {
            let trade = match self.sender.trade(&id).await {
                Err(error) if error.kind() == ErrorKind::NotFound => break,
                trade => trade?,
            };
            match trade.status().as_str() {
                "waitingAction" if returned => {
                    let trade = self.receiver.trade(&id).await?;
                    let challenge = self.receiver.request_return(&trade).await?;
                    challenge.confirm(Some(&format!("{name}:return"))).await?;
                }
                "waitingAction" => {
                    let challenge = self.sender.request_release(&trade).await?;
                    challenge.confirm(Some(&format!("{name}:release"))).await?;
                }
                "waitingAddress" => self.claim(&self.receiver, &id, &name).await?,
                "waitingReturnAddress" => self.claim(&self.sender, &id, &name).await?,
                "completed" => break,
                _ => self.agree(&id),
            }
        }
        // A claim that was accepted before a kill ends with the events that tell so.
        for client in [&self.sender, &self.receiver] {
            if is_accepted(client, &id).await? {
                follow(client, &id).await?;
            }
        }
        tell(&Told::Closed(name));
        Ok(())
    }

    /// Brings a trade to where its funds can move, as the people in Discord would.
    fn agree(&self, id: &str) {
        for act in ["confirm_identification", "confirm_terms"] {
            for user in ["sender", "receiver"] {
                // Refused where it was done before.
                let _ = self.control(json!({ "do": "act", "trade": id, "user": user, "act": act }));
            }
        }
        let _ = self.control(json!({ "do": "deposit", "trade": id, "amount": "0.5" }));
        let _ = self.control(json!({ "do": "confirm_deposit", "trade": id }));
    }

    async fn claim(&self, client: &Client, id: &str, name: &str) -> Result<(), Error> {
        if !is_accepted(client, id).await? {
            let trade: Trade = client.trade(id).await?;
            let challenge = client.request_claim(&trade, ADDRESS).await?;
            challenge.confirm(None, Some(&format!("{name}:claim"))).await?;
        }
        follow(client, id).await
    }

    fn control(&self, command: Value) -> Result<Value, String> {
        control(&self.task.base_url, &command)
    }
}

async fn is_accepted(client: &Client, id: &str) -> Result<bool, Error> {
    let pending = client.pending_operations().await?;
    Ok(pending.iter().any(|operation| operation.trade_id() == Some(id) && operation.state() == "accepted"))
}

/// Follows a trade to its close.
async fn follow(client: &Client, id: &str) -> Result<(), Error> {
    let events = client.events(id, EventsOptions { start_after: Some(0), ..EventsOptions::default() })?;
    while events.next().await?.is_some() {}
    Ok(())
}

fn fail(why: String) -> bool {
    tell(&Told::Wrong(why));
    false
}
