//! The polls of one trade, for all that follow it in this client.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::sleep;
use tracing::Instrument;

use super::follower::Follower;
use super::poll::Polled;
use super::stats::FollowedTrade;
use super::turn::Turn;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::protocol::assumptions::{POLL_CAP, SHARED_HOLD};
use crate::protocol::pace::Pace;

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
                self.took(&client, None, Polled::Trouble(error)).await;
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

    async fn took(&self, client: &Client, asked: Option<i64>, polled: Polled) {
        let polled = match polled {
            Polled::Page(page, took) => match self.note(client, true).await {
                Ok(()) => Polled::Page(page, took),
                Err(error) => Polled::Trouble(error),
            },
            polled => polled,
        };
        let (counters, now, followers) = (client.shared.feeds.counters(), client.now(), self.followers());
        match polled {
            Polled::Page(page, took) => {
                let took_it = |follower: &Arc<Follower>| follower.take(asked, &page, counters);
                let (told, advanced): (Vec<bool>, Vec<bool>) = followers.iter().map(took_it).unzip();
                let (advanced, came) = (advanced.contains(&true), page.events.len() as u64);
                counters.polls.fetch_add(1, Ordering::Relaxed);
                counters.events.fetch_add(came, Ordering::Relaxed);
                if came > 0 && !advanced {
                    counters.not_advancing.fetch_add(1, Ordering::Relaxed);
                }
                {
                    let mut state = self.state();
                    state.pace.answered(advanced, came == 0, took, now);
                    state.error = None;
                }
                // Last, so that whoever is told finds all of it counted.
                let told = followers.iter().zip(told).filter(|(_, told)| *told);
                told.for_each(|(follower, _)| follower.tell());
            }
            Polled::Refused(error, token) => {
                self.state().error = Some(error.clone());
                if error.kind() == ErrorKind::NotFound {
                    // Where that can't be written, the trade stays known, which is no harm.
                    let _ = self.note(client, false).await;
                }
                followers.iter().for_each(|follower| follower.refused(&error, token));
            }
            Polled::Trouble(error) => {
                tracing::debug!(trade_id = &*self.trade_id, %error, "a poll failed");
                let patience = client.shared.config.timeouts.call;
                let tell = {
                    let mut state = self.state();
                    state.error = Some(error.clone());
                    state.pace.trouble(error.retry_after(), patience, now)
                };
                if tell {
                    tracing::warn!(trade_id = &*self.trade_id, %error, "no events came through for long");
                    followers.iter().for_each(|follower| follower.trouble(&error));
                }
            }
        }
    }

    async fn note(&self, client: &Client, followed: bool) -> Result<(), Error> {
        if self.state().noted == followed {
            return Ok(());
        }
        client.note_followed(&self.trade_id, followed).await?;
        self.state().noted = followed;
        Ok(())
    }

    pub(super) fn view(&self, now: Duration, longest: Duration) -> FollowedTrade {
        let state = self.state();
        let last_good = state.pace.last_good();
        FollowedTrade {
            trade_id: self.trade_id.to_string(),
            streams: state.followers.len() as u64,
            polling: state.polling,
            last_good_poll: last_good.map(|at| now.saturating_sub(at)),
            failures: state.pace.failures(),
            lag: state.followers.iter().map(|follower| follower.lag() as u64).max().unwrap_or_default(),
            silent: now.saturating_sub(last_good.unwrap_or(state.began)) > longest,
            error: state.error.clone(),
        }
    }
}

/// A poll that waits for its answer.
struct InFlight<'a>(&'a Feed);

impl<'a> InFlight<'a> {
    fn of(feed: &'a Feed) -> Option<Self> {
        let mut state = feed.state();
        if state.pauses > 0 {
            return None;
        }
        state.polling = true;
        Some(Self(feed))
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.state().polling = false;
        self.0.at_rest.notify_waiters();
    }
}

/// As long as it lives, the feed doesn't poll.
pub(in crate::client) struct Pause(Arc<Feed>);

impl Pause {
    pub(super) async fn of(feed: Arc<Feed>) -> Self {
        feed.state().pauses += 1;
        let pause = Self(feed);
        pause.0.wake();
        loop {
            let at_rest = pause.0.at_rest.notified();
            tokio::pin!(at_rest);
            at_rest.as_mut().enable();
            if !pause.0.is_polling() {
                break;
            }
            at_rest.await;
        }
        pause
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        self.0.state().pauses -= 1;
        self.0.wake();
    }
}

/// A defect here must not leave those who wait without a word.
struct ToldOfPanic<'a>(&'a Feed);

impl Drop for ToldOfPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let error = Error::bug("following a trade failed; open the stream again");
            self.0.followers().iter().for_each(|follower| follower.trouble(&error));
        }
    }
}
