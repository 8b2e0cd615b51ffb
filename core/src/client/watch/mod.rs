//! Many trades as one stream.

mod hub;
mod joining;
mod lines;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::Client;
use super::pulling::Pulling;
use crate::error::Error;
use crate::model::{Trade, TradeEvent};
use crate::protocol::consumers::check_consumer;
use crate::protocol::cursor::StreamEnd;
use crate::protocol::request::check_id;
use hub::Hub;

/// How many trades are watched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WatchOptions {
    /// The name under which the store remembers how far each trade was read, as in
    /// [`EventsOptions::consumer`](super::EventsOptions::consumer). A bot wants one: after a restart,
    /// `watch(known_trades())` goes on where it was. Without a name each trade begins with a snapshot.
    pub consumer: Option<String>,
}

/// What a watch gives.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Watched {
    /// Something happened in a trade.
    Event(TradeEvent),
    /// A trade ended, and all its events were handed out: it has left the watch.
    Ended {
        /// Its thread id.
        trade_id: String,
        /// How, as far as that is known.
        end: StreamEnd,
        /// As its last event showed it.
        last_known: Option<Trade>,
    },
    /// A trade can't be followed. The others go on.
    Failed {
        /// Its thread id.
        trade_id: String,
        /// Why.
        error: Error,
        /// Whether it has left the watch; else it is tried on.
        over: bool,
    },
}

impl Watched {
    /// The trade it is about, by thread id.
    pub fn trade_id(&self) -> &str {
        match self {
            Self::Event(event) => event.trade().id(),
            Self::Ended { trade_id, .. } | Self::Failed { trade_id, .. } => trade_id,
        }
    }
}

/// The events of many trades, each trade's in order. Goes on until it is closed, also when no trade is left.
///
/// Either one consumer takes everything with [`next`](Self::next), or several work side by side with
/// [`for_each`](Self::for_each), or with [`take`](Self::take) and [`done`](Self::done) or [`give_back`](Self::give_back). Nothing more of a trade comes
/// before what came last is finished. What waits is bounded: a slow consumer stops the polls.
pub struct Watch {
    hub: Arc<Hub>,
    pulling: Pulling<Watched>,
}

impl Client {
    /// Follows many trades as one stream. Nothing is sent before something is asked for.
    pub fn watch(
        &self,
        trades: impl IntoIterator<Item = impl AsRef<str>>,
        options: WatchOptions,
    ) -> Result<Watch, Error> {
        options.consumer.as_deref().map_or(Ok(()), check_consumer)?;
        self.check_open()?;
        let watch = Watch { hub: Hub::new(self.clone(), options.consumer), pulling: Pulling::default() };
        for trade in trades {
            watch.add(trade.as_ref())?;
        }
        Ok(watch)
    }
}

impl Watch {
    /// Watches one more trade. False if it is watched already.
    pub fn add(&self, trade_id: &str) -> Result<bool, Error> {
        check_id("trade id", trade_id)?;
        self.hub.client.check_open()?;
        Ok(self.hub.add(trade_id))
    }

    /// Stops watching a trade; what waits of it is given up, and comes again under the same name. False if it isn't watched.
    pub fn remove(&self, trade_id: &str) -> bool {
        self.hub.remove(trade_id)
    }

    /// The trades that are watched, by thread id.
    pub fn trades(&self) -> Vec<String> {
        self.hub.trades()
    }

    /// What comes next, of whatever trade; none once the watch was closed. It says that all that `next` and
    /// [`next_batch`](Self::next_batch) gave before is finished. Dropping the future loses nothing.
    pub async fn next(&self) -> Result<Option<Watched>, Error> {
        Ok(self.next_batch(1).await?.pop())
    }

    /// What comes next, at least one and at most `max`, each trade's in order; empty once the watch was closed.
    pub async fn next_batch(&self, max: usize) -> Result<Vec<Watched>, Error> {
        self.hub.next_batch(max.max(1)).await
    }

    /// What comes next, for one of several workers: nothing more of its trade is given before it is [`done`](Self::done).
    pub async fn take(&self) -> Result<Option<Watched>, Error> {
        self.hub.take().await
    }

    /// Says that what `take` or `next` gave is finished.
    pub async fn done(&self, watched: &Watched) -> Result<(), Error> {
        self.hub.done(watched).await
    }

    /// Says that what `take` or `next` gave last of a trade was not finished: it comes again, next of its trade.
    pub fn give_back(&self, watched: &Watched) {
        self.hub.give_back(watched);
    }

    /// Works on up to `at_once` trades side by side, each in order. What the handler returned well from is finished, anything
    /// else comes again. Ends
    /// when the watch is closed, or with the first error of a handler, once the others under way have returned.
    pub async fn for_each<F, E>(&self, at_once: usize, handler: impl Fn(Watched) -> F) -> Result<(), E>
    where
        F: Future<Output = Result<(), E>>,
        E: From<Error>,
    {
        let handle = async |watched: Watched| {
            let mut unfinished = Unfinished { watch: self, watched: Some(watched.clone()) };
            handler(watched.clone()).await?;
            self.done(&watched).await?;
            unfinished.watched = None;
            Ok::<(), E>(())
        };
        let (mut under_way, mut over) = (FuturesUnordered::new(), Ok(()));
        let mut open = true;
        loop {
            let room = open && under_way.len() < at_once.max(1);
            tokio::select! {
                biased;
                Some(handled) = under_way.next() => {
                    if let Err(error) = handled {
                        open = false;
                        over = over.and(Err(error));
                    }
                }
                taken = self.take(), if room => match taken {
                    Ok(Some(watched)) => under_way.push(handle(watched)),
                    Ok(None) => open = false,
                    Err(error) => {
                        open = false;
                        over = over.and(Err(error.into()));
                    }
                },
                else => return over,
            }
        }
    }

    /// Ends the watch and its polls. What was handed out and not finished comes again under the same name.
    pub fn close(&self) {
        self.hub.close();
    }
}

/// What a handler is at: given back unless it returns well.
struct Unfinished<'a> {
    watch: &'a Watch,
    watched: Option<Watched>,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        self.watched.iter().for_each(|watched| self.watch.give_back(watched));
    }
}

impl Stream for Watch {
    type Item = Result<Watched, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let hub = self.hub.clone();
        self.pulling.poll_next(context, || async move { Ok(hub.next_batch(1).await?.pop()) })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.pulling.stop();
        self.close();
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("consumer", &self.hub.consumer()).finish_non_exhaustive()
    }
}
