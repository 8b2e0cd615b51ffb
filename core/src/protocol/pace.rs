//! How the polls of one trade follow each other: at once after news, later after trouble; and when silence is to be told.

use std::time::Duration;

use super::exchange::backoff;

/// An empty answer that took less than this was no long poll.
const HELD: Duration = Duration::from_millis(500);

/// `now` counts from any fixed moment on a monotonic clock.
#[derive(Debug)]
pub(crate) struct Pace {
    failures: u32,
    last_good: Option<Duration>,
    /// Since when nothing good came that wasn't told.
    waiting_since: Duration,
    asked: Option<Duration>,
}

impl Pace {
    pub(crate) fn new(now: Duration) -> Self {
        Self { failures: 0, last_good: None, waiting_since: now, asked: None }
    }

    /// A readable answer. One that came at once with nothing, or that leads nowhere, must not become a busy loop.
    pub(crate) fn answered(&mut self, advanced: bool, empty: bool, took: Duration, now: Duration) {
        self.last_good = Some(now);
        self.waiting_since = now;
        self.asked = None;
        self.failures = if advanced || (empty && took > HELD) { 0 } else { self.failures + 1 };
    }

    /// No answer, or one that says: later. True if it has to be told: nothing came for as long as anybody waits.
    pub(crate) fn trouble(&mut self, asked: Option<Duration>, patience: Duration, now: Duration) -> bool {
        self.failures += 1;
        self.asked = asked;
        let tell = now.saturating_sub(self.waiting_since) >= patience;
        if tell {
            self.waiting_since = now;
        }
        tell
    }

    /// How long the next poll waits; none goes at once.
    pub(crate) fn pause(&self, chance: f64) -> Option<Duration> {
        let pause = || backoff(self.failures, chance).max(self.asked.unwrap_or_default());
        (self.failures > 0).then(pause)
    }

    /// Polls in a row that failed or led nowhere.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    /// When the last readable answer came.
    pub(crate) fn last_good(&self) -> Option<Duration> {
        self.last_good
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn news_and_a_held_poll_go_on_at_once() {
        let mut pace = Pace::new(seconds(0));
        pace.answered(true, false, seconds(0), seconds(1));
        assert_eq!(pace.pause(1.0), None);
        pace.answered(false, true, seconds(50), seconds(51));
        assert_eq!((pace.pause(1.0), pace.last_good()), (None, Some(seconds(51))));
    }

    #[test]
    fn nothing_at_once_and_what_leads_nowhere_back_off_further_each_time() {
        let mut pace = Pace::new(seconds(0));
        pace.answered(false, true, Duration::from_millis(500), seconds(1));
        let first = pace.pause(1.0);
        pace.answered(false, false, seconds(9), seconds(2));
        assert!(first.is_some() && pace.pause(1.0) > first);
        assert_eq!(pace.failures(), 2);
    }

    #[test]
    fn what_the_server_asks_for_is_waited_and_forgotten_after_an_answer() {
        let mut pace = Pace::new(seconds(0));
        assert!(!pace.trouble(Some(seconds(30)), seconds(45), seconds(1)));
        assert_eq!(pace.pause(0.0), Some(seconds(30)));
        pace.answered(false, false, seconds(0), seconds(31));
        assert!(pace.pause(1.0) < Some(seconds(30)));
    }

    #[test]
    fn trouble_is_told_once_in_as_long_as_a_call_may_take() {
        let mut pace = Pace::new(seconds(0));
        assert!(!pace.trouble(None, seconds(45), seconds(44)));
        assert!(pace.trouble(None, seconds(45), seconds(45)));
        assert!(!pace.trouble(None, seconds(45), seconds(89)));
        assert!(pace.trouble(None, seconds(45), seconds(90)));
        assert_eq!(pace.last_good(), None);
    }
}
