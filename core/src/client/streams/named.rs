//! A stream that reads under a name, and what it writes down.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::client::Client;
use crate::error::Error;
use crate::model::TradeEvent;
use crate::protocol::consumers::{self, Beginning, Seat};
use crate::protocol::cursor::StreamEnd;
use crate::protocol::operations;
use crate::protocol::rows::Rows;

static STREAMS: AtomicI64 = AtomicI64::new(1);

/// A name that a stream of this process reads under, until it is dropped.
pub(in crate::client) struct Named {
    client: Client,
    seat: Seat,
    held: bool,
    process: u32,
}

impl Named {
    pub(in crate::client) fn new(client: &Client, trade_id: &str, consumer: &str) -> Self {
        let stream = STREAMS.fetch_add(1, Ordering::Relaxed);
        let seat = Seat { trade_id: trade_id.to_owned(), consumer: consumer.to_owned(), stream };
        client.shared.feeds.reading().insert(stream);
        Self { client: client.clone(), seat, held: true, process: std::process::id() }
    }

    pub(in crate::client) fn seat(&self) -> &Seat {
        &self.seat
    }

    /// Frees many names with one write.
    pub(in crate::client) fn leave_all(all: Vec<Self>) {
        let Some(client) = all.first().map(|named| named.client.clone()) else { return };
        let seats: Vec<Seat> = all.into_iter().map(Self::give_up).collect();
        client.leave(seats);
    }

    fn give_up(mut self) -> Seat {
        self.held = false;
        self.client.shared.feeds.reading().remove(&self.seat.stream);
        self.seat.clone()
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        // A forked child has nothing to free, and the locks may be held for ever by threads of the parent.
        if self.held && self.process == std::process::id() {
            self.client.shared.feeds.reading().remove(&self.seat.stream);
            self.client.leave(vec![self.seat.clone()]);
        }
    }
}

/// What consumers finished and what is handed out next: written in one go, before the latter.
#[derive(Default)]
pub(in crate::client) struct Progress {
    pub(in crate::client) finished: Vec<(Seat, TradeEvent)>,
    pub(in crate::client) ended: Vec<(Seat, StreamEnd)>,
    /// Events that tell something of operations.
    pub(in crate::client) telling: Vec<TradeEvent>,
    /// Trades of which the last event is handed out.
    pub(in crate::client) over: Vec<String>,
}

impl Progress {
    pub(in crate::client) fn hands_out(&mut self, trade_id: &str, events: &[TradeEvent], over: bool) {
        self.telling.extend(events.iter().filter(|event| operations::is_telling(event)).cloned());
        self.over.extend(over.then(|| trade_id.to_owned()));
    }

    pub(in crate::client) fn is_empty(&self) -> bool {
        self.finished.is_empty() && self.ended.is_empty() && self.telling.is_empty() && self.over.is_empty()
    }

    fn write(&self, rows: &mut dyn Rows) -> Result<(), Error> {
        self.finished.iter().try_for_each(|(seat, event)| consumers::finish(rows, seat, event))?;
        self.ended.iter().try_for_each(|(seat, end)| consumers::finish_end(rows, seat, end))?;
        self.telling.iter().try_for_each(|event| operations::saw_event(rows, event))?;
        self.over.iter().try_for_each(|trade_id| operations::follow(rows, trade_id, false))
    }
}

impl Client {
    /// Takes names for streams, each with where it begins or why it can't.
    pub(in crate::client) async fn claim(
        &self,
        seats: Vec<(Seat, Option<i64>)>,
    ) -> Result<Vec<Result<Beginning, Error>>, Error> {
        let client = self.clone();
        self.write_soon(move |rows| {
            let busy = |stream| client.shared.feeds.reading().contains(&stream);
            let claim = |(seat, start_after): &(Seat, _)| consumers::claim(rows, seat, *start_after, busy);
            Ok(seats.iter().map(claim).collect())
        })
        .await
    }

    /// Writes down what was finished and what comes next.
    pub(in crate::client) async fn write_down(&self, progress: Progress) -> Result<(), Error> {
        if progress.is_empty() {
            return Ok(());
        }
        self.write_soon(move |rows| progress.write(rows)).await
    }

    /// Frees names in the background. If that fails, the end of this process does it.
    fn leave(&self, seats: Vec<Seat>) {
        self.write_later(move |rows| seats.iter().try_for_each(|seat| consumers::leave(rows, seat)));
    }
}
