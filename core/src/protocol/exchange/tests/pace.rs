//! When to send, how long to wait, when there is no time left.

use std::time::Duration;

use super::super::{Exchange, Step, Verdict, backoff};
use super::{exchange, lost, not_sent};
use crate::error::{Error, ErrorKind};
use crate::protocol::answer::Outcome;
use crate::protocol::request::Rule;

#[test]
fn retry_after_is_honoured_up_to_the_deadline() {
    let wait = |seconds| {
        let error = Error::new(ErrorKind::RateLimited, "slow down").with_answer(429, None, None);
        let mut exchange = exchange(Rule::Read);
        exchange.next(Duration::ZERO);
        let asked = error.with_retry_after(Some(Duration::from_secs(seconds)));
        exchange.notify(Outcome::Refused(asked), Duration::ZERO, 0.5);
        exchange.next(Duration::ZERO)
    };
    // Less than the back-off is no reason to hurry.
    assert!(matches!(wait(0), Step::Wait(pause) if pause == Duration::from_millis(125)));
    assert!(matches!(wait(7), Step::Wait(pause) if pause == Duration::from_secs(7)));
    assert!(matches!(wait(60), Step::End(Verdict::Failed(_))));
}

#[test]
fn back_off_doubles_up_to_its_cap() {
    assert_eq!(backoff(1, 1.0), Duration::from_millis(250));
    assert_eq!(backoff(2, 1.0), Duration::from_millis(500));
    assert_eq!(backoff(3, 1.0), Duration::from_secs(1));
    assert_eq!(backoff(3, 0.25), Duration::from_millis(250));
    assert_eq!(backoff(30, 1.0), Duration::from_secs(8));
    assert_eq!(backoff(30, 0.0), Duration::ZERO);
}

/// What one attempt that fails at `ended_at`, and wants another right away, is followed by.
fn after_an_attempt(attempt: Duration, ended_at: Duration) -> Step {
    let mut exchange = Exchange::new(Rule::Keyed, Duration::ZERO, attempt, Duration::from_secs(45));
    exchange.next(Duration::ZERO);
    exchange.notify(lost(), ended_at, 0.0);
    exchange.next(ended_at)
}

#[test]
fn an_attempt_gets_its_own_limit_or_what_is_left_of_the_call() {
    let second = Duration::from_secs(1);
    assert!(matches!(exchange(Rule::Keyed).next(second), Step::Send(limit) if limit == second * 20));
    assert!(matches!(after_an_attempt(second * 20, second * 20), Step::Send(limit) if limit == second * 20));
    assert!(matches!(after_an_attempt(second * 20, second * 40), Step::Send(limit) if limit == second * 5));
}

#[test]
fn no_attempt_begins_that_has_no_time_to_be_answered() {
    let millisecond = Duration::from_millis(1);
    let attempt = Duration::from_secs(20);
    assert!(matches!(after_an_attempt(attempt, millisecond * 44_000), Step::Send(_)));
    assert!(matches!(after_an_attempt(attempt, millisecond * 44_001), Step::End(Verdict::Unproven(_))));
    // Who wants attempts shorter than that gets them.
    let short = millisecond * 100;
    assert!(matches!(after_an_attempt(short, millisecond * 44_900), Step::Send(_)));
    assert!(matches!(after_an_attempt(short, millisecond * 44_901), Step::End(Verdict::Unproven(_))));
}

#[test]
fn asked_too_early_it_goes_on_waiting() {
    let (second, quarter) = (Duration::from_secs(1), Duration::from_millis(250));
    let mut exchange = exchange(Rule::Keyed);
    exchange.next(second);
    exchange.notify(lost(), second, 1.0);
    for _ in 0..2 {
        assert!(matches!(exchange.next(second), Step::Wait(pause) if pause == quarter));
    }
    assert!(matches!(exchange.next(second + quarter / 2), Step::Wait(pause) if pause == quarter / 2));
    assert!(matches!(exchange.next(second + quarter), Step::Send(_)));
}

#[test]
fn a_first_send_never_goes_out_past_its_challenge_and_a_replay_may() {
    let (just_in_time, late) = (Duration::from_millis(2999), Duration::from_secs(3));
    let begun = |exchange: Exchange| exchange.first_before(Some(late));
    let after = |outcome: Outcome, now| {
        let mut exchange = begun(exchange(Rule::Keyed));
        assert!(matches!(exchange.next(Duration::ZERO), Step::Send(_)));
        exchange.notify(outcome, Duration::ZERO, 0.0);
        exchange.next(now)
    };
    assert!(matches!(after(not_sent(), just_in_time), Step::Send(_)));
    let end = after(not_sent(), late);
    assert!(matches!(end, Step::End(Verdict::Failed(error)) if error.kind() == ErrorKind::ChallengeExpired));
    assert!(matches!(after(lost(), late), Step::Send(_)));
    assert!(matches!(begun(exchange(Rule::Keyed).replay()).next(late), Step::Send(_)));
    assert!(matches!(exchange(Rule::Keyed).next(late), Step::Send(_)));
}
