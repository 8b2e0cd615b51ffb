//! What the answer to a poll means for all that follow the trade.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{Feed, State};
use crate::client::Client;
use crate::client::streams::follower::{Follower, Taken};
use crate::client::streams::notes::StreamChange;
use crate::client::streams::poll::Polled;
use crate::error::{Error, ErrorKind};
use crate::model::EventPage;

impl State {
    fn silence(&self, now: Duration) -> Duration {
        now.saturating_sub(self.pace.last_good().unwrap_or(self.began))
    }

    pub(super) fn is_silent(&self, now: Duration, longest: Duration) -> bool {
        self.silence(now) > longest
    }

    /// How long nothing came, if that is too long and wasn't noted.
    fn new_silence(&mut self, now: Duration, longest: Duration) -> Option<Duration> {
        let is_new = self.is_silent(now, longest) && !self.silence_noted;
        self.silence_noted |= is_new;
        is_new.then(|| self.silence(now))
    }
}

impl Feed {
    pub(super) async fn took(&self, client: &Client, asked: Option<i64>, polled: Polled) {
        match polled {
            Polled::Page(page, took) => match self.note(client, true).await {
                Ok(()) => self.answered(client, asked, &page, took),
                Err(error) => self.troubled(client, &error),
            },
            Polled::Refused(error, token) => self.refused(client, &error, token).await,
            Polled::Trouble(error) => self.troubled(client, &error),
        }
    }

    fn answered(&self, client: &Client, asked: Option<i64>, page: &EventPage, took: Duration) {
        let (counters, followers) = (client.shared.feeds.counters(), self.followers());
        let take = |follower: &Arc<Follower>| follower.take(asked, page, counters);
        let taken: Vec<Taken> = followers.iter().map(take).collect();
        let (advanced, came) = (taken.iter().any(|taken| taken.advanced), page.events.len() as u64);
        counters.polls.fetch_add(1, Ordering::Relaxed);
        counters.events.fetch_add(came, Ordering::Relaxed);
        if came > 0 && !advanced {
            counters.not_advancing.fetch_add(1, Ordering::Relaxed);
        }
        let recovered = {
            let mut state = self.state();
            state.pace.answered(advanced, came == 0, took, client.now());
            state.silence_noted = false;
            state.error.take().is_some()
        };
        if recovered {
            self.tell(client, || StreamChange::Recovered);
        }
        if taken.iter().any(|taken| taken.has_gap) {
            self.tell(client, || StreamChange::Gap);
        }
        // Last, so that whoever is told finds all of it counted.
        let told = followers.iter().zip(taken).filter(|(_, taken)| taken.is_told);
        told.for_each(|(follower, _)| follower.tell());
    }

    async fn refused(&self, client: &Client, error: &Error, token: u64) {
        self.state().error = Some(error.clone());
        self.tell(client, || StreamChange::Refused(error.clone()));
        if error.kind() == ErrorKind::NotFound {
            // Where that can't be written, the trade stays known, which is no harm.
            let _ = self.note(client, false).await;
        }
        self.followers().iter().for_each(|follower| follower.refused(error, token));
    }

    pub(super) fn troubled(&self, client: &Client, error: &Error) {
        tracing::debug!(trade_id = &*self.trade_id, %error, "a poll failed");
        let (patience, longest, now) =
            (client.shared.config.timeouts.call, client.longest_silence(), client.now());
        let (is_first, silence, tell) = {
            let mut state = self.state();
            let is_first = state.error.replace(error.clone()).is_none();
            let silence = state.new_silence(now, longest);
            (is_first, silence, state.pace.trouble(error.retry_after(), patience, now))
        };
        if is_first {
            self.tell(client, || StreamChange::Failing(error.clone()));
        }
        if let Some(silence) = silence {
            self.tell(client, || StreamChange::Silent(silence));
        }
        if tell {
            tracing::warn!(trade_id = &*self.trade_id, %error, "no events came through for long");
            self.followers().iter().for_each(|follower| follower.trouble(error));
        }
    }

    fn tell(&self, client: &Client, change: impl FnOnce() -> StreamChange) {
        client.shared.feeds.notes().tell(&self.trade_id, change);
    }

    async fn note(&self, client: &Client, followed: bool) -> Result<(), Error> {
        if self.state().noted == followed {
            return Ok(());
        }
        client.note_followed(&self.trade_id, followed).await?;
        self.state().noted = followed;
        Ok(())
    }
}
