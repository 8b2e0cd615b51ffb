//! A simulator, a store, and clients of both parties.

use std::path::PathBuf;
use std::time::Duration;

use autoplus::{ActionChallenge, Client, Crypto, Error, ErrorKind, OpenTrade, Timeouts, Trade};
use autoplus_simulator::{Config, Simulator};
use serde_json::{Value, json};

pub(crate) const GUILD: &str = "100000000000000001";
pub(crate) const SENDER: &str = "200000000000000001";
pub(crate) const RECEIVER: &str = "200000000000000002";
pub(crate) const STRANGER: &str = "200000000000000003";
pub(crate) const ADDRESS: &str = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9";
const CONFIRM_ACTION: &str = "POST /trades/{id}/confirm-action";
pub(crate) const CONFIRM_CLAIM: &str = "POST /trades/{id}/confirm-claim";
pub(crate) const CREATE: &str = "POST /guilds/{id}/trades";

pub(crate) struct World {
    pub(crate) simulator: Simulator,
    pub(crate) folder: PathBuf,
}

impl World {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("autoplus-settling-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).unwrap();
        Self { simulator: Simulator::start(Config::default()).unwrap(), folder }
    }

    pub(crate) fn control(&self, command: Value) -> Value {
        self.simulator.control(&command).unwrap()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("a.db")
    }

    pub(crate) fn client(&self, token: &str, user: Option<&str>) -> Client {
        let timeouts = Timeouts {
            attempt: Duration::from_millis(500),
            call: Duration::from_millis(2000),
            ..Timeouts::default()
        };
        let builder = Client::builder()
            .token(token)
            .base_url(self.simulator.base_url())
            .store(format!("sqlite:{}", self.file().display()))
            .timeouts(timeouts);
        match user {
            Some(user) => builder.user_id(user),
            None => builder,
        }
        .build()
        .unwrap()
    }

    pub(crate) fn sender(&self) -> Client {
        self.client("sim-token-sender", Some(SENDER))
    }

    pub(crate) fn receiver(&self) -> Client {
        self.client("sim-token-receiver", Some(RECEIVER))
    }

    pub(crate) fn at(&self, status: &str) -> String {
        let opened = self.control(json!({ "do": "open_trade", "until": status }));
        opened["id"].as_str().unwrap().to_owned()
    }

    /// A release that is lost on its way as long as nobody calls `calm`, under the name `release`.
    pub(crate) async fn lost_release(&self, sender: &Client) -> (Trade, ActionChallenge) {
        let trade = sender.trade(&self.at("waitingAction")).await.unwrap();
        let challenge = sender.request_release(&trade).await.unwrap();
        self.fault(CONFIRM_ACTION, "lost_before");
        unknown(challenge.confirm(Some("release")).await);
        (trade, challenge)
    }

    pub(crate) fn fault(&self, on: &str, kind: &str) {
        self.control(json!({ "do": "fault", "on": on, "kind": kind, "times": 99 }));
    }

    pub(crate) fn calm(&self) {
        self.control(json!({ "do": "calm" }));
    }

    pub(crate) fn check(&self, creates: u32) -> Value {
        self.control(json!({ "do": "check", "creates": creates }))
    }
}

pub(crate) fn order(name: &str) -> OpenTrade {
    OpenTrade {
        guild: GUILD.into(),
        crypto: Crypto::Ltc,
        sender: SENDER.into(),
        receiver: RECEIVER.into(),
        operation: Some(name.into()),
    }
}

pub(crate) fn unknown<T>(result: Result<T, Error>) -> Error {
    let error = result.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    error
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
