//! Following one trade: hands its events out one by one, and remembers what was finished.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::{Mutex, watch};

use super::Client;
use super::pulling::Pulling;
use super::streams::{Follower, Named, Next, Place, Progress};
use crate::error::{Error, ErrorKind};
use crate::model::{Trade, TradeEvent};
use crate::protocol::consumers::{Beginning, Seat, check_consumer};
use crate::protocol::cursor::StreamEnd;
use crate::protocol::request::check_id;

/// Where a stream begins, and under which name it reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventsOptions {
    /// The name under which the store remembers how far reading got. A stream of the same name begins right behind the
    /// last event that was finished; the first one with a snapshot. An event is finished when the next one is asked for,
    /// or by [`commit`](EventStream::commit). Without a name nothing is remembered.
    pub consumer: Option<String>,
    /// The [`offset`](TradeEvent::offset) of the last event that was handled, for whoever keeps it elsewhere; it counts
    /// more than what the store remembers. Without either the stream begins with a snapshot of the trade as it stands.
    pub start_after: Option<i64>,
}

/// The events of one trade, in order. Ends after the trade closed.
///
/// Trouble on the way (time-outs, 429, 5xx, odd answers) is retried; only when nothing came through for as long
/// as a whole call may take does [`next`](Self::next) fail, and calling it again goes on. What the server refuses
/// for good (401, 403, a trade that was never there) fails at every `next`, until another token is set.
///
/// All streams of a client that follow the same trade share one poll.
pub struct EventStream {
    inner: Arc<Inner>,
    /// What [`Stream`] waits for.
    pulling: Pulling<TradeEvent>,
}

struct Inner {
    client: Client,
    options: EventsOptions,
    follower: Arc<Follower>,
    reading: Mutex<Reading>,
    held: std::sync::Mutex<Option<Held>>,
    closed: watch::Sender<bool>,
}

/// What a stream holds until it is closed, whoever waits for its next event meanwhile. The place goes before the name, so
/// that nothing is polled for a name that is free.
struct Held {
    place: Place,
    _named: Option<Named>,
}

#[derive(Default)]
struct Reading {
    begun: bool,
    seat: Option<Seat>,
    /// The last event that was handed out under a name and not finished.
    handed: Option<TradeEvent>,
    end_written: bool,
}

impl Client {
    /// Follows a trade. Nothing is sent before the first `next`.
    pub fn events(&self, trade_id: &str, options: EventsOptions) -> Result<EventStream, Error> {
        check_id("trade id", trade_id)?;
        options.consumer.as_deref().map_or(Ok(()), check_consumer)?;
        self.check_open()?;
        let follower = Follower::new(trade_id.into(), None);
        follower.begin(Beginning { offset: options.start_after, ..Beginning::default() });
        let inner = Inner {
            client: self.clone(),
            options,
            follower: Arc::new(follower),
            reading: Mutex::default(),
            held: std::sync::Mutex::default(),
            closed: watch::Sender::new(false),
        };
        Ok(EventStream { inner: Arc::new(inner), pulling: Pulling::default() })
    }
}

impl EventStream {
    /// The next event; none once the stream has ended or was closed. Dropping the future loses nothing.
    ///
    /// Under a consumer's name this says that the event before is finished.
    pub async fn next(&self) -> Result<Option<TradeEvent>, Error> {
        Ok(self.inner.next_batch(1).await?.pop())
    }

    /// The next events, at least one and at most `max`; empty once the stream has ended or was closed.
    pub async fn next_batch(&self, max: usize) -> Result<Vec<TradeEvent>, Error> {
        self.inner.next_batch(max).await
    }

    /// Says that all that was handed out is finished, without asking for more. Does nothing without a consumer's name; once
    /// the stream is closed, it is too late.
    pub async fn commit(&self) -> Result<(), Error> {
        let mut reading = self.inner.reading.lock().await;
        if reading.handed.is_some() && self.inner.is_closed() {
            let message = "this stream was closed before its last event was finished: it comes again";
            return Err(Error::new(ErrorKind::Closed, message));
        }
        self.inner.finish(&mut reading, Progress::default()).await
    }

    /// Ends the stream and, if no other follows the trade, its poll. A `next` under way returns none. What was handed out
    /// last and not finished comes again under the same name, which is free at once in this process and a moment later in
    /// others.
    pub fn close(&self) {
        self.inner.closed.send_replace(true);
        drop(self.inner.held().take());
    }

