//! One call from its first attempt to its verdict: when to send, when to wait, what the answers prove.

use std::time::Duration;

use super::answer::Outcome;
use super::assumptions::{BACKOFF_FIRST, BACKOFF_LAST, IDEMPOTENCY_WORD, MAX_ATTEMPTS, SHORTEST_ATTEMPT};
use super::request::Rule;
use crate::error::{Error, ErrorKind};

/// What the driver does next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Send the request and give it at most this long, body included.
    Send(Duration),
    /// Wait, then ask again.
    Wait(Duration),
    /// The call is over.
    End(Verdict),
}

#[derive(Debug)]
pub(crate) enum Verdict {
    /// The last answer was a readable success.
    Done,
    /// Proven: nothing happened. For reads simply: it failed.
    Failed(Error),
    /// Something may have happened, and the answers don't tell.
    Unproven(Error),
}

/// The state of one call. `now` counts from any fixed moment on a monotonic clock.
pub(crate) struct Exchange {
    rule: Rule,
    attempt_limit: Duration,
    deadline: Duration,
    /// A first send never goes out later; a replay may, as a question.
    first_before: Option<Duration>,
    attempts: u32,
    /// Attempts that may have arrived.
    sent: u32,
    /// Those that a 429 turned away.
    turned_away: u32,
    /// Some attempt may have arrived and its own answer doesn't say what became of it.
    unproven: bool,
    state: State,
}

enum State {
    Ready,
    Backoff { until: Duration },
    Over(Verdict),
}

impl Exchange {
    pub(crate) fn new(rule: Rule, now: Duration, attempt_limit: Duration, call_limit: Duration) -> Self {
        let deadline = now + call_limit;
        Self {
            rule,
            attempt_limit,
            deadline,
            first_before: None,
            attempts: 0,
            sent: 0,
            turned_away: 0,
            unproven: false,
            state: State::Ready,
        }
    }

    /// A call of which an earlier send stands unanswered: every send from here on is a replay.
    pub(crate) fn replay(self) -> Self {
        Self { unproven: true, ..self }
    }

    /// Nothing may go out for the first time from this moment on.
    pub(crate) fn first_before(self, first_before: Option<Duration>) -> Self {
        Self { first_before, ..self }
    }

    pub(crate) fn next(&mut self, now: Duration) -> Step {
        match std::mem::replace(&mut self.state, State::Ready) {
            State::Over(verdict) => Step::End(verdict),
            State::Backoff { until } if until > now => {
                self.state = State::Backoff { until };
                Step::Wait(until - now)
            }
            State::Backoff { .. } | State::Ready if self.is_too_late(now) => {
                let message = "no connection came about before this challenge was past its time; nothing was sent. Read the trade and request a new one";
                Step::End(Verdict::Failed(Error::new(ErrorKind::ChallengeExpired, message)))
            }
            State::Backoff { .. } | State::Ready => {
                self.attempts += 1;
                Step::Send(self.attempt_limit.min(self.deadline.saturating_sub(now)))
            }
        }
    }

    fn is_too_late(&self, now: Duration) -> bool {
        self.sent == 0 && !self.unproven && self.first_before.is_some_and(|moment| now >= moment)
    }

    /// Takes in how an attempt ended. `chance` in 0..1 spreads the back-off.
    pub(crate) fn notify(&mut self, outcome: Outcome, now: Duration, chance: f64) {
        if !matches!(outcome, Outcome::NotSent(_)) {
            self.sent += 1;
        }
        let retry = |exchange: &Self, error| exchange.retry(error, now, chance);
        self.state = match outcome {
            Outcome::Readable => State::Over(Verdict::Done),
            Outcome::NotSent(error) => retry(self, error),
            Outcome::Lost(error) | Outcome::Unreadable(error) => self.ambiguous(error, now, chance),
            Outcome::Refused(error) => match (self.rule, error.status().unwrap_or_default()) {
                (Rule::Read, 429 | 500 | 502 | 503 | 504) => retry(self, error),
                (Rule::Read, _) => State::Over(Verdict::Failed(error)),
                (_, 429) => {
                    self.turned_away += 1;
                    retry(self, error)
                }
                (Rule::CompareAndSet, 503) => {
                    self.unproven = true;
                    retry(self, error)
                }
                (_, status) if self.is_definitive(status, &error) => State::Over(Verdict::Failed(error)),
                // An error of the server, a proxy's redirect, or a refusal of a replay: nothing is proven.
                _ => self.ambiguous(error, now, chance),
            },
        };
    }

    /// Whether a refusal proves that nothing happened. A documented one does when it answers the only send; others may
    /// be a proxy's, which knows nothing. After a 429, which
    /// says that nothing was processed, it still does where it couldn't be the echo of a first send that was.
    fn is_definitive(&self, status: u16, error: &Error) -> bool {
        match status {
            _ if self.unproven => false,
            409 if self.may_be_own_echo(error) => false,
            400 | 401 | 403 | 404 | 409 | 410 | 422 if self.sent == 1 => true,
            400 | 403 | 422 => self.sent == self.turned_away + 1,
            _ => false,
        }
    }

