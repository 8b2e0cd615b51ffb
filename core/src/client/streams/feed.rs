//! The polls of one trade, for all that follow it in this client.

mod answers;
mod pause;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::sleep;
use tracing::Instrument;

use super::follower::Follower;
use super::stats::FollowedTrade;
use super::turn::Turn;
use crate::client::Client;
use crate::error::Error;
use crate::protocol::assumptions::{POLL_CAP, SHARED_HOLD};
use crate::protocol::pace::Pace;
pub(in crate::client) use pause::Pause;
use pause::{InFlight, ToldOfPanic};

pub(in crate::client) struct Feed {
    trade_id: Arc<str>,
    state: Mutex<State>,
    /// Somebody came or wants something else.
    changed: Notify,
    /// The poll in flight is gone.
    at_rest: Notify,
}

struct State {
    followers: Vec<Arc<Follower>>,
    pace: Pace,
    polling: bool,
    /// It may poll, as far as other processes go.
    has_turn: bool,
    /// Looks that take this feed's turn.
    pauses: usize,
    noted: bool,
    error: Option<Error>,
    /// That nothing came for long was noted.
    silence_noted: bool,
    /// Since when it is followed.
    began: Duration,
}

impl Feed {
    pub(super) fn new(trade_id: Arc<str>, now: Duration) -> Self {
        let state = State {
            followers: Vec::with_capacity(1),
            pace: Pace::new(now),
            polling: false,
            has_turn: false,
            pauses: 0,
            noted: false,
            error: None,
            silence_noted: false,
            began: now,
        };
        Self { trade_id, state: Mutex::new(state), changed: Notify::new(), at_rest: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, follower: Arc<Follower>) {
        self.state().followers.push(follower);
        self.wake();
    }

    /// True if nobody is left.
    pub(super) fn remove(&self, follower: &Arc<Follower>) -> bool {
        let mut state = self.state();
        state.followers.retain(|other| !Arc::ptr_eq(other, follower));
        self.wake();
        state.followers.is_empty()
    }

    /// Looks again at what its followers want.
    pub(super) fn wake(&self) {
        self.changed.notify_one();
    }

    /// All that follow it have something to look at, such as the end of the client.
    pub(super) fn tell_all(&self) {
        self.followers().iter().for_each(|follower| follower.tell());
    }

    /// Told without this feed's lock: they may leave it in answer.
    fn followers(&self) -> Vec<Arc<Follower>> {
        self.state().followers.clone()
    }

    pub(super) fn trade_id(&self) -> &str {
        &self.trade_id
    }

    fn is_polling(&self) -> bool {
        self.state().polling
    }

    /// Whether it polls or may.
    pub(super) fn is_at_it(&self) -> bool {
        let state = self.state();
        state.polling || state.has_turn
    }

    /// Where the next poll begins: where the one that is furthest behind stands. None while nobody wants any.
    fn wants(&self, client: &Client) -> Option<Option<i64>> {
        let token = client.token_generation();
        let state = self.state();
        if state.pauses > 0 {
            return None;
        }
        state.followers.iter().filter_map(|follower| follower.wants(token)).min()
    }

    /// Polls for as long as anybody follows.
    pub(super) async fn run(self: Arc<Self>, client: Client) {
        let _told = ToldOfPanic(&self);
        let feeds = &client.shared.feeds;
        let (mut turn, mut spread) = (None, true);
        loop {
            if self.wants(&client).is_none() {
                if !self.is_paused() {
                    self.state().has_turn = false;
                    turn = None;
                }
                self.changed.notified().await;
                continue;
            }
            let pause = self.state().pace.pause(client.environment().chance());
            if let Some(pause) = pause {
                feeds.reconnected();
                sleep(pause).await;
            }
            if spread || pause.is_some() {
                feeds.spread().await;
                spread = false;
            }
            if let Err(error) = self.take_turn(&client, &mut turn).await {
                self.troubled(&client, &error);
                continue;
            }
            let Some(asked) = self.wants(&client) else { continue };
            let hold = client.shared.config.timeouts.poll.min(POLL_CAP);
            let shared = turn.as_ref().is_some_and(Turn::is_shared);
            let hold = if shared { hold.min(SHARED_HOLD) } else { hold };
            let polled = {
                let Some(_in_flight) = InFlight::of(&self) else { continue };
                let span = tracing::debug_span!("poll", trade_id = &*self.trade_id, offset = asked);
                tokio::select! {
                    biased;
                    polled = client.poll(&self.trade_id, asked, hold).instrument(span) => Some(polled),
                    () = self.overtaken(&client, asked) => None,
                }
            };
            match polled {
                Some(polled) => self.took(&client, asked, polled).await,
                None => feeds.reconnected(),
            }
        }
    }

    async fn take_turn(&self, client: &Client, turn: &mut Option<Turn>) -> Result<(), Error> {
        if !client.shared.ledger.is_file() {
            return Ok(());
        }
        let turn = match turn {
            Some(turn) => turn,
            none => none.insert(Turn::new(client, self.trade_id.clone())),
        };
        self.state().has_turn = false;
        turn.granted(client.shared.feeds.counters()).await?;
        self.state().has_turn = true;
        Ok(())
    }

    fn is_paused(&self) -> bool {
        self.state().pauses > 0
    }

    /// Until the poll in flight is of no use: somebody wants what came before it, or its turn.
    async fn overtaken(&self, client: &Client, asked: Option<i64>) {
        loop {
            self.changed.notified().await;
            let wanted = self.wants(client);
            let earlier = wanted.is_some_and(|wanted| wanted < asked);
            if earlier || self.is_paused() {
                return;
            }
        }
    }

    pub(super) fn view(&self, now: Duration, longest: Duration) -> FollowedTrade {
        let state = self.state();
        FollowedTrade {
            trade_id: self.trade_id.to_string(),
            streams: state.followers.len() as u64,
            polling: state.polling,
            last_good_poll: state.pace.last_good().map(|at| now.saturating_sub(at)),
            failures: state.pace.failures(),
            lag: state.followers.iter().map(|follower| follower.lag() as u64).max().unwrap_or_default(),
            silent: state.is_silent(now, longest),
            error: state.error.clone(),
        }
    }
}