    /// How the stream ended, once all its events were handed out.
    pub fn end(&self) -> Option<StreamEnd> {
        self.inner.follower.end()
    }

    /// The trade as the last event that came shows it.
    pub fn last_known(&self) -> Option<Trade> {
        self.inner.follower.last_known()
    }

    /// The offset of the last event that was handed out: where a new stream would go on.
    pub fn offset(&self) -> Option<i64> {
        self.inner.follower.handed_out()
    }

    /// The trade that is followed.
    pub fn trade_id(&self) -> &str {
        self.inner.follower.trade_id()
    }

    /// The name under which it reads.
    pub fn consumer(&self) -> Option<&str> {
        self.inner.options.consumer.as_deref()
    }
}

impl Inner {
    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_closed(&self) -> bool {
        *self.closed.borrow()
    }

    async fn next_batch(&self, max: usize) -> Result<Vec<TradeEvent>, Error> {
        let mut reading = self.reading.lock().await;
        let mut closed = self.closed.subscribe();
        loop {
            let changed = self.follower.changed();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if *closed.borrow_and_update() {
                return Ok(Vec::new());
            }
            self.client.check_open()?;
            self.begin(&mut reading).await?;
            match self.follower.next(max, self.client.token_generation()) {
                Next::Events(events, over) => {
                    let mut progress = Progress::default();
                    progress.hands_out(self.follower.trade_id(), &events, over);
                    match self.finish(&mut reading, progress).await {
                        // Closed meanwhile: the name may be free already.
                        Err(_) if self.is_closed() => return Ok(Vec::new()),
                        finished => finished?,
                    }
                    self.follower.hand_out(events.len());
                    if reading.seat.is_some() {
                        reading.handed = events.last().cloned();
                    }
                    return Ok(events);
                }
                Next::Ended(end) => {
                    self.finish_end(&mut reading, end).await?;
                    return Ok(Vec::new());
                }
                Next::Trouble(error) | Next::Refused(error) => {
                    self.finish(&mut reading, Progress::default()).await?;
                    return Err(error);
                }
                Next::Nothing if reading.handed.is_some() => {
                    self.finish(&mut reading, Progress::default()).await?;
                }
                Next::Nothing => {
                    self.held().iter().for_each(|held| held.place.ask());
                    tokio::select! {
                        biased;
                        () = changed => {}
                        _ = closed.changed() => {}
                    }
                }
            }
        }
    }

    /// Takes the name, if it has one, and its place at the trade's feed.
    async fn begin(&self, reading: &mut Reading) -> Result<(), Error> {
        if reading.begun {
            return Ok(());
        }
        let (trade_id, mut reads_as) = (self.follower.trade_id(), None);
        if let Some(consumer) = &self.options.consumer {
            let named = Named::new(&self.client, trade_id, consumer);
            let seat = (named.seat().clone(), self.options.start_after);
            let claimed = self.client.claim(vec![seat]).await?.pop();
            self.follower.begin(claimed.ok_or_else(|| Error::bug("a claim without its answer"))??);
            reading.end_written = self.follower.end().is_some();
            reading.seat = Some(named.seat().clone());
            reads_as = Some(named);
        }
        let place = self.client.follow(self.follower.clone())?;
        let mut held = self.held();
        if !self.is_closed() {
            *held = Some(Held { place, _named: reads_as });
        }
        reading.begun = true;
        Ok(())
    }

    /// Writes down that what was handed out is finished, together with what comes next.
    async fn finish(&self, reading: &mut Reading, mut progress: Progress) -> Result<(), Error> {
        if let (Some(seat), Some(event)) = (&reading.seat, &reading.handed) {
            progress.finished.push((seat.clone(), event.clone()));
        }
        self.client.write_down(progress).await?;
        reading.handed = None;
        Ok(())
    }

    async fn finish_end(&self, reading: &mut Reading, end: StreamEnd) -> Result<(), Error> {
        let mut progress = Progress::default();
        if let Some(seat) = reading.seat.as_ref().filter(|_| !reading.end_written) {
            progress.ended.push((seat.clone(), end));
        }
        self.finish(reading, progress).await?;
        reading.end_written = true;
        Ok(())
    }
}

impl Stream for EventStream {
    type Item = Result<TradeEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let inner = self.inner.clone();
        self.pulling.poll_next(context, || async move { Ok(inner.next_batch(1).await?.pop()) })
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.pulling.stop();
        self.close();
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("trade_id", &self.trade_id())
            .field("consumer", &self.consumer())
            .finish_non_exhaustive()
    }
}
