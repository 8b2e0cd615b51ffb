//! What answers prove.

mod pace;

use super::*;
use crate::error::ErrorKind;

fn refused(status: u16) -> Outcome {
    Outcome::Refused(Error::new(ErrorKind::of_status(status), "refused").with_answer(status, None, None))
}

fn lost() -> Outcome {
    Outcome::Lost(Error::new(ErrorKind::Timeout, "lost"))
}

fn not_sent() -> Outcome {
    Outcome::NotSent(Error::new(ErrorKind::Transport, "no connection"))
}

/// As many as one call has attempts.
fn four(outcome: impl Fn() -> Outcome) -> Vec<Outcome> {
    (0..4).map(|_| outcome()).collect()
}

fn exchange(rule: Rule) -> Exchange {
    Exchange::new(rule, Duration::ZERO, Duration::from_secs(20), Duration::from_secs(45))
}

/// Plays attempts that end as given; the verdict, and how many requests went out.
fn play(rule: Rule, outcomes: Vec<Outcome>) -> (Verdict, usize) {
    play_on(exchange(rule), outcomes)
}

fn play_on(mut exchange: Exchange, outcomes: Vec<Outcome>) -> (Verdict, usize) {
    let mut now = Duration::ZERO;
    let mut outcomes = outcomes.into_iter();
    let mut sends = 0;
    loop {
        match exchange.next(now) {
            Step::Send(_) => {
                sends += 1;
                exchange.notify(outcomes.next().expect("one attempt too many"), now, 0.5);
            }
            Step::Wait(pause) => {
                assert!(!pause.is_zero(), "a wait for nothing would never end");
                now += pause;
            }
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
        let (verdict, _) = play(Rule::Keyed, vec![lost(), refused(status), refused(status), refused(status)]);
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
        let error =
            Error::new(ErrorKind::Conflict, "").with_answer(409, Some("idempotency_conflict".into()), None);
        Outcome::Refused(error)
    };
    assert!(matches!(play(Rule::Keyed, vec![clash(), Outcome::Readable]), (Verdict::Done, 2)));
    assert!(matches!(play(Rule::Create, vec![refused(409), Outcome::Readable]), (Verdict::Done, 2)));
    let (verdict, _) = play(Rule::Create, four(|| refused(409)));
    assert!(matches!(verdict, Verdict::Unproven(_)));
}

#[test]
fn what_never_left_is_no_send() {
    let (verdict, sends) = play(Rule::Keyed, vec![not_sent(), refused(409)]);
    assert!(matches!(verdict, Verdict::Failed(error) if error.kind() == ErrorKind::Conflict));
    assert_eq!(sends, 2);
    let (verdict, _) = play(Rule::Keyed, four(not_sent));
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
    let (verdict, _) = play(Rule::Keyed, four(|| refused(429)));
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
    assert!(
        matches!(play(Rule::Read, four(unreadable)).0, Verdict::Failed(error) if error.kind() == ErrorKind::Decode)
    );
}

#[test]
fn a_replay_is_never_the_only_send() {
    for rule in [Rule::Keyed, Rule::Create] {
        for status in [400, 403, 404, 409, 410, 422] {
            let (verdict, sends) = play_on(exchange(rule).replay(), four(|| refused(status)));
            assert!(matches!(verdict, Verdict::Unproven(error) if error.status() == Some(status)));
            assert_eq!(sends, 4);
        }
        assert!(matches!(play_on(exchange(rule).replay(), four(not_sent)), (Verdict::Unproven(_), 4)));
        assert!(matches!(play_on(exchange(rule).replay(), vec![Outcome::Readable]), (Verdict::Done, 1)));
    }
}

#[test]
fn a_read_is_tried_again_where_that_may_help() {
    for status in [429, 500, 502, 503, 504] {
        let (verdict, sends) = play(Rule::Read, vec![refused(status), not_sent(), lost(), Outcome::Readable]);
        assert!(matches!(verdict, Verdict::Done));
        assert_eq!(sends, 4);
        let (verdict, _) = play(Rule::Read, four(|| refused(status)));
        assert!(matches!(verdict, Verdict::Failed(error) if error.status() == Some(status)));
    }
    for status in [301, 400, 409, 501, 505] {
        let (verdict, sends) = play(Rule::Read, vec![refused(status)]);
        assert!(matches!(verdict, Verdict::Failed(error) if error.status() == Some(status)));
        assert_eq!(sends, 1);
    }
}

#[test]
fn a_lost_read_moved_nothing() {
    let (verdict, _) = play(Rule::Read, four(lost));
    assert!(matches!(verdict, Verdict::Failed(error) if error.kind() == ErrorKind::Timeout));
}

#[test]
fn an_error_of_the_server_or_of_a_proxy_proves_nothing_about_a_keyed_call() {
    for status in [301, 500, 502, 503, 504] {
        let (verdict, sends) = play(Rule::Keyed, vec![refused(status), Outcome::Readable]);
        assert!(matches!(verdict, Verdict::Done));
        assert_eq!(sends, 2);
        let (verdict, _) = play(Rule::Keyed, vec![refused(status), not_sent(), refused(422), refused(422)]);
        assert!(matches!(verdict, Verdict::Unproven(_)), "{status}");
    }
}

#[test]
fn a_compare_and_set_that_the_server_had_no_time_for_is_sent_again() {
    for status in [429, 503] {
        let (verdict, sends) = play(Rule::CompareAndSet, vec![refused(status), Outcome::Readable]);
        assert!(matches!(verdict, Verdict::Done));
        assert_eq!(sends, 2);
    }
    let (verdict, _) = play(Rule::CompareAndSet, four(|| refused(429)));
    assert!(matches!(verdict, Verdict::Failed(error) if error.kind() == ErrorKind::RateLimited));
    assert!(matches!(play(Rule::CompareAndSet, four(|| refused(503))), (Verdict::Unproven(_), 4)));
    assert!(matches!(play(Rule::CompareAndSet, vec![refused(503), refused(422)]), (Verdict::Unproven(_), 2)));
}

#[test]
fn a_conflict_over_anything_but_the_key_is_no_echo() {
    let conflict = |code: &str| {
        let error = Error::new(ErrorKind::Conflict, "").with_answer(409, Some(code.to_owned()), None);
        Outcome::Refused(error)
    };
    let (verdict, sends) = play(Rule::Keyed, vec![conflict("wrong_state")]);
    assert!(matches!(verdict, Verdict::Failed(error) if error.code() == Some("wrong_state")));
    assert_eq!(sends, 1);
    let (verdict, _) = play(Rule::CompareAndSet, vec![conflict("idempotency_conflict")]);
    assert!(matches!(verdict, Verdict::Failed(_)));
    let shouted = vec![conflict("IDEMPOTENCY_KEY_REUSED"), Outcome::Readable];
    assert!(matches!(play(Rule::Keyed, shouted), (Verdict::Done, 2)));
    let (verdict, _) = play(Rule::Create, vec![refused(422)]);
    assert!(matches!(verdict, Verdict::Failed(error) if error.status() == Some(422)));
}