    /// A key is random, so a clash over it can only be this very request, delivered twice on its way. Opening a trade
    /// has no state to conflict with: there every conflict is one.
    fn may_be_own_echo(&self, error: &Error) -> bool {
        let about_the_key =
            error.code().is_some_and(|code| code.to_ascii_lowercase().contains(IDEMPOTENCY_WORD));
        self.rule == Rule::Create || (self.rule == Rule::Keyed && about_the_key)
    }

    fn ambiguous(&mut self, error: Error, now: Duration, chance: f64) -> State {
        self.unproven = true;
        match self.rule {
            Rule::CompareAndSet => State::Over(Verdict::Unproven(error)),
            Rule::Keyed | Rule::Create | Rule::Read => self.retry(error, now, chance),
        }
    }

    fn retry(&self, error: Error, now: Duration, chance: f64) -> State {
        let jittered = backoff(self.attempts, chance);
        let wait = error.retry_after().map_or(jittered, |asked| asked.max(jittered));
        let useful = self.attempt_limit.min(SHORTEST_ATTEMPT);
        if self.attempts < MAX_ATTEMPTS && now + wait + useful <= self.deadline {
            return State::Backoff { until: now + wait };
        }
        let moves_nothing = self.rule == Rule::Read || !self.unproven;
        State::Over(if moves_nothing { Verdict::Failed(error) } else { Verdict::Unproven(error) })
    }
}

