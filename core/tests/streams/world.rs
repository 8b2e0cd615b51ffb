//! A simulator and clients that follow its trades.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use autoplus::{Client, EventStream, EventsOptions, Timeouts, TradeEvent};
use autoplus_simulator::{Config, Simulator};
use serde_json::{Value, json};

const SENDER: &str = "200000000000000001";
const RECEIVER: &str = "200000000000000002";

pub(crate) struct World {
    pub(crate) simulator: Simulator,
    folder: PathBuf,
}

impl World {
    pub(crate) fn new() -> Self {
        static WORLDS: AtomicU32 = AtomicU32::new(0);
        let number = WORLDS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("autoplus-streams-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).unwrap();
        Self { simulator: Simulator::start(Config::default()).unwrap(), folder }
    }

    pub(crate) fn control(&self, command: Value) -> Value {
        self.simulator.control(&command).unwrap()
    }

    pub(crate) fn in_memory(&self) -> Client {
        self.client("memory".to_owned(), Timeouts::default())
    }

    /// A process that shares a file with the others.
    pub(crate) fn on_file(&self) -> Client {
        self.on_file_with(Timeouts::default())
    }

    pub(crate) fn on_file_with(&self, timeouts: Timeouts) -> Client {
        self.client(format!("sqlite:{}", self.folder.join("a.db").display()), timeouts)
    }

    fn client(&self, store: String, timeouts: Timeouts) -> Client {
        let builder = Client::builder().token("sim-token-sender").user_id(SENDER).store(store);
        builder.base_url(self.simulator.base_url()).timeouts(timeouts).build().unwrap()
    }

    /// The other party, as one of several processes.
    pub(crate) fn receiver_on_file(&self) -> Client {
        let store = format!("sqlite:{}", self.folder.join("receiver.db").display());
        let builder = Client::builder().token("sim-token-receiver").user_id(RECEIVER).store(store);
        builder.base_url(self.simulator.base_url()).build().unwrap()
    }

    pub(crate) fn trade(&self) -> String {
        let opened = self.control(json!({ "do": "open_trade", "until": "waitingAction" }));
        opened["id"].as_str().unwrap().to_owned()
    }

    /// Lets something happen in a trade so many times; gives the ids of the events.
    pub(crate) fn happen(&self, trade: &str, count: u32) -> Vec<i64> {
        let happened = self.control(json!({ "do": "happen", "trade": trade, "count": count }));
        happened["events"].as_array().unwrap().iter().map(|event| event["id"].as_i64().unwrap()).collect()
    }

    pub(crate) fn polls(&self) -> Value {
        self.control(json!({ "do": "polls" }))
    }

    /// Until the server has so many polls that wait.
    pub(crate) async fn waiting(&self, count: u64) {
        for _ in 0..500 {
            if self.polls()["waiting"] == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{count} polls should wait, but: {}", self.polls());
    }

    /// Until no connection is open.
    pub(crate) async fn hung_up(&self) {
        for _ in 0..500 {
            if self.polls()["connections"] == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("connections were left open: {}", self.polls());
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub(crate) fn named(consumer: &str) -> EventsOptions {
    EventsOptions { consumer: Some(consumer.to_owned()), start_after: None }
}

pub(crate) fn after(offset: i64) -> EventsOptions {
    EventsOptions { consumer: None, start_after: Some(offset) }
}

/// The next event; fails the test if none comes soon.
pub(crate) async fn next(stream: &EventStream) -> TradeEvent {
    let next = tokio::time::timeout(Duration::from_secs(8), stream.next()).await;
    next.expect("nothing came").unwrap().expect("the stream ended")
}

/// The ids of the next events.
pub(crate) async fn ids(stream: &EventStream, count: usize) -> Vec<i64> {
    let mut ids = Vec::new();
    while ids.len() < count {
        ids.push(next(stream).await.id());
    }
    ids
}
