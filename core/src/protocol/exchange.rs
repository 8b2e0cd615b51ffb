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
mod tests;
