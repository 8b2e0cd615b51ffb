//! One account's way through one trade: looks at a snapshot, sometimes an old one, does what the next step says, or now
//! and then something else that is allowed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use autoplus::{NextStep, Role, Trade, TradeStatus};
use serde_json::json;

use crate::accounts::Seat;
use crate::dice::Dice;
use crate::review::Change;
use crate::scene::Scene;
use crate::words::Deed;

/// How many snapshots somebody still has at hand.
const HELD: usize = 6;

/// How long after the storm a player still plays.
const PATIENCE: Duration = Duration::from_secs(900);

/// Snapshots at hand, from reads, answers and events.
#[derive(Clone, Default)]
pub(crate) struct Held(Arc<Mutex<Vec<Trade>>>);

impl Held {
    fn lock(&self) -> MutexGuard<'_, Vec<Trade>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn keep(&self, trade: &Trade) {
        let mut held = self.lock();
        if held.len() == HELD {
            held.remove(0);
        }
        held.push(trade.clone());
    }

    fn any(&self, dice: &mut Dice) -> Option<Trade> {
        let held = self.lock();
        if held.is_empty() { None } else { Some(dice.pick(&held)) }
    }
}

pub(crate) struct Player {
    pub(crate) scene: Arc<Scene>,
    pub(crate) seat: Seat,
    pub(crate) trade: String,
    pub(crate) dice: Dice,
    pub(crate) held: Held,
    /// A second client of the account leaves funds alone: names live in one client's memory.
    pub(crate) moves_funds: bool,
    /// How often it may still do what sets the trade back.
    pub(crate) whims: u32,
}

impl Player {
    pub(crate) async fn play(mut self) {
        let end = Duration::from_secs_f64(self.scene.climate.storm) + PATIENCE;
        let (mut over, mut gone) = (0, 0);
        while self.scene.elapsed() < end && over < 3 && gone < 6 {
            let longest = self.dice.weighted(&[(50, 0.3), (35, 4.0), (15, 20.0)]);
            self.scene.rest(&mut self.dice, 0.0, longest).await;
            let Some(trade) = self.look().await else {
                gone += 1;
                continue;
            };
            gone = 0;
            let Ok(step) = self.seat.client.next_step(&trade) else { continue };
            self.scene.say(
                &self.seat.who,
                format_args!("{} sees {} -> {}", self.trade, trade.status(), step.name()),
            );
            over += u32::from(matches!(step, NextStep::Closed { .. }));
            self.act(&trade, step).await;
        }
    }

    /// A fresh snapshot, or one that is at hand.
    async fn look(&mut self) -> Option<Trade> {
        if self.dice.percent(20)
            && let Some(old) = self.held.any(&mut self.dice)
        {
            return Some(old);
        }
        let patience = self.dice.weighted(&[(90, 60_000), (10, 200)]);
        let read = tokio::time::timeout(Duration::from_millis(patience), self.seat.client.trade(&self.trade));
        match read.await {
            Ok(Ok(trade)) => {
                self.held.keep(&trade);
                Some(trade)
            }
            Ok(Err(error)) => {
                self.scene.say(&self.seat.who, format_args!("can't read {}: {error}", self.trade));
                None
            }
            Err(_) => None,
        }
    }

    async fn act(&mut self, trade: &Trade, step: NextStep) {
        match step {
            NextStep::ChooseRole { free } => {
                let role = self.dice.pick(&free);
                self.change(trade, Change::ChooseRole(role)).await;
            }
            NextStep::ConfirmIdentification if self.has_whim(12) => {
                self.change(trade, Change::ResetIdentification).await;
            }
            NextStep::ConfirmIdentification => self.change(trade, Change::ConfirmIdentification).await,
            NextStep::Terms { .. } if self.has_whim(30) => {
                let text = self.some_terms();
                self.change(trade, Change::SetTerms(text)).await;
            }
            NextStep::Terms { confirmed_by_me: false, .. } => self.change(trade, Change::ConfirmTerms).await,
            NextStep::Deposit { .. } => self.deposit(),
            NextStep::MayRelease if self.moves_funds && self.dice.percent(80) => {
                self.move_funds(trade, Deed::Release).await;
            }
            NextStep::MayReturn if self.moves_funds && self.dice.percent(12) => {
                self.move_funds(trade, Deed::Return).await;
            }
            NextStep::Claim { .. } if self.moves_funds => self.move_funds(trade, Deed::Claim).await,
            NextStep::Wait if self.has_whim(3) => self.act_out_of_turn(trade).await,
            _ => self.scene.rest(&mut self.dice, 1.0, 45.0).await,
        }
    }

    /// What the snapshot doesn't offer is asked for all the same; the server or the client refuses it.
    async fn act_out_of_turn(&mut self, trade: &Trade) {
        let change = match trade.status() {
            TradeStatus::WaitingIdentification => Change::ResetIdentification,
            _ if self.dice.percent(50) => Change::ConfirmTerms,
            _ => Change::ChooseRole(self.dice.pick(&[Role::Sender, Role::Receiver])),
        };
        self.change(trade, change).await;
    }

    fn has_whim(&mut self, percent: u32) -> bool {
        let has = self.whims > 0 && self.dice.percent(percent);
        self.whims -= u32::from(has);
        has
    }

    fn some_terms(&mut self) -> Option<String> {
        let texts =
            ["", "ships in two days", "no refunds", "été à Paris 🗼", "a \"quoted\" line\nand another"];
        let text = self.dice.pick(&texts);
        if self.dice.percent(15) { None } else { Some(text.to_owned()) }
    }

    fn deposit(&mut self) {
        let amount = self.dice.pick(&["0.5", "1e-7", "12", "0.30000000000000004"]);
        self.scene.control(&self.seat.who, &json!({"do": "deposit", "trade": self.trade, "amount": amount}));
    }
}
