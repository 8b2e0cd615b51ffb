//! One seed, one schedule: who trades what, in which world, and what came of it.

use std::sync::Arc;
use std::time::Duration;

use autoplus::{Crypto, Error};
use tokio::runtime::Builder;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::accounts::{ACCOUNTS, Seat};
use crate::climate::Climate;
use crate::dice::Dice;
use crate::findings::Findings;
use crate::follower::Follower;
use crate::judge::judge;
use crate::opening::Meant;
use crate::plant::Plant;
use crate::player::{Held, Player};
use crate::scene::Scene;
use crate::settling::settle;
use crate::weather::Weather;

/// A schedule ends before that, in virtual time, whatever happens.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// What a seed gave.
#[derive(Debug)]
pub struct Played {
    pub seed: u64,
    pub findings: Findings,
    /// Every step, request, answer and verdict, with its virtual time.
    pub transcript: Vec<String>,
}

/// Plays a seed. The same seed gives the same transcript.
pub fn play(seed: u64, plant: Option<Plant>) -> Played {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    match runtime {
        Ok(runtime) => runtime.block_on(in_virtual_time(seed, plant)),
        Err(why) => Played::broken(seed, &format!("no runtime: {why}")),
    }
}

impl Played {
    /// It didn't get to an end.
    pub(crate) fn broken(seed: u64, why: &str) -> Played {
        let findings = Findings { problems: vec![why.to_owned()], ..Findings::default() };
        Played { seed, findings, transcript: Vec::new() }
    }
}

async fn in_virtual_time(seed: u64, plant: Option<Plant>) -> Played {
    let mut dice = Dice::new(seed);
    let scene = Scene::new(seed, Climate::roll(&mut dice), plant);
    let simulator = scene.simulator.clone();
    let time = tokio::spawn(async move { simulator.keep_time().await });
    scene.say("climate", format_args!("{:?}", scene.climate));
    if scene.control("climate", &scene.climate.settings).is_none() {
        scene.ledger().problems.push(String::from("the simulator doesn't take these settings"));
    }
    match timeout(LONGEST, trade_and_settle(&scene, dice)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => scene.ledger().problems.push(format!("no client: {error}")),
        Err(_) => scene.ledger().problems.push(String::from("it doesn't come to an end")),
    }
    let findings = judge(&scene);
    time.abort();
    Played { seed, findings, transcript: scene.take_transcript() }
}

async fn trade_and_settle(scene: &Arc<Scene>, mut dice: Dice) -> Result<(), Error> {
    let mut seats = Vec::new();
    for account in ACCOUNTS {
        seats.push(Seat::take(scene, account, account.name, &mut dice)?);
    }
    let account = dice.pick(&ACCOUNTS);
    let second = match dice.percent(30) {
        true => Some(Seat::take(scene, account, &format!("{}, second", account.name), &mut dice)?),
        false => None,
    };
    let trades = open(scene, &seats, &mut dice).await;
    scene.say("scene", format_args!("trades: {}", trades.join(", ")));
    if !trades.is_empty() {
        let weather = Weather::new(scene.clone(), trades.clone(), dice.fork());
        let weather = tokio::spawn(weather.pass());
        let (mut players, mut followers) = (Vec::new(), Vec::new());
        for trade in &trades {
            for seat in seats.iter().chain(&second) {
                let is_first = seats.iter().any(|first| first.who == seat.who);
                let held = Held::default();
                let player = Player {
                    scene: scene.clone(),
                    seat: seat.clone(),
                    trade: trade.clone(),
                    dice: dice.fork(),
                    held: held.clone(),
                    moves_funds: is_first,
                    whims: 4,
                };
                players.push(tokio::spawn(player.play()));
                if dice.percent(60) {
                    let (scene, seat, trade) = (scene.clone(), seat.clone(), trade.clone());
                    let follower = Follower { scene, seat, trade, dice: dice.fork(), held };
                    followers.push(tokio::spawn(follower.follow()));
                }
            }
        }
        wait_for(scene, players).await;
        followers.iter().for_each(JoinHandle::abort);
        wait_for(scene, followers).await;
        settle(scene, &mut dice).await;
        weather.abort();
        wait_for(scene, vec![weather]).await;
    }
    Ok(())
}

/// Some trades are opened at the same time through the API, in trouble already; some are there.
async fn open(scene: &Arc<Scene>, seats: &[Seat], dice: &mut Dice) -> Vec<String> {
    let mut cryptos = Crypto::KNOWN.to_vec();
    dice.shuffle(&mut cryptos);
    let how_many = dice.weighted(&[(50, 1), (30, 2), (20, 3)]);
    let mut opening = Vec::new();
    let mut trades = Vec::new();
    let mut early = Weather::new(scene.clone(), Vec::new(), dice.fork());
    early.gathers();
    for crypto in cryptos.into_iter().take(how_many) {
        let mut accounts = ACCOUNTS;
        dice.shuffle(&mut accounts);
        let meant = Meant { crypto, sender: accounts[0], receiver: accounts[1] };
        if dice.percent(35) {
            trades.extend(meant.found(scene, dice));
        } else {
            let (scene, seat, mut dice) = (scene.clone(), dice.pick(seats), dice.fork());
            opening.push(tokio::spawn(async move { meant.open(&scene, &seat, &mut dice).await }));
        }
    }
    for opened in opening {
        match opened.await {
            Ok(trade) => trades.extend(trade),
            Err(why) => scene.ledger().problems.push(format!("a panic: {why}")),
        }
    }
    trades
}

async fn wait_for(scene: &Scene, tasks: Vec<JoinHandle<()>>) {
    for task in tasks {
        if let Err(why) = task.await
            && why.is_panic()
        {
            scene.ledger().problems.push(format!("a panic: {why}"));
        }
    }
}
