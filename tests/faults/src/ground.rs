//! A simulator in which one call can be made.

use autoplus_simulator::{Config, Simulator};
use serde_json::{Value, json};

use crate::call::Call;

/// A world of its own for one call.
pub struct Ground {
    simulator: Simulator,
    call: Call,
    /// The trade that the call is about; empty where it opens one.
    pub trade: String,
}

impl Ground {
    /// Brings a trade to where the call fits.
    pub fn prepare(call: Call) -> Self {
        let simulator = Simulator::start(Config::default()).unwrap();
        let mut ground = Self { simulator, call, trade: String::new() };
        ground.control(json!({ "do": "settings", "executions": "hold" }));
        if let Some(status) = call.status() {
            let agreeing = status == "waitingTermsAcceptance";
            let terms = |text| if agreeing { text } else { "as agreed" };
            let opened = ground.control(json!({
                "do": "open_trade", "until": status, "sender_terms": terms("I pay"), "receiver_terms": terms("I ship"),
            }));
            ground.trade = opened["id"].as_str().unwrap().to_owned();
        }
        if call == Call::ChooseRole {
            let reset = json!({ "do": "act", "trade": ground.trade, "user": "sender", "act": "reset_identification" });
            ground.control(reset);
        }
        ground
    }

    /// Runs a control command.
    pub fn control(&self, command: Value) -> Value {
        self.simulator.control(&command).unwrap_or_else(|why| panic!("{command}: {why}"))
    }

    /// What a client takes as its base URL.
    pub fn base_url(&self) -> &str {
        self.simulator.base_url()
    }

    /// From now on the call's endpoint has this fault.
    pub fn fault(&self, fault: &Value) {
        let Value::Object(mut fault) = fault.clone() else { return };
        fault.insert("do".into(), json!("fault"));
        fault.insert("on".into(), json!(self.call.endpoint()));
        self.control(Value::Object(fault));
    }

    /// How often the call took effect.
    pub fn effects(&self) -> u64 {
        let trades = self.control(json!({ "do": "trades" }));
        let counted = trades.as_array().unwrap().iter().map(|trade| &trade["effects"][self.call.counter()]);
        counted.map(|count| count.as_u64().unwrap()).sum()
    }

    /// How many requests of the call came in.
    pub fn requests(&self) -> usize {
        let requests = self.control(json!({ "do": "requests" }));
        let ours = |request: &&Value| {
            let path = request["route"].as_str().unwrap_or_default();
            self.call
                .endpoint()
                .split_once(' ')
                .is_some_and(|(method, route)| request["method"] == method && path == route)
        };
        requests.as_array().unwrap().iter().filter(ours).count()
    }

    /// What happened and must never.
    pub fn violations(&self) -> Vec<String> {
        let creates = u64::from(self.call == Call::Open);
        let violations = self.control(json!({ "do": "check", "creates": creates }));
        violations.as_array().unwrap().iter().map(ToString::to_string).collect()
    }
}
