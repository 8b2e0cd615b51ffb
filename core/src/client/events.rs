//! Following one trade: polls again and again, hands events out one by one, loses none.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use tokio::sync::{Mutex, watch};

use super::Client;
use super::call::{authorization, read_answer};
use crate::error::{Error, ErrorKind};
use crate::model::{EventPage, TradeEvent};
use crate::protocol::answer::Outcome;
use crate::protocol::assumptions::POLL_CAP;
use crate::protocol::cursor::{Cursor, StreamEnd};
use crate::protocol::exchange::backoff;
use crate::protocol::operations;
use crate::protocol::request::{self, check_id};
use crate::runtime::Running;
use crate::store::Access;
use crate::transport::Pool;

/// Where a stream begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EventsOptions {
    /// The [`offset`](TradeEvent::offset) of the last event that was handled. Without one the stream begins
    /// with a snapshot of the trade as it stands.
    pub start_after: Option<i64>,
}

/// The events of one trade, in order. Ends after the trade closed.
///
/// Trouble on the way (time-outs, 429, 5xx, odd answers) is retried; only when nothing came through for as long
/// as a whole call may take does [`next`](Self::next) fail, and calling it again goes on. What the server refuses
/// for good (401, 403, a trade that was never there) fails at every `next`, until another token is set.
pub struct EventStream {
    client: Client,
    trade_id: String,
    state: Mutex<State>,
    closed: watch::Sender<bool>,
}

struct State {
    cursor: Cursor,
    ready: VecDeque<TradeEvent>,
    poll: Option<Running<Poll>>,
    failures: u32,
    last_good: Duration,
    handed_out: Option<i64>,
    /// The server refused for good, under this token.
    refused: Option<(Error, u64)>,
}

enum Poll {
    Page(EventPage, Duration),
    Refused(Error),
    Trouble(Error),
}

impl Client {
    /// Follows a trade. Nothing is sent before the first `next`.
    pub fn events(&self, trade_id: &str, options: EventsOptions) -> Result<EventStream, Error> {
        check_id("trade id", trade_id)?;
        self.check_open()?;
        let state = State {
            cursor: Cursor::starting_after(options.start_after),
            ready: VecDeque::new(),
            poll: None,
            failures: 0,
            last_good: self.now(),
            handed_out: options.start_after,
            refused: None,
        };
        let (client, trade_id) = (self.clone(), trade_id.to_owned());
        Ok(EventStream { client, trade_id, state: Mutex::new(state), closed: watch::Sender::new(false) })
    }

    /// One poll, after a pause; never fails as a task, so that its outcome is always looked at.
    fn spawn_poll(
        &self,
        trade_id: &str,
        offset: Option<i64>,
        pause: Duration,
    ) -> Result<Running<Poll>, Error> {
        let (client, trade_id) = (self.clone(), trade_id.to_owned());
        self.spawn_unchecked(async move {
            tokio::time::sleep(pause).await;
            client.poll(&trade_id, offset).await
        })
    }

    async fn poll(&self, trade_id: &str, offset: Option<i64>) -> Result<Poll, Error> {
        let timeouts = self.shared.config.timeouts;
        let hold = timeouts.poll.min(POLL_CAP).as_secs().max(1);
        let request = request::events(trade_id, offset, hold);
        let token = self.token();
        let generation = token.generation;
        let token = authorization(&request, token)?;
        let begun = self.now();
        let limit = Duration::from_secs(hold) + timeouts.poll_grace;
        let answer = match self.transport()?.send(Pool::Polls, &request, token.as_ref(), limit).await {
            Ok(answer) => answer,
            Err(
                Outcome::Lost(error)
                | Outcome::NotSent(error)
                | Outcome::Refused(error)
                | Outcome::Unreadable(error),
            ) => {
                return Ok(Poll::Trouble(error));
            }
            Err(Outcome::Readable) => return Err(Error::bug("a failed attempt can't be readable")),
        };
        if !answer.is_success() {
            let error = self.refusal(&answer, &request, token.as_ref());
            self.heard(generation, &Outcome::Refused(error.clone()));
            if answer.status == 404 {
                self.note_followed(trade_id, false)?;
            }
            let passing = matches!(answer.status, 429 | 500..=599) || error.kind() == ErrorKind::Transport;
            return Ok(if passing { Poll::Trouble(error) } else { Poll::Refused(error) });
        }
        let decode = |text: &str| EventPage::decode(text).map_err(|why| why.to_string());
        self.heard(generation, &Outcome::Readable);
        Ok(match read_answer(&answer, decode) {
            Ok(page) if page.events.iter().all(|event| event.trade().id() == trade_id) => {
                let took = self.now() - begun;
                self.note_followed(trade_id, true).map_or_else(Poll::Trouble, |()| Poll::Page(page, took))
            }
            Ok(_) => {
                Poll::Trouble(Error::new(ErrorKind::Decode, "AutoPlus answered with events of another trade"))
            }
            Err(error) => Poll::Trouble(error),
        })
    }
}

