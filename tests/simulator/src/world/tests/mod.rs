//! Stories of the state machine: what people do, what they are told.

mod audit;
mod claims;
mod control;
mod delivery;
mod events;
mod faults;
mod funds;
mod identification;
mod invariants;
mod keys;
mod opening;
mod requests;
mod streams;
mod switches;
mod terms;

use serde_json::{Value, json};

use super::World;
use super::refusal::Answer;
use super::request::Request;
use super::serve::{Reception, Step};

pub(super) const SENDER: &str = "200000000000000001";
pub(super) const RECEIVER: &str = "200000000000000002";
pub(super) const LTC_ADDRESS: &str = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9";
pub(super) const BTC_ADDRESS: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";

/// A world and the people who play in it.
pub(super) struct Play {
    pub(super) world: World,
    keys: u32,
}

/// An answer with its body parsed.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) answer: Answer,
}

impl Told {
    /// Status and code, for refusals.
    pub(super) fn refusal(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or(""))
    }

    pub(super) fn field(&self) -> &str {
        self.body["details"]["field"].as_str().unwrap_or("")
    }
}

impl Play {
    pub(super) fn new() -> Play {
        Play { world: World::new("http://127.0.0.1:1/v1".into(), 1, 1_800_000_000_000), keys: 0 }
    }

    /// A control command that must succeed.
    pub(super) fn control(&mut self, command: Value) -> Value {
        serde_json::from_str(&crate::control::run(&mut self.world, &command.to_string()).unwrap()).unwrap()
    }

    /// A control command that must be refused.
    pub(super) fn refused(&mut self, command: Value) -> String {
        crate::control::run(&mut self.world, &command.to_string()).unwrap_err()
    }

    /// A trade brought to a status.
    pub(super) fn trade(&mut self, until: &str) -> String {
        self.trade_with(json!({"until": until}))
    }

    pub(super) fn trade_with(&mut self, mut arguments: Value) -> String {
        arguments["do"] = "open_trade".into();
        self.control(arguments)["id"].as_str().unwrap().to_owned()
    }

    /// A request as a well-behaved client of that user makes it, under a key of its own.
    pub(super) fn request(&mut self, user: &str, route: &str, body: &str) -> Request {
        let (method, target) = route.split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        self.keys += 1;
        let headers = [
            ("authorization", format!("Bearer sim-token-{user}")),
            ("content-type", "application/json".to_owned()),
            ("idempotency-key", format!("key-{:08}", self.keys)),
        ];
        Request {
            method: method.into(),
            path: path.into(),
            query: query.into(),
            headers: headers.map(|(name, value)| (name.to_owned(), value)).into(),
            body: body.into(),
        }
    }

    pub(super) fn receive(&mut self, request: Request) -> Reception {
        self.world.receive(request)
    }

    pub(super) fn send(&mut self, request: Request) -> Told {
        match self.receive(request).step {
            Step::Answer(answer) => {
                let body = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
                Told { status: answer.status, body, answer }
            }
            other => panic!("no answer but {other:?}"),
        }
    }

    pub(super) fn ask_raw(&mut self, user: &str, route: &str, body: &str) -> Told {
        let request = self.request(user, route, body);
        self.send(request)
    }

    pub(super) fn ask(&mut self, user: &str, route: &str, body: Value) -> Told {
        self.ask_raw(user, route, &body.to_string())
    }

    pub(super) fn get(&mut self, user: &str, path: &str) -> Told {
        self.ask_raw(user, &format!("GET {path}"), "")
    }

    pub(super) fn seen(&mut self, user: &str, trade: &str) -> Value {
        let told = self.get(user, &format!("/trades/{trade}"));
        assert_eq!(told.status, 200, "{told:?}");
        told.body
    }

    /// The events after an offset.
    pub(super) fn events(&mut self, user: &str, trade: &str, offset: i64) -> Vec<Value> {
        let told = self.get(user, &format!("/trades/{trade}/events?offset={offset}&timeout=0"));
        assert_eq!(told.status, 200, "{told:?}");
        told.body["events"].as_array().unwrap().clone()
    }
}

/// Asks for a challenge and confirms it.
pub(super) fn confirmed(
    play: &mut Play,
    user: &str,
    id: &str,
    [ask, confirm]: [&str; 2],
    body: Value,
) -> Told {
    let mut challenge = play.ask(user, &format!("POST /trades/{id}/{ask}"), body).body;
    challenge.as_object_mut().unwrap().remove("expiresAt");
    play.ask(user, &format!("POST /trades/{id}/{confirm}"), challenge)
}
