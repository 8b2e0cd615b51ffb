//! The core with one trade after another followed until told to stop. What is asked of a driver: README.md.

mod following;

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use autoplus::{Client, Timeouts};
use autoplus_streams::line::{commands, say, setting};
use serde::Serialize;

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    snapshots: u64,
    latencies_micros: Vec<u64>,
    errors: Vec<String>,
}

type Shared = Arc<Mutex<Seen>>;

/// A bot's own runtime: one thread, beside the library's.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = client()?;
    let first: u64 = setting("STREAMS_FIRST_TRADE")?.parse()?;
    let count: u64 = setting("STREAMS_COUNT")?.parse()?;
    following::warm_up(&client, first + count).await?;

    let seen = Shared::default();
    let trades: Vec<String> = (first..first + count).map(|id| id.to_string()).collect();
    let mut commands = commands();
    say("ready")?;
    while let Some(command) = commands.recv().await {
        match command.as_str() {
            "open" => following::follow(&client, &trades, &seen)?,
            "report" => say(&serde_json::to_string(&*lock(&seen))?)?,
            _ => return Err(format!("expected open or report, and got {command:?}").into()),
        }
    }
    // Ten thousand polls end with the process; nothing is under way that closing would wait for.
    std::process::exit(0);
}

fn client() -> Result<Client, Box<dyn Error>> {
    let poll = Duration::from_secs(setting("STREAMS_HOLD")?.parse()?);
    let call = Duration::from_secs(setting("STREAMS_PATIENCE")?.parse()?);
    let timeouts = Timeouts { call, poll, ..Timeouts::default() };
    let builder = Client::builder().token("streams").base_url(setting("STREAMS_URL")?).timeouts(timeouts);
    let ca_file = setting("STREAMS_CA_FILE")?;
    let builder = if ca_file.is_empty() { builder } else { builder.ca_file(ca_file) };
    Ok(builder.build()?)
}

fn lock(seen: &Shared) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
