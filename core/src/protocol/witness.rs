//! What this process saw itself, on its own monotonic clock: which calls are at work here, since when nothing of an
//! attempt is on its way, and when a challenge is dead though no answer carries a `Date`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::assumptions::{CHALLENGE_LIFETIME, CLOCK_SLACK, REPLAY_WITHIN, UNDATED_MARGIN};
use super::rows::Row;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sight {
    /// How often it may have been sent, by anybody.
    sends: u64,
    /// When it was prepared, if that was here.
    begun: Option<Duration>,
    /// Nothing of it was sent from here since, and nobody else was at it.
    pub(crate) quiet_since: Duration,
    /// When its challenge is dead, for answers without a `Date`.
    pub(crate) dead_by: Duration,
}

/// Attempts by their idempotency keys.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    at_work: BTreeSet<String>,
    seen: BTreeMap<String, Sight>,
}

impl Witness {
    pub(crate) fn is_at_work(&self, row: &Row) -> bool {
        self.at_work.contains(&row.attempt.key)
    }

    /// A call of this process began with it.
    pub(crate) fn began(&mut self, row: &Row, now: Duration, dead_by: Option<Duration>) {
        let dead_by = dead_by.unwrap_or_else(|| unwatched_death(row, now));
        let sight = Sight { sends: row.sends, begun: Some(now), quiet_since: now, dead_by };
        self.seen.insert(row.attempt.key.clone(), sight);
        self.at_work.insert(row.attempt.key.clone());
    }

    /// A call of this process took it over as it lay, counted as a send to come.
    pub(crate) fn took(&mut self, row: &Row, now: Duration) {
        let sight = self.look(row, row.sends.saturating_sub(1), now);
        self.seen.insert(row.attempt.key.clone(), Sight { sends: row.sends, ..sight });
        self.at_work.insert(row.attempt.key.clone());
    }

    /// A call of this process let go of it; `sent` if something of it went out in the meantime.
    pub(crate) fn let_go(&mut self, row: &Row, now: Duration, sent: bool) {
        self.at_work.remove(&row.attempt.key);
        if let Some(sight) = self.seen.get_mut(&row.attempt.key) {
            if sent {
                sight.quiet_since = now;
            } else {
                sight.sends = row.sends.saturating_sub(1);
            }
        }
    }

    /// It is settled: there is nothing left to know.
    pub(crate) fn settled(&mut self, row: &Row) {
        self.at_work.remove(&row.attempt.key);
        self.seen.remove(&row.attempt.key);
    }

    /// What is known of an attempt; from the first look on, if it was never seen here.
    pub(crate) fn see(&mut self, row: &Row, now: Duration) -> Sight {
        let sight = self.look(row, row.sends, now);
        self.seen.insert(row.attempt.key.clone(), sight);
        sight
    }

    /// Somebody else sent it since the last look: that may still be on its way.
    fn look(&self, row: &Row, sends: u64, now: Duration) -> Sight {
        match self.seen.get(&row.attempt.key) {
            Some(sight) if sight.sends == sends => *sight,
            Some(sight) => Sight { sends, quiet_since: now, ..*sight },
            None => Sight { sends, begun: None, quiet_since: now, dead_by: unwatched_death(row, now) },
        }
    }

    /// Whether its key is surely remembered by the server. `wall` is Unix milliseconds. A clock that ran backwards says
    /// nothing about an age, and this process's own doesn't count the time that the machine slept: both must agree.
    pub(crate) fn is_young(&self, row: &Row, now: Duration, wall: i64) -> bool {
        let begun = self.seen.get(&row.attempt.key).and_then(|sight| sight.begun);
        let here = begun.is_none_or(|begun| now.saturating_sub(begun) <= REPLAY_WITHIN);
        let age = i128::from(wall) - i128::from(row.attempt.begun_at);
        let millis = |duration: Duration| i128::try_from(duration.as_millis()).unwrap_or(0);
        here && (-millis(CLOCK_SLACK)..=millis(REPLAY_WITHIN)).contains(&age)
    }
}