impl Client {
    /// Whether this account follows a trade is known to others and after a restart.
    fn note_followed(&self, trade_id: &str, followed: bool) -> Result<(), Error> {
        let noted = self.rows(Access::Read, |rows, _| Ok(rows.facts(trade_id)?.followed))?;
        if noted == followed {
            return Ok(());
        }
        self.rows(Access::Batched, |rows, _| operations::follow(rows, trade_id, followed))
    }
}

impl EventStream {
    /// The next event; none once the stream has ended or was closed. Dropping the future loses nothing.
    pub async fn next(&self) -> Result<Option<TradeEvent>, Error> {
        Ok(self.next_batch(1).await?.pop())
    }

    /// The next events, at least one and at most `max`; empty once the stream has ended or was closed.
    pub async fn next_batch(&self, max: usize) -> Result<Vec<TradeEvent>, Error> {
        let mut state = self.state.lock().await;
        let mut closed = self.closed.subscribe();
        loop {
            if *closed.borrow_and_update() {
                state.poll = None;
                return Ok(Vec::new());
            }
            if !state.ready.is_empty() {
                return self.hand_out(&mut state, max.max(1)).await;
            }
            if state.cursor.end().is_some() {
                return Ok(Vec::new());
            }
            match &state.refused {
                Some((error, token)) if *token == self.client.token().generation => return Err(error.clone()),
                _ => state.refused = None,
            }
            let outcome = {
                let offset = state.cursor.offset();
                let poll = match &mut state.poll {
                    Some(poll) => poll,
                    none => none.insert(self.client.spawn_poll(&self.trade_id, offset, Duration::ZERO)?),
                };
                tokio::select! {
                    biased;
                    outcome = poll => outcome,
                    _ = closed.changed() => continue,
                }
            };
            state.poll = None;
            self.take(&mut state, outcome)?;
        }
    }

    /// What an event tells is written down before anybody works on it; not on the thread that waits for it, which may be
    /// a host's event loop.
    async fn hand_out(&self, state: &mut State, max: usize) -> Result<Vec<TradeEvent>, Error> {
        let count = max.min(state.ready.len());
        let telling = state.ready.iter().take(count).filter(|event| operations::is_telling(event));
        let telling: Vec<TradeEvent> = telling.cloned().collect();
        let over = count == state.ready.len() && state.cursor.end().is_some();
        if !telling.is_empty() || over {
            let (client, trade_id) = (self.client.clone(), self.trade_id.clone());
            let note = async move {
                client.rows(Access::Batched, |rows, _| {
                    telling.iter().try_for_each(|event| operations::saw_event(rows, event))?;
                    if over { operations::follow(rows, &trade_id, false) } else { Ok(()) }
                })
            };
            self.client.spawn_unchecked(note)?.await?;
        }
        let events: Vec<_> = state.ready.drain(..count).collect();
        state.handed_out = events.last().map(TradeEvent::offset).or(state.handed_out);
        Ok(events)
    }

    fn take(&self, state: &mut State, outcome: Result<Poll, Error>) -> Result<(), Error> {
        match outcome {
            Ok(Poll::Page(page, took)) => {
                let before = state.cursor.offset();
                let timed_out = page.events.is_empty();
                let events = state.cursor.take(page);
                let advanced = !events.is_empty() || state.cursor.offset() != before;
                state.ready.extend(events);
                state.last_good = self.client.now();
                // An empty answer that came at once, or one that doesn't advance, must not become a busy loop.
                if advanced || (timed_out && took > Duration::from_millis(500)) {
                    state.failures = 0;
                } else {
                    self.pause(state, None)?;
                }
                Ok(())
            }
            Ok(Poll::Refused(error)) if error.kind() == ErrorKind::NotFound && state.cursor.not_found() => {
                Ok(())
            }
            Ok(Poll::Refused(error)) => {
                state.refused = Some((error.clone(), self.client.token().generation));
                Err(error)
            }
            Ok(Poll::Trouble(error)) => {
                self.pause(state, error.retry_after())?;
                let silent_for = self.client.now() - state.last_good;
                if silent_for < self.client.shared.config.timeouts.call {
                    return Ok(());
                }
                state.last_good = self.client.now();
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// The next poll waits first.
    fn pause(&self, state: &mut State, asked: Option<Duration>) -> Result<(), Error> {
        state.failures += 1;
        let pause =
            backoff(state.failures, self.client.environment().chance()).max(asked.unwrap_or_default());
        state.poll = Some(self.client.spawn_poll(&self.trade_id, state.cursor.offset(), pause)?);
        Ok(())
    }

    /// Ends the stream and its poll. A `next` under way returns none.
    pub fn close(&self) {
        self.closed.send_replace(true);
        if let Ok(mut state) = self.state.try_lock() {
            state.poll = None;
        }
    }

    /// How the stream ended, once all its events were handed out.
    pub fn end(&self) -> Option<StreamEnd> {
        let state = self.state.try_lock().ok()?;
        state.cursor.end().filter(|_| state.ready.is_empty()).cloned()
    }

    /// The offset of the last event that was handed out: where a new stream would go on.
    pub fn offset(&self) -> Option<i64> {
        self.state.try_lock().ok()?.handed_out
    }

    /// The trade that is followed.
    pub fn trade_id(&self) -> &str {
        &self.trade_id
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("trade_id", &self.trade_id).finish_non_exhaustive()
    }
}
