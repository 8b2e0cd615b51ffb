//! A whole AutoPlus in one process, for tests: the provider's HTTP API with both parties, virtual time, deposits,
//! transfers and faults, on loopback, started in milliseconds.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use autoplus_simulator::{Config, Simulator};
//!
//! let simulator = Simulator::start(Config::default())?;
//! let trade = simulator.control_text(r#"{"do": "open_trade", "until": "waitingAction"}"#)?;
//! assert!(simulator.base_url().ends_with("/v1") && trade.contains("tradeId"));
//! # Ok(())
//! # }
//! ```

mod address;
mod body;
mod control;
mod crypto;
mod embedded;
mod http;
mod json;
mod respond;
mod shared;
mod text;
mod world;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::runtime::Builder;
use tokio::sync::oneshot;

use shared::Shared;
use world::World;

pub use embedded::{Embedded, Lost, Reply};

/// Where a simulator listens and how its world begins.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address to listen on; loopback unless changed.
    pub host: IpAddr,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Decides every made-up id, code and address: the same seed gives the same ones.
    pub seed: u64,
    /// The virtual time at the start, in Unix seconds; `None` is this machine's time.
    pub start_time: Option<u32>,
}

impl Default for Config {
    fn default() -> Config {
        Config { host: Ipv4Addr::LOCALHOST.into(), port: 0, seed: 1, start_time: None }
    }
}

/// A running simulator. Dropping it closes every connection and frees the port.
#[derive(Debug)]
pub struct Simulator {
    base_url: String,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    process: u32,
}

impl Simulator {
    /// Starts a simulator on its own thread; it listens when this returns.
    ///
    /// # Errors
    /// The address cannot be listened on, or the system is out of threads or file descriptors.
    pub fn start(config: Config) -> io::Result<Simulator> {
        let listener = TcpListener::bind(SocketAddr::new(config.host, config.port))?;
        listener.set_nonblocking(true)?;
        let base_url = format!("http://{}/v1", listener.local_addr()?);
        let world = World::new(base_url.clone(), config.seed, started_at(&config));
        let shared = Arc::new(Shared::new(world));
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let world = Arc::clone(&shared);
        let serve = move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                tokio::select! {
                    () = http::serve(listener, Arc::clone(&world)) => {}
                    () = world.keep_time() => {}
                    _ = stopped => {}
                }
            });
        };
        let thread = std::thread::Builder::new().name("autoplus-simulator".into()).spawn(serve)?;
        Ok(Simulator {
            base_url,
            shared,
            stop: Some(stop),
            thread: Some(thread),
            process: std::process::id(),
        })
    }

    /// What a client takes as its base URL, with `/v1`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Runs a control command, `{"do": VERB, …}`; docs/simulator.md lists the verbs.
    ///
    /// # Errors
    /// What is wrong with the command, and what would be right.
    pub fn control(&self, command: &serde_json::Value) -> Result<serde_json::Value, String> {
        parsed(&self.control_text(&command.to_string())?)
    }

    /// Like [`Simulator::control`], with JSON text both ways: numbers and odd strings stay as they are written.
    ///
    /// # Errors
    /// What is wrong with the command, and what would be right.
    pub fn control_text(&self, command: &str) -> Result<String, String> {
        self.shared.control(command)
    }

    /// The control verbs with their arguments, as text for people.
    pub fn control_help() -> String {
        control::help()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // A forked child inherits the handle but not the thread: there is nothing to wait for.
        if self.process != std::process::id() {
            std::mem::forget((self.stop.take(), self.thread.take()));
            return;
        }
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The virtual time at the start, in milliseconds.
fn started_at(config: &Config) -> i64 {
    let machine = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as i64);
    config.start_time.map_or_else(machine, |seconds| i64::from(seconds) * 1000)
}

fn parsed(result: &str) -> Result<serde_json::Value, String> {
    serde_json::from_str(result).map_err(|error| format!("the result is no plain JSON ({error}): {result}"))
}

/// The README's example runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
