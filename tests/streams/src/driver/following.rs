//! How the trades are followed, and what is done with an event: its way from the server is timed.

use std::time::{SystemTime, UNIX_EPOCH};

use autoplus::{Client, Error, EventsOptions, TradeEvent, WatchOptions, Watched};
use serde::Deserialize;

use crate::{Shared, lock};

/// Events that are asked for at once.
const AT_ONCE: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    sent_at_micros: u64,
}

/// One stream up to its snapshot, so that what is made once is there before anything is measured.
pub(crate) async fn warm_up(client: &Client, trade: u64) -> Result<(), Error> {
    let stream = client.events(&trade.to_string(), EventsOptions::default())?;
    stream.next().await?;
    stream.close();
    Ok(())
}

/// All trades as one stream.
pub(crate) fn follow(client: &Client, trades: &[String], seen: &Shared) -> Result<(), Error> {
    let watch = client.watch(trades, WatchOptions::default())?;
    let seen = seen.clone();
    tokio::spawn(async move {
        loop {
            match watch.next_batch(AT_ONCE).await {
                Ok(batch) if batch.is_empty() => {
                    return lock(&seen).errors.push("the watch ended".to_owned());
                }
                Ok(batch) => batch.iter().for_each(|watched| see(watched, &seen)),
                Err(error) => return lock(&seen).errors.push(error.to_string()),
            }
        }
    });
    Ok(())
}

fn see(watched: &Watched, seen: &Shared) {
    match watched {
        Watched::Event(event) => handle(event, seen),
        Watched::Failed { error, .. } => lock(seen).errors.push(error.to_string()),
        over => lock(seen).errors.push(format!("a stream is over: {over:?}")),
    }
}

fn handle(event: &TradeEvent, seen: &Shared) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
    let sent = serde_json::from_str::<Sent>(event.changes().raw_json());
    let mut seen = lock(seen);
    match sent {
        Ok(sent) => {
            let took = u64::try_from(now).unwrap_or(u64::MAX).saturating_sub(sent.sent_at_micros);
            seen.latencies_micros.push(took);
        }
        Err(_) => seen.snapshots += 1,
    }
}
