//! The simulator with its trades, and what is known to have happened there.

use autoplus_simulator::{Config, Simulator};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock;
use crate::history::{History, Past};

pub(crate) const SENDER: (&str, &str) = ("200000000000000001", "sim-token-sender");

pub(crate) struct Market {
    simulator: Simulator,
    pub(crate) history: History,
    pub(crate) made: usize,
    pub(crate) expired: usize,
    pub(crate) cut: u64,
}

#[derive(Deserialize)]
struct Happened {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    trade: String,
    id: i64,
}

/// How many polls there were, as the simulator counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) struct Polls {
    pub(crate) connections: u64,
    pub(crate) waiting: u64,
    /// The most that ever waited at once on one trade.
    pub(crate) most: u64,
    pub(crate) came: u64,
    pub(crate) refused: u64,
}

impl Market {
    pub(crate) fn open(seed: u64, trades: usize) -> Market {
        let simulator = Simulator::start(Config { seed, ..Config::default() }).expect("a simulator");
        let mut market = Market { simulator, history: History::new(), made: 0, expired: 0, cut: 0 };
        market.control(&json!({"do": "settings", "keep_requests": false}));
        for _ in 0..trades {
            let id = market.control(&json!({"do": "open_trade", "until": "waitingAction"}))["id"].take();
            let id = id.as_str().expect("an id").to_owned();
            let last = market.control(&json!({"do": "inspect", "trade": id}))["last_event"].as_i64();
            market.history.insert(id, Past::new(last.expect("an event")));
        }
        market
    }

    pub(crate) fn base_url(&self) -> &str {
        self.simulator.base_url()
    }

    /// Makes events on random trades, or all on one of them.
    pub(crate) fn happen(&mut self, count: usize, trade: Option<&str>) {
        let command = json!({"do": "happen", "count": count, "trade": trade});
        let made = self.simulator.control_text(&command.to_string()).expect("events");
        let Happened { events } = serde_json::from_str(&made).expect("events");
        self.made += events.len();
        for Event { trade, id } in events {
            if let Some(past) = self.history.get_mut(&trade) {
                past.happened(id);
            }
        }
    }

    /// Runs a command, and keeps in mind what it dropped.
    pub(crate) fn go_wrong(&mut self, command: &Value) {
        let at = clock::now();
        let result = self.control(command);
        for expired in result["expired"].as_array().into_iter().flatten() {
            let trade = expired["trade"].as_str().and_then(|id| self.history.get_mut(id));
            if let (Some(past), Some(dropped)) = (trade, expired["dropped"].as_i64()) {
                past.expired(at, dropped);
                self.expired += 1;
            }
        }
        self.cut += result["cut"].as_u64().unwrap_or(0);
    }

    pub(crate) fn polls(&self) -> Polls {
        serde_json::from_value(self.control(&json!({"do": "polls"}))).expect("the polls")
    }

    fn control(&self, command: &Value) -> Value {
        self.simulator.control(command).unwrap_or_else(|why| panic!("{command}: {why}"))
    }
}
