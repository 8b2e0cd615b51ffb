//! A turn to poll: among the processes that share a store, at most two poll a trade at once. In one process a trade has one
//! feed, and one look at its events besides.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::feed::{Feed, Pause};
use super::stats::Counters;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::protocol::assumptions::TURN_LOOK;
use crate::protocol::turns::{self, Place};
use crate::runtime::{self, WhenDropped};
use crate::store::Access;

/// A place in the queue of those who poll a trade, until it is dropped.
pub(super) struct Turn {
    client: Client,
    trade_id: Arc<str>,
    place: Place,
}

impl Turn {
    pub(super) async fn stand(client: &Client, trade_id: &Arc<str>) -> Result<Self, Error> {
        let (own, id) = (client.clone(), trade_id.clone());
        let stand = async move { own.rows(Access::Batched, |rows, _| turns::stand(rows, &id, None)) };
        let place = client.spawn_unchecked(stand)?.await?;
        Ok(Self { client: client.clone(), trade_id: trade_id.clone(), place })
    }

    /// Looks how far the queue moved on.
    async fn look(&mut self) -> Result<(), Error> {
        let (client, id, mine) = (self.client.clone(), self.trade_id.clone(), self.place.turn);
        let look = async move { client.rows(Access::Batched, |rows, _| turns::stand(rows, &id, Some(mine))) };
        self.place = self.client.spawn_unchecked(look)?.await?;
        Ok(())
    }

    /// Before each poll: lets others go first who wait, then waits itself.
    pub(super) async fn granted(&mut self, counters: &Counters) -> Result<(), Error> {
        let (id, mine) = (self.trade_id.clone(), self.place.turn);
        let standing = self.client.rows(Access::Read, |rows, _| rows.polls(&id))?;
        if standing.len() > 1 || standing.first().is_none_or(|first| first.turn != mine) {
            self.look().await?;
        } else {
            self.place = Place { turn: mine, granted: true, others: 0 };
        }
        if self.place.is_wanted() {
            let client = self.client.clone();
            let give =
                async move { client.rows(Access::Batched, |rows, _| turns::give_way(rows, &id, mine)) };
            self.place = self.client.spawn_unchecked(give)?.await?;
        }
        let _waiting = (!self.place.granted).then(|| Counters::during(&counters.waiting));
        while !self.place.granted {
            tokio::time::sleep(TURN_LOOK).await;
            self.look().await?;
        }
        Ok(())
    }

    /// Whether another process polls this trade too.
    pub(super) fn is_shared(&self) -> bool {
        self.place.others > 0
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (client, id, mine) = (self.client.clone(), self.trade_id.clone(), self.place.turn);
        let leave = async move { client.rows(Access::Batched, |rows, _| turns::leave(rows, &id, mine)) };
        if let Ok(handle) = self.client.environment().handle() {
            drop(runtime::run(&handle, WhenDropped::Detach, leave));
        }
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
        let mut turn = Turn::stand(self, &trade_id.into()).await?;
        while !turn.place.granted {
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
            turn.look().await?;
        }
        Ok(Look { _alone, _turn: Some(turn), _pause: None })
    }

    /// Takes the place of this client's own feed of a trade, if it has one that polls.
    pub(in crate::client) async fn pause_feed(&self, trade_id: &str) -> Option<Pause> {
        let feed: Arc<Feed> = self.shared.feeds.get(trade_id)?;
        if feed.is_at_it() { Some(Pause::of(feed).await) } else { None }
    }

    fn only_look(&self, trade_id: &str) -> Arc<Mutex<()>> {
        let mut looks = self.shared.feeds.looks();
        looks.retain(|_, look| look.strong_count() > 0);
        let look = looks.get(trade_id).and_then(Weak::upgrade).unwrap_or_default();
        looks.insert(trade_id.into(), Arc::downgrade(&look));
        look
    }
}

impl super::Feeds {
    /// Counts how often a poll was begun anew.
    pub(super) fn reconnected(&self) {
        self.counters().reconnects.fetch_add(1, Ordering::Relaxed);
    }
}