/// Full jitter: anywhere between nothing and a cap that doubles with each attempt.
pub(crate) fn backoff(attempts: u32, chance: f64) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    BACKOFF_FIRST.saturating_mul(1 << doublings).min(BACKOFF_LAST).mul_f64(chance.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16) -> Outcome {
        Outcome::Refused(Error::new(ErrorKind::of_status(status), "refused").with_answer(status, None, None))
    }

    fn lost() -> Outcome {
        Outcome::Lost(Error::new(ErrorKind::Timeout, "lost"))
    }

    fn not_sent() -> Outcome {
        Outcome::NotSent(Error::new(ErrorKind::Transport, "no connection"))
    }

    /// Plays attempts that end as given; the verdict, and how many requests went out.
    fn play(rule: Rule, outcomes: Vec<Outcome>) -> (Verdict, usize) {
        let mut now = Duration::ZERO;
        let mut exchange = Exchange::new(rule, now, Duration::from_secs(20), Duration::from_secs(45));
        let mut outcomes = outcomes.into_iter();
        let mut sends = 0;
        loop {
            match exchange.next(now) {
                Step::Send(_) => {
                    sends += 1;
                    exchange.notify(outcomes.next().expect("one attempt too many"), now, 0.5);
                }
                Step::Wait(pause) => now += pause,
                Step::End(verdict) => {
                    assert_eq!(outcomes.next().map(|_| ()), None, "ended before all outcomes were used");
                    return (verdict, sends);
                }
            }
        }
    }

    #[test]
    fn a_refusal_of_the_only_send_is_definitive() {
        for rule in [Rule::Read, Rule::Keyed, Rule::CompareAndSet] {
            for status in [400, 401, 403, 404, 409, 410, 422] {
                let (verdict, sends) = play(rule, vec![refused(status)]);
                assert!(matches!(verdict, Verdict::Failed(error) if error.status() == Some(status)));
                assert_eq!(sends, 1);
            }
        }
    }

    #[test]
    fn a_refusal_that_is_not_documented_proves_nothing() {
        for status in [408, 421, 425, 499] {
            let (verdict, _) = play(Rule::Create, vec![refused(status), Outcome::Readable]);
            assert!(matches!(verdict, Verdict::Done), "{status}");
        }
    }

    #[test]
    fn after_a_lost_answer_no_refusal_proves_anything() {
        for status in [400, 401, 403, 404, 409, 410, 422, 429, 500, 503] {
            let (verdict, _) =
                play(Rule::Keyed, vec![lost(), refused(status), refused(status), refused(status)]);
            assert!(matches!(verdict, Verdict::Unproven(_)), "{status}");
        }
    }

    #[test]
    fn a_keyed_call_is_replayed_until_a_readable_success() {
        let (verdict, sends) = play(Rule::Keyed, vec![lost(), refused(409), Outcome::Readable]);
        assert!(matches!(verdict, Verdict::Done));
        assert_eq!(sends, 3);
    }

    #[test]
    fn a_clash_over_a_random_key_is_the_request_itself_delivered_twice() {
        let clash = || {
            let error = Error::new(ErrorKind::Conflict, "").with_answer(
                409,
                Some("idempotency_conflict".into()),
                None,
            );
            Outcome::Refused(error)
        };
        assert!(matches!(play(Rule::Keyed, vec![clash(), Outcome::Readable]), (Verdict::Done, 2)));
        assert!(matches!(play(Rule::Create, vec![refused(409), Outcome::Readable]), (Verdict::Done, 2)));
        let (verdict, _) = play(Rule::Create, vec![refused(409), refused(409), refused(409), refused(409)]);
        assert!(matches!(verdict, Verdict::Unproven(_)));
    }

    #[test]
    fn what_never_left_is_no_send() {
        let (verdict, sends) = play(Rule::Keyed, vec![not_sent(), refused(409)]);
        assert!(matches!(verdict, Verdict::Failed(error) if error.kind() == ErrorKind::Conflict));
        assert_eq!(sends, 2);
        let (verdict, _) = play(Rule::Keyed, vec![not_sent(), not_sent(), not_sent(), not_sent()]);
        assert!(matches!(verdict, Verdict::Failed(error) if error.kind() == ErrorKind::Transport));
    }

    #[test]
    fn a_send_that_was_turned_away_was_not_processed_but_a_conflict_after_it_is_looked_into() {
        for rule in [Rule::Keyed, Rule::CompareAndSet] {
            let (verdict, _) = play(rule, vec![refused(429), refused(422)]);
            assert!(matches!(verdict, Verdict::Failed(error) if error.status() == Some(422)));
        }
        let (verdict, _) = play(Rule::CompareAndSet, vec![refused(429), refused(409)]);
        assert!(matches!(verdict, Verdict::Unproven(_)));
        let (verdict, _) = play(Rule::Keyed, vec![refused(429), refused(410), refused(409), refused(404)]);
        assert!(matches!(verdict, Verdict::Unproven(_)));
        let (verdict, _) = play(Rule::Keyed, vec![lost(), refused(429), refused(422), refused(422)]);
        assert!(matches!(verdict, Verdict::Unproven(_)));
        let (verdict, _) = play(Rule::Keyed, vec![refused(429), refused(429), refused(429), refused(429)]);
        assert!(matches!(verdict, Verdict::Failed(error) if error.kind() == ErrorKind::RateLimited));
    }

    #[test]
    fn a_compare_and_set_goes_to_reading_after_a_lost_answer() {
        for outcome in [lost(), refused(500), refused(502), refused(504)] {
            let (verdict, sends) = play(Rule::CompareAndSet, vec![outcome]);
            assert!(matches!(verdict, Verdict::Unproven(_)));
            assert_eq!(sends, 1);
        }
        let (verdict, _) = play(Rule::CompareAndSet, vec![refused(503), refused(409)]);
        assert!(matches!(verdict, Verdict::Unproven(_)));
    }

    #[test]
    fn an_unreadable_success_is_neither_success_nor_failure() {
        let unreadable = || Outcome::Unreadable(Error::new(ErrorKind::Decode, "html"));
        assert!(matches!(play(Rule::CompareAndSet, vec![unreadable()]).0, Verdict::Unproven(_)));
        assert!(matches!(play(Rule::Keyed, vec![unreadable(), Outcome::Readable]).0, Verdict::Done));
        let always = vec![unreadable(), unreadable(), unreadable(), unreadable()];
        assert!(
            matches!(play(Rule::Read, always).0, Verdict::Failed(error) if error.kind() == ErrorKind::Decode)
        );
    }

    #[test]
    fn retry_after_is_honoured_up_to_the_deadline() {
        let wait = |seconds| {
            let error = Error::new(ErrorKind::RateLimited, "slow down").with_answer(429, None, None);
            let mut exchange =
                Exchange::new(Rule::Read, Duration::ZERO, Duration::from_secs(20), Duration::from_secs(45));
            exchange.next(Duration::ZERO);
            let asked = error.with_retry_after(Some(Duration::from_secs(seconds)));
            exchange.notify(Outcome::Refused(asked), Duration::ZERO, 0.5);
            exchange.next(Duration::ZERO)
        };
        assert!(matches!(wait(7), Step::Wait(pause) if pause == Duration::from_secs(7)));
        assert!(matches!(wait(60), Step::End(Verdict::Failed(_))));
    }

    #[test]
    fn a_first_send_never_goes_out_past_its_challenge_and_a_replay_may() {
        let began = |exchange: Exchange| exchange.first_before(Some(Duration::from_secs(3)));
        let exchange =
            || Exchange::new(Rule::Keyed, Duration::ZERO, Duration::from_secs(20), Duration::from_secs(45));
        let late = Duration::from_secs(3);
        let mut never_left = began(exchange());
        assert!(matches!(never_left.next(Duration::ZERO), Step::Send(_)));
        never_left.notify(not_sent(), Duration::ZERO, 0.0);
        let end = never_left.next(late);
        assert!(
            matches!(end, Step::End(Verdict::Failed(error)) if error.kind() == ErrorKind::ChallengeExpired)
        );
        let mut sent = began(exchange());
        sent.next(Duration::ZERO);
        sent.notify(lost(), Duration::ZERO, 0.0);
        assert!(matches!(sent.next(late), Step::Send(_)));
        assert!(matches!(began(exchange().replay()).next(late), Step::Send(_)));
    }

    #[test]
    fn back_off_doubles_up_to_its_cap() {
        assert_eq!(backoff(1, 1.0), Duration::from_millis(250));
        assert_eq!(backoff(3, 1.0), Duration::from_secs(1));
        assert_eq!(backoff(30, 1.0), Duration::from_secs(8));
        assert_eq!(backoff(30, 0.0), Duration::ZERO);
    }
}
