//! How the trades are followed, and what is done with an event: its way from the server is timed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use autoplus::{Client, Error, EventsOptions, TradeEvent};
use serde::Deserialize;

use crate::{Shared, lock};

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

pub(crate) fn follow(client: &Client, trades: &[String], seen: &Shared) -> Result<(), Error> {
    for trade in trades {
        let stream = client.events(trade, EventsOptions::default())?;
        let seen = seen.clone();
        tokio::spawn(async move {
            loop {
                match stream.next().await {
                    Ok(Some(event)) => handle(&event, &seen),
                    Ok(None) => return lock(&seen).errors.push("a stream ended".to_owned()),
                    Err(error) => {
                        lock(&seen).errors.push(error.to_string());
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
            }
        });
    }
    Ok(())
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
