//! A turn to poll: among the processes that share a store, at most two poll a trade at once. In one process a trade has one
//! feed, and one look at its events besides.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OwnedMutexGuard;

use super::feed::{Feed, Pause};
use super::stats::Counters;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::protocol::assumptions::TURN_LOOK;
use crate::protocol::rows::Rows;
use crate::protocol::turns::{self, Place};

/// A place in the queue of those who poll a trade, until it is dropped.
pub(super) struct Turn {
    client: Client,
    trade_id: Arc<str>,
    /// As it is written: whoever waits for a write may be gone by then.
    place: Arc<Mutex<Option<Place>>>,
    process: u32,
}

impl Turn {
    pub(super) fn new(client: &Client, trade_id: Arc<str>) -> Self {
        Self { client: client.clone(), trade_id, place: Arc::default(), process: std::process::id() }
    }

    fn place(&self) -> Option<Place> {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write(
        &self,
        work: impl FnOnce(&mut dyn Rows, &str, Option<i64>) -> Result<Place, Error> + Send + 'static,
    ) -> Result<Place, Error> {
        let (id, place) = (self.trade_id.clone(), self.place.clone());
        self.client
            .write_soon(move |rows| {
                let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
                let now = work(rows, &id, place.map(|place| place.turn))?;
                *place = Some(now);
                Ok(now)
            })
            .await
    }

    /// Stands in the queue, or looks how far it moved on.
    async fn stand(&self) -> Result<Place, Error> {
        self.write(turns::stand).await
    }

    /// Before each poll: lets others go first who wait, then waits itself.
    pub(super) async fn granted(&self, counters: &Counters) -> Result<(), Error> {
        let alone = match self.place() {
            Some(place) if place.granted => {
                let id = self.trade_id.clone();
                let standing = self.client.read_soon(move |rows| rows.polls(&id)).await?;
                standing.len() == 1 && standing.first().is_some_and(|first| first.turn == place.turn)
            }
            _ => false,
        };
        if alone {
            self.place
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .iter_mut()
                .for_each(|place| place.others = 0);
            return Ok(());
        }
        let mut place = self.stand().await?;
        if place.is_wanted() {
            place = self.write(|rows, id, mine| turns::give_way(rows, id, mine.unwrap_or_default())).await?;
        }
        let _waiting = (!place.granted).then(|| Counters::during(&counters.waiting));
        while !place.granted {
            tokio::time::sleep(TURN_LOOK).await;
            place = self.stand().await?;
        }
        Ok(())
    }

    /// Whether another process polls this trade too.
    pub(super) fn is_shared(&self) -> bool {
        self.place().is_some_and(|place| place.others > 0)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.process != std::process::id() {
            return;
        }
        let (id, place) = (self.trade_id.clone(), self.place.clone());
        // Written after all that was begun before.
        self.client.write_later(move |rows| {
            let place = place.lock().unwrap_or_else(PoisonError::into_inner).take();
            place.map_or(Ok(()), |place| turns::leave(rows, &id, place.turn))
        });
    }
}

/// The right to look at a trade's events besides its feed, until it is dropped.
pub(in crate::client) struct Look {
    _alone: OwnedMutexGuard<()>,
    _turn: Option<Turn>,
    _pause: Option<Pause>,
}

impl Client {
    /// Waits for the right to one look. Where others have both polls, its own feed's is given up for it.
    pub(in crate::client) async fn look(&self, trade_id: &str) -> Result<Look, Error> {
        let _alone = self.only_look(trade_id).lock_owned().await;
        if !self.shared.ledger.is_file() {
            return Ok(Look { _alone, _turn: None, _pause: None });
        }
        let patience = self.now() + self.shared.config.timeouts.call;
        let turn = Turn::new(self, trade_id.into());
        while !turn.stand().await?.granted {
            if let Some(pause) = self.pause_feed(trade_id).await {
                return Ok(Look { _alone, _turn: None, _pause: Some(pause) });
            }
            if self.now() > patience {
                let message = format!(
                    "other processes on this store have both polls of trade {trade_id}, which is all that AutoPlus allows"
                );
                return Err(Error::new(ErrorKind::RateLimited, message));
            }
            tokio::time::sleep(TURN_LOOK).await;
        }
        Ok(Look { _alone, _turn: Some(turn), _pause: None })
    }

    /// Takes the place of this client's own feed of a trade, if it has one that polls.
    pub(in crate::client) async fn pause_feed(&self, trade_id: &str) -> Option<Pause> {
        let feed: Arc<Feed> = self.shared.feeds.get(trade_id)?;
        if feed.is_at_it() { Some(Pause::of(feed).await) } else { None }
    }

    fn only_look(&self, trade_id: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut looks = self.shared.feeds.looks();
        looks.retain(|_, look| look.strong_count() > 0);
        let look = looks.get(trade_id).and_then(Weak::upgrade).unwrap_or_default();
        looks.insert(trade_id.into(), Arc::downgrade(&look));
        look
    }
}
