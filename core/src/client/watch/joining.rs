//! Trades that are added to a watch begin to be followed, many with one write.

use std::sync::{Arc, Weak};

use super::hub::Hub;
use crate::client::Client;
use crate::client::streams::{Follower, Named, Place};
use crate::error::Error;
use crate::protocol::assumptions::{JOINED_AT_ONCE, TAKEN_AGAIN};
use crate::protocol::consumers::Beginning;
use crate::runtime::{self, WhenDropped};

/// Follows what is to be followed until nothing is left, in the background.
pub(super) fn join(hub: Weak<Hub>, client: &Client) {
    in_background(client, async move {
        while let Some(hub) = hub.upgrade() {
            let Some(batch) = hub.lines().take_joining(JOINED_AT_ONCE) else { break };
            let failed = join_batch(&hub, batch).await;
            if !failed.is_empty() {
                join_again(&hub, failed);
            }
        }
        Ok(())
    });
}

/// A name that another process reads under may be free later.
fn join_again(hub: &Arc<Hub>, failed: Vec<Arc<str>>) {
    let later = Arc::downgrade(hub);
    in_background(&hub.client, async move {
        tokio::time::sleep(TAKEN_AGAIN).await;
        if let Some(hub) = later.upgrade() {
            hub.lines().joining.extend(failed);
            hub.join();
        }
        Ok(())
    });
}

fn in_background(client: &Client, work: impl Future<Output = Result<(), Error>> + Send + 'static) {
    if let Ok(handle) = client.environment().handle() {
        drop(runtime::run(&handle, WhenDropped::Detach, work));
    }
}

/// Gives the trades that couldn't be followed.
async fn join_batch(hub: &Hub, batch: Vec<Arc<Follower>>) -> Vec<Arc<str>> {
    let mut names: Vec<Option<Named>> = Vec::with_capacity(batch.len());
    let mut seats = Vec::new();
    for follower in &batch {
        let named = hub.consumer().map(|consumer| Named::new(&hub.client, follower.trade_id(), consumer));
        seats.extend(named.as_ref().map(|named| (named.seat().clone(), None)));
        names.push(named);
    }
    let beginnings = match seats.is_empty() {
        true => batch.iter().map(|_| Ok(Beginning::default())).collect(),
        false => match hub.client.claim(seats).await {
            Ok(beginnings) => beginnings,
            Err(error) => batch.iter().map(|_| Err(error.clone())).collect(),
        },
    };
    let mut failed = Vec::new();
    for ((follower, named), beginning) in batch.iter().zip(names).zip(beginnings) {
        let joined: Result<Place, Error> = beginning.and_then(|beginning| {
            follower.begin(beginning);
            hub.client.follow(follower.clone())
        });
        let mut lines = hub.lines();
        match (joined, lines.all.get_mut(follower.trade_id())) {
            (Ok(place), Some(line)) if Arc::ptr_eq(&line.follower, follower) => {
                place.ask();
                (line.place, line.named) = (Some(place), named);
            }
            (Err(error), Some(line)) if Arc::ptr_eq(&line.follower, follower) => {
                lines.fail(follower.trade_id(), error);
                failed.push(follower.trade_id().clone());
                drop(lines);
                hub.wake();
            }
            // Removed meanwhile; its place is let go of without the lock.
            (joined, _) => {
                drop(lines);
                drop((joined, named));
            }
        }
        if follower.has_news() {
            follower.tell();
        }
    }
    failed
}