/// Of a challenge that this process didn't see being made, only that it lives no longer than any does.
fn unwatched_death(row: &Row, now: Duration) -> Duration {
    let delay = row.attempt.challenge.as_ref().map(|issued| issued.death.delay()).unwrap_or_default();
    now + CHALLENGE_LIFETIME + delay + UNDATED_MARGIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::fixtures::{issued, row};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_was_begun_here_is_as_old_as_this_process_knows_even_if_the_clock_was_set_back() {
        let mut witness = Witness::default();
        let begun = row("a");
        witness.began(&begun, SECOND, None);
        assert!(witness.is_at_work(&begun));
        let wall = begun.attempt.begun_at;
        assert!(witness.is_young(&begun, SECOND + REPLAY_WITHIN, wall));
        assert!(!witness.is_young(&begun, SECOND * 2 + REPLAY_WITHIN, wall));
    }

    #[test]
    fn what_another_process_left_is_as_old_as_the_clock_says_unless_the_clock_ran_backwards() {
        let witness = Witness::default();
        let left = row("a");
        let at = |seconds: i64| witness.is_young(&left, SECOND, left.attempt.begun_at + seconds * 1000);
        assert!(at(0) && at(3600) && at(-60));
        assert!(!at(3601) && !at(-61) && !at(-7200));
    }

    #[test]
    fn quiet_begins_anew_when_something_was_sent_or_somebody_else_was_at_it() {
        let mut witness = Witness::default();
        let mut attempt = row("a");
        witness.began(&attempt, SECOND, None);
        witness.let_go(&attempt, SECOND * 9, true);
        assert!(!witness.is_at_work(&attempt));
        assert_eq!(witness.see(&attempt, SECOND * 20).quiet_since, SECOND * 9);
        // Taken and let go of again without a send: as it was.
        attempt.sends += 1;
        witness.took(&attempt, SECOND * 30);
        witness.let_go(&attempt, SECOND * 31, false);
        attempt.sends -= 1;
        assert_eq!(witness.see(&attempt, SECOND * 40).quiet_since, SECOND * 9);
        // Sent by somebody else.
        attempt.sends += 1;
        assert_eq!(witness.see(&attempt, SECOND * 50).quiet_since, SECOND * 50);
        assert_eq!(witness.see(&attempt, SECOND * 55).quiet_since, SECOND * 50, "seen once, it grows quiet");
        let first_seen = witness.see(&row("b"), SECOND * 7);
        assert_eq!(first_seen.dead_by, SECOND * 7 + CHALLENGE_LIFETIME + UNDATED_MARGIN);
    }

    #[test]
    fn a_machine_that_slept_makes_nothing_young() {
        let mut witness = Witness::default();
        let begun = row("a");
        witness.began(&begun, SECOND, None);
        // Five hours of sleep: a monotonic clock doesn't count them, and the server forgets keys all the same.
        let woken = begun.attempt.begun_at + 5 * 3600 * 1000;
        assert!(!witness.is_young(&begun, SECOND * 30, woken));
    }

    #[test]
    fn what_was_taken_over_and_sent_is_quiet_since_then() {
        let mut witness = Witness::default();
        let mut left = row("a");
        assert_eq!(witness.see(&left, SECOND).quiet_since, SECOND);
        left.sends += 1;
        witness.took(&left, SECOND * 30);
        assert!(witness.is_at_work(&left) && !witness.is_at_work(&row("b")));
        assert_eq!(witness.see(&left, SECOND * 31).quiet_since, SECOND, "nothing of it went out yet");
        witness.let_go(&left, SECOND * 32, true);
        assert!(!witness.is_at_work(&left));
        assert_eq!(witness.see(&left, SECOND * 40).quiet_since, SECOND * 32);
        // Somebody else sent it, and then it was taken here.
        left.sends += 2;
        witness.took(&left, SECOND * 50);
        assert_eq!(witness.see(&left, SECOND * 60).quiet_since, SECOND * 50);
    }

    #[test]
    fn of_what_is_settled_nothing_stays_known() {
        let mut witness = Witness::default();
        let begun = row("a");
        witness.began(&begun, SECOND, None);
        witness.settled(&begun);
        assert!(!witness.is_at_work(&begun));
        assert_eq!(witness.see(&begun, SECOND * 9).quiet_since, SECOND * 9);
        witness.let_go(&row("b"), SECOND * 10, true);
        assert_eq!(witness.see(&row("b"), SECOND * 11).quiet_since, SECOND * 11, "it was never seen");
    }

    #[test]
    fn a_challenge_is_dead_when_its_call_said_so_and_else_after_the_longest_life_of_any() {
        let mut witness = Witness::default();
        let mut confirming = row("a");
        confirming.attempt.challenge = Some(issued());
        witness.began(&confirming, SECOND, Some(SECOND * 90));
        assert_eq!(witness.see(&confirming, SECOND * 5).dead_by, SECOND * 90);
        let longest = CHALLENGE_LIFETIME + issued().death.delay() + UNDATED_MARGIN;
        let mut elsewhere = Witness::default();
        assert_eq!(elsewhere.see(&confirming, SECOND * 5).dead_by, SECOND * 5 + longest);
        confirming.sends += 1;
        assert_eq!(
            elsewhere.see(&confirming, SECOND * 9).dead_by,
            SECOND * 5 + longest,
            "one challenge, one death"
        );
        let mut undated = Witness::default();
        undated.began(&confirming, SECOND, None);
        assert_eq!(undated.see(&confirming, SECOND * 5).dead_by, SECOND + longest);
    }
}
