//! What goes wrong while a schedule plays: faults on every endpoint, failing servers, staff, people in Discord, skipped time.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::accounts::{ACCOUNTS, GUILD};
use crate::climate::LONGEST_DELAY;
use crate::dice::Dice;
use crate::scene::Scene;

/// All skipped time together; with a create's hour of repeats it stays below what keys are kept.
const MOST_SKIPPED: f64 = 2.0 * 3600.0;

pub(crate) struct Weather {
    pub(crate) scene: Arc<Scene>,
    pub(crate) trades: Vec<String>,
    pub(crate) dice: Dice,
    skipped: f64,
}

#[derive(Debug, Clone, Copy)]
enum Mishap {
    Fault,
    Window,
    Staff,
    Discord,
    Network,
    Skip,
}

impl Weather {
    pub(crate) fn new(scene: Arc<Scene>, trades: Vec<String>, dice: Dice) -> Weather {
        Weather { scene, trades, dice, skipped: 0.0 }
    }

    /// Storms, then clears up: no more faults, nothing locked, transfers go through.
    pub(crate) async fn pass(mut self) {
        let (pace, storm) = (self.scene.climate.pace, Duration::from_secs_f64(self.scene.climate.storm));
        while self.scene.elapsed() < storm {
            self.scene.rest(&mut self.dice, 0.1, 2.0 * pace).await;
            let discord = if self.scene.climate.discord { 8 } else { 0 };
            match self.dice.weighted(&[
                (60, Mishap::Fault),
                (8, Mishap::Window),
                (10, Mishap::Staff),
                (discord, Mishap::Discord),
                (14, Mishap::Network),
                (3, Mishap::Skip),
            ]) {
                Mishap::Fault => self.fault(),
                Mishap::Window => self.window(),
                Mishap::Staff => self.staff(),
                Mishap::Discord => self.discord(),
                Mishap::Network => self.network(),
                Mishap::Skip => self.skip(),
            }
        }
        self.clear_up().await;
    }

    /// Some trouble for the very first calls.
    pub(crate) fn gathers(&mut self) {
        for _ in 0..self.dice.number(0, 6) {
            self.fault();
        }
    }

    fn control(&self, command: &Value) -> Option<Value> {
        self.scene.control("weather", command)
    }

    fn trade(&mut self) -> String {
        self.dice.pick(&self.trades)
    }

    fn endpoint(&mut self) -> String {
        let create = format!("POST /guilds/{GUILD}/trades");
        self.dice
            .weighted(&[
                (8, create.as_str()),
                (10, "GET /trades/{id}"),
                (8, "GET /trades/{id}/events"),
                (5, "PUT /trades/{id}/identification"),
                (8, "POST /trades/{id}/identification/confirm"),
                (4, "POST /trades/{id}/identification/reset"),
                (6, "PUT /trades/{id}/terms"),
                (8, "POST /trades/{id}/terms/confirm"),
                (6, "POST /trades/{id}/action"),
                (16, "POST /trades/{id}/confirm-action"),
                (6, "POST /trades/{id}/claim-funds"),
                (16, "POST /trades/{id}/confirm-claim"),
            ])
            .to_owned()
    }

    fn fault(&mut self) {
        let on = self.endpoint();
        // Often enough that a confirmation gets no answer at all.
        let often = if on.contains("/confirm-") { 50 } else { 15 };
        let times = self.dice.weighted(&[(60, 1), (25, 2), (often, 5)]);
        let mut fault = json!({"do": "fault", "on": on, "times": times});
        let short: f64 = self.dice.pick(&[0.5, 5.0, 25.0]);
        let more = match self.dice.number(0, 11) {
            0 | 1 => json!({"kind": "lost_before"}),
            2 | 3 => json!({"kind": "lost_after"}),
            4 => json!({"kind": "cut_body"}),
            5 => json!({"kind": "slow", "seconds": short}),
            6 => json!({"kind": "slow_body", "seconds": short}),
            7 => json!({"kind": "delayed", "seconds": short.min(LONGEST_DELAY)}),
            8 => {
                let status = self.dice.pick(&[200, 502, 404]);
                // Who says that there is nothing passed nothing on.
                json!({"kind": "html", "status": status, "processed": status != 404 && self.dice.percent(50)})
            }
            9 => {
                let answer = self.dice.pick(&["first", "second"]);
                // A second answer that says how it is much later looks like the only one there is.
                let is_repeated = on.contains("/confirm-") && self.scene.climate.is("key_lookup", "first");
                let at_once = answer == "second" && !is_repeated;
                let after = if at_once { 0.0 } else { self.dice.pick(&[0.0, 1.0, LONGEST_DELAY]) };
                json!({"kind": "duplicate", "seconds": after, "answer": answer})
            }
            10 => {
                let status = self.dice.pick(&[429, 500, 502, 503, 504]);
                // A 429 says that nothing was processed.
                json!({"kind": "status", "status": status, "processed": status != 429 && self.dice.percent(50)})
            }
            _ if self.scene.climate.discord && on.contains("/trades/{id}/") && !on.starts_with("GET") => {
                json!({"kind": "overtaken", "act": self.a_move()})
            }
            _ => json!({"kind": "lost_after"}),
        };
        merge(&mut fault, more);
        self.control(&fault);
    }

