//! How JavaScript sets a client up: one JSON object.

use std::time::Duration;

use autoplus::{Client, ClientBuilder, Timeouts};
use serde::Deserialize;

use crate::failure::Failure;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Config {
    token: Option<String>,
    user_id: Option<String>,
    base_url: Option<String>,
    proxy: Option<String>,
    ca_file: Option<String>,
    store: Option<String>,
    timeouts: Seconds,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Seconds {
    connect: Option<f64>,
    attempt: Option<f64>,
    call: Option<f64>,
    poll: Option<f64>,
    poll_grace: Option<f64>,
}

impl Config {
    /// A misspelt option is refused: left out silently, it could send a test's calls to the real API.
    pub(crate) fn parse(json: &str) -> Result<Self, Failure> {
        serde_json::from_str(json).map_err(|why| {
            let why = why.to_string();
            Failure::invalid(&format!("options: {}", why.split(" at line ").next().unwrap_or(&why)))
        })
    }

    pub(crate) fn build(self, mut builder: ClientBuilder) -> Result<Client, Failure> {
        if let Some(token) = self.token {
            builder = builder.token(token);
        }
        if let Some(user_id) = self.user_id {
            builder = builder.user_id(user_id);
        }
        if let Some(base_url) = self.base_url {
            builder = builder.base_url(base_url);
        }
        if let Some(proxy) = self.proxy {
            builder = builder.proxy(proxy);
        }
        if let Some(ca_file) = self.ca_file {
            builder = builder.ca_file(ca_file);
        }
        if let Some(store) = self.store {
            builder = builder.store(store);
        }
        Ok(builder.timeouts(self.timeouts.build()?).build()?)
    }
}

impl Seconds {
    fn build(self) -> Result<Timeouts, Failure> {
        let mut timeouts = Timeouts::default();
        let named = [
            ("connect", self.connect, &mut timeouts.connect),
            ("attempt", self.attempt, &mut timeouts.attempt),
            ("call", self.call, &mut timeouts.call),
            ("poll", self.poll, &mut timeouts.poll),
            ("pollGrace", self.poll_grace, &mut timeouts.poll_grace),
        ];
        for (name, seconds, slot) in named {
            if let Some(seconds) = seconds {
                *slot = Duration::try_from_secs_f64(seconds).map_err(|_| {
                    Failure::invalid(&format!(
                        "timeouts.{name}: expected a number of seconds, such as 45; got {seconds:e}"
                    ))
                })?;
            }
        }
        Ok(timeouts)
    }
}
