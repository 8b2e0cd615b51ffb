//! One scenario from its first step to its last.

use std::collections::HashMap;
use std::time::Duration;

use autoplus::{Client, Timeouts};
use autoplus_simulator::{Config, Simulator};
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::calls::{self, Failure};
use crate::saved::{Native, Saved, SavedValues};
use crate::scenario::{Act, Call, Expect, Limits, Scenario, Step, Store};
use crate::stores::Stores;
use crate::{matching, prints, requests, view};

const STEP_LIMIT: Duration = Duration::from_secs(10);
/// Every token of the simulator begins so; none may ever be seen in a message.
const SECRET: &str = "sim-token-";

struct World<'a> {
    simulator: Simulator,
    scenario: &'a Scenario,
    stores: &'a Stores,
    clients: HashMap<String, Client>,
    /// Streams and watches, each with the name of its client.
    open: Vec<(Option<String>, Native)>,
    saved: SavedValues,
}

pub(crate) async fn scenario(name: &str, scenario: &Scenario, stores: &Stores) -> Result<(), String> {
    prints::begin(name);
    let simulator = Simulator::start(Config::default()).map_err(|why| why.to_string())?;
    let saved = SavedValues::default();
    let mut world = World { simulator, scenario, stores, clients: HashMap::new(), open: Vec::new(), saved };
    let told = world.simulator.control(&json!({"do": "world"}))?;
    world.saved.save("world", Saved { native: Native::Plain, view: told });
    let mut result = Ok(());
    for (number, step) in (1..).zip(scenario.steps()?) {
        result = match tokio::time::timeout(STEP_LIMIT, world.step(step)).await {
            Ok(outcome) => outcome.map_err(|why| format!("step {number}: {why}")),
            Err(_) => Err(format!("step {number}: took longer than {} s", STEP_LIMIT.as_secs())),
        };
        if result.is_err() {
            break;
        }
    }
    prints::files(stores.folder())?;
    world.open.iter().for_each(|(_, open)| open.close());
    for client in world.clients.values() {
        client.close().await;
        prints::shown(client.clone());
    }
    result.and(prints::end(name, &world.simulator))
}

impl World<'_> {
    async fn step(&mut self, step: Step) -> Result<(), String> {
        let outcome = match step.act {
            Act::Control(command) => self.control(&self.saved.resolve(&command)?),
            Act::Call(call) => self.call(&call).await.map_err(printed),
            Act::Requests { entries, only, more } => {
                let seen = self.simulator.control(&json!({"do": "requests", "clear": true}))?;
                return requests::check(seen, &entries, &only, more, &self.saved);
            }
            Act::Restart(names) => return self.restart(&names).await,
        };
        match (outcome, step.expect) {
            (Err(Failure::Scenario(why)), _) => Err(why),
            (Ok(saved), expect @ (None | Some(Expect::Value(_)))) => {
                if let Some(Expect::Value(expected)) = expect {
                    matching::check(&self.saved.resolve(&expected)?, &saved.view, "value")?;
                }
                if let Some(name) = step.save {
                    self.saved.save(&name, saved);
                }
                Ok(())
            }
            (Err(Failure::Library(error)), Some(Expect::Error(expected))) => {
                if error.to_string().contains(SECRET) {
                    return Err(format!("a token leaked: {error}"));
                }
                let view = view::error(&error);
                matching::check(&self.saved.resolve(&expected)?, &view, "error")?;
                if let Some(name) = step.save {
                    let native = error.operation().cloned().map_or(Native::Plain, Native::Operation);
                    self.saved.save(&name, Saved { native, view });
                }
                Ok(())
            }
            (Ok(saved), Some(Expect::Error(expected))) => {
                Err(format!("expected the error {expected}, but it gave {}", saved.view))
            }
            (Err(Failure::Library(error)), _) => Err(format!("{}: {error}", error.kind())),
        }
    }

    fn control(&self, command: &Value) -> Result<Saved, Failure> {
        let view = self.simulator.control(command).map_err(|why| format!("the simulator refused: {why}"))?;
        Ok(Saved { native: Native::Plain, view })
    }

    async fn restart(&mut self, names: &[String]) -> Result<(), String> {
        for name in names {
            let client = self.clients.remove(name).ok_or_else(|| format!("{name} hasn't started yet"))?;
            let its = |(of, _): &mut (Option<String>, Native)| of.as_ref() == Some(name);
            self.open.extract_if(.., its).for_each(|(_, open)| open.close());
            client.close().await;
            prints::shown(client);
        }
        Ok(())
    }

    async fn call(&mut self, call: &Call) -> Result<Saved, Failure> {
        let client = call.client.as_ref().map(|name| self.client(name)).transpose()?;
        let arguments = Arguments::new(&call.with, &self.saved);
        let printed = prints::count();
        let saved = match client {
            Some(client) => calls::call(&client, &call.name, arguments).await?,
            None => calls::without_client(&call.name, arguments).await?,
        };
        if printed.is_some() && printed == prints::count() && saved.view != json!({}) {
            return Err(Failure::Scenario(format!("{}: what it gave was not `shown`", call.name)));
        }
        if matches!(saved.native, Native::Stream(_) | Native::Watch(_)) {
            self.open.push((call.client.clone(), saved.native.clone()));
        }
        Ok(saved)
    }

    fn client(&mut self, name: &str) -> Result<Client, String> {
        if let Some(client) = self.clients.get(name) {
            return Ok(client.clone());
        }
        let builder = Client::builder().base_url(self.simulator.base_url());
        let limits = self.scenario.clients.get(name).copied().unwrap_or_default();
        let builder = builder.timeouts(timeouts(limits));
        let shared = matches!(self.scenario.store, Some(Store::Shared));
        let builder = builder.store(self.stores.name(name, shared));
        let user = |of: &str, field: &str| -> Result<String, String> {
            let value = self.saved.resolve(&json!(format!("$world.users.{of}.{field}")))?;
            Ok(value.as_str().unwrap_or_default().to_owned())
        };
        let builder = match name {
            "anonymous" => builder,
            "bad_token" => builder.token("sim-token-nobody").user_id(user("sender", "id")?),
            "sender" | "receiver" | "stranger" | "outsider" | "second_sender" | "second_receiver" => {
                let of = name.trim_start_matches("second_");
                builder.token(user(of, "token")?).user_id(user(of, "id")?)
            }
            _ => return Err(format!("the client {name} isn't known")),
        };
        let client = prints::shown(builder).build().map_err(|error| error.to_string())?;
        self.clients.insert(name.to_owned(), prints::shown(client.clone()));
        Ok(client)
    }
}

fn printed(failure: Failure) -> Failure {
    match failure {
        Failure::Library(error) => Failure::Library(prints::shown(error)),
        scenario => scenario,
    }
}

fn timeouts(limits: Limits) -> Timeouts {
    let usual = Timeouts::default();
    let or = |seconds: Option<f64>, usual| seconds.map_or(usual, Duration::from_secs_f64);
    Timeouts {
        attempt: or(limits.attempt_timeout, usual.attempt),
        call: or(limits.call_timeout, usual.call),
        poll: or(limits.poll_timeout, usual.poll),
        poll_grace: or(limits.poll_grace, usual.poll_grace),
        ..usual
    }
}