    fn window(&mut self) {
        let (on, seconds) = (self.endpoint(), self.dice.number(1, 40));
        let status = self.dice.pick(&[429, 500, 502, 503, 504]);
        let mut fault =
            json!({"do": "fault", "on": on, "kind": "status", "status": status, "seconds": seconds});
        match self.dice.number(0, 3) {
            0 => fault["retry_after"] = json!(self.dice.number(0, 30)),
            1 => fault["retry_after"] = json!("Fri, 15 Jan 2027 08:05:00 GMT"),
            _ => {}
        }
        self.control(&fault);
    }

    fn a_move(&mut self) -> Value {
        let user = self.dice.pick(&ACCOUNTS).name;
        match self.dice.number(0, 7) {
            0 => json!({"user": user, "act": "choose_role", "role": self.dice.pick(&["sender", "receiver"])}),
            1 => json!({"user": user, "act": "reset_identification"}),
            2 | 3 => json!({"user": user, "act": "confirm_identification"}),
            4 => {
                json!({"user": user, "act": "set_terms", "text": self.dice.pick(&["no refunds", "in Discord"])})
            }
            5 | 6 => json!({"user": user, "act": "confirm_terms"}),
            _ => json!({"user": user, "act": self.dice.pick(&["release", "return"])}),
        }
    }

    fn discord(&mut self) {
        let mut act = json!({"do": "act", "trade": self.trade()});
        let made = self.a_move();
        merge(&mut act, made);
        self.control(&act);
    }

    /// Confirmations of deposits, and transfers that are held.
    fn network(&mut self) {
        let trade = self.trade();
        match self.dice.number(0, 3) {
            0 => self.control(&json!({"do": "confirm_deposit", "trade": trade})),
            1 => {
                let executions = self.dice.weighted(&[(60, "complete"), (20, "fail"), (20, "hold")]);
                self.control(&json!({"do": "settings", "executions": executions}))
            }
            _ => {
                let status = self.dice.pick(&["processing", "completed", "failed"]);
                self.control(&json!({"do": "execution", "trade": trade, "status": status}))
            }
        };
    }

    fn staff(&mut self) {
        let (trade, odd) = (self.trade(), self.dice.percent(50));
        match self.dice.number(0, 13) {
            0 | 1 => self.control(&json!({"do": "lock", "trade": trade, "locked": true})),
            2..=4 => self.control(&json!({"do": "lock", "trade": trade, "locked": false})),
            5 => self.control(&json!({"do": "support", "trade": trade, "open": odd})),
            6 | 7 => self.control(&json!({"do": "reduce", "trade": trade, "amount": "0.00000001"})),
            8 => self.control(&json!({"do": "expire_history", "trade": trade})),
            9 if odd => {
                self.scene.ledger().odd.insert(trade.clone());
                let kind = "trade.mood.changed";
                self.control(&json!({"do": "emit", "trade": trade, "type": kind, "changes": {"mood": 1}}))
            }
            10 if self.dice.percent(30) => {
                let outcome =
                    self.dice.pick(&[json!("canceled"), json!(null), json!("released"), json!("returned")]);
                self.control(&json!({"do": "close", "trade": trade, "outcome": outcome}))
            }
            11 if self.dice.percent(40) => self.force(&trade),
            _ => self.control(&json!({"do": "settings", "hide_closed": odd})),
        };
    }

    fn force(&mut self, trade: &str) -> Option<Value> {
        let action = self.dice.pick(&["release", "return"]);
        let forced = self.control(&json!({"do": "force", "trade": trade, "action": action}))?;
        self.scene.ledger().forced.insert((trade.to_owned(), action));
        Some(forced)
    }

    /// The machine sleeps: the world goes on and the clients' own clocks don't.
    fn skip(&mut self) {
        let (from, to) =
            self.dice.weighted(&[(60, (1.0, 90.0)), (30, (90.0, 900.0)), (10, (3000.0, 4000.0))]);
        let seconds = self.dice.seconds(from, to).as_secs_f64();
        if self.skipped + seconds < MOST_SKIPPED {
            self.skipped += seconds;
            self.control(&json!({"do": "advance", "seconds": seconds}));
        }
    }

    async fn clear_up(&mut self) {
        self.scene.calm_down();
        self.control(&json!({"do": "calm"}));
        self.control(&json!({"do": "settings", "executions": "complete"}));
        for trade in &self.trades {
            self.control(&json!({"do": "lock", "trade": trade, "locked": false}));
        }
        // Transfers that began while they were held go on now and then.
        loop {
            for trade in self.trades.clone() {
                self.scene.rest(&mut self.dice, 10.0, 60.0).await;
                let status = self.dice.weighted(&[(80, "completed"), (20, "failed")]);
                let command = json!({"do": "execution", "trade": trade, "status": status});
                // Mostly none is under way: no line of the transcript for that.
                if self.scene.simulator.control(&command).is_ok() {
                    self.scene.say("weather", command);
                }
            }
        }
    }
}

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}
