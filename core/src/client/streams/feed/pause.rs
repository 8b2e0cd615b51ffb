//! What holds while a poll is in flight, and what keeps a feed from polling.

use std::sync::Arc;

use super::Feed;
use crate::error::Error;

/// A poll that waits for its answer.
pub(super) struct InFlight<'a>(&'a Feed);

impl<'a> InFlight<'a> {
    pub(super) fn of(feed: &'a Feed) -> Option<Self> {
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
    pub(in crate::client::streams) async fn of(feed: Arc<Feed>) -> Self {
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
pub(super) struct ToldOfPanic<'a>(pub(super) &'a Feed);

impl Drop for ToldOfPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let error = Error::bug("following a trade failed; open the stream again");
            self.0.followers().iter().for_each(|follower| follower.trouble(&error));
        }
    }
}
