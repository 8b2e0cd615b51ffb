//! Operations that callers kept themselves, and those that no longer count.

use super::*;
use crate::protocol::claims::Facts;
use crate::protocol::fixtures::machine::Machine;
use crate::protocol::fixtures::{claim, claiming, issued, release, row};

fn kept(state: State) -> Row {
    Row { state, known: false, owner: "there".into(), generation: 5, sends: 3, ..row("a") }
}

fn done() -> State {
    State::Done { result: "{}".into() }
}

#[test]
fn what_is_taken_in_lies_there_to_be_settled_or_is_done() {
    for (was, is) in [
        (State::Running { replay: true }, State::Unknown),
        (State::Unknown, State::Unknown),
        (done(), done()),
    ] {
        let mut machine = Machine::of("here");
        let adopted = adopt(&mut machine, &Row { account: "token:f".into(), ..kept(was) }, "1").unwrap();
        assert_eq!(adopted, Row { state: is, owner: "here".into(), ..row("a") });
        assert_eq!(machine.operations["a"], adopted);
    }
}

/// A claim that was accepted when its caller kept it.
fn claimed() -> Row {
    let state = State::Accepted { result: r#"{"executionId":"exec_1","status":"pending"}"#.into() };
    let attempt = Attempt { challenge: Some(issued()), body: None, ..attempt("a") };
    Row { intent: claiming("ltc1x"), attempt, ..kept(state) }
}

#[test]
fn an_accepted_claim_that_is_taken_in_excludes_others_until_its_transfer_ends() {
    let mut machine = Machine::of("here");
    assert_eq!(adopt(&mut machine, &claimed(), "1").unwrap().state, claimed().state);
    assert_eq!(machine.trades["9"].pending, Some(claim("a", Some(4))));
    let refused = payout_pending(&mut machine, "9").unwrap();
    assert_eq!(refused.unwrap().kind(), ErrorKind::OperationInProgress);
}

#[test]
fn a_claim_that_is_taken_in_leaves_the_one_that_is_pending_there() {
    let mut machine = Machine::of("here");
    let mut facts = Facts::default();
    facts.accepted(claim("newer", Some(4)));
    machine.put_facts("9", &facts).unwrap();
    assert_eq!(adopt(&mut machine, &claimed(), "1").unwrap().state, claimed().state);
    assert_eq!(machine.trades["9"].pending, Some(claim("newer", Some(4))));
}

#[test]
fn what_calls_itself_an_accepted_claim_and_holds_none_is_not_taken_in() {
    let unreadable = Row { state: State::Accepted { result: "{}".into() }, ..claimed() };
    let never_asked_for = Row { attempt: attempt("a"), ..claimed() };
    let an_opening = Row { intent: create("2"), attempt: attempt("a"), ..claimed() };
    for odd in [unreadable, never_asked_for, an_opening] {
        let mut machine = Machine::of("here");
        let error = adopt(&mut machine, &odd, "1").unwrap_err();
        assert_eq!((error.kind(), machine.writes), (ErrorKind::Invalid, 0));
        assert!(error.message().contains("holds no receipt of its claim"), "{error}");
    }
}

#[test]
fn an_operation_of_another_user_is_not_taken_in_but_a_tokens_may_be_anybodys() {
    for (of, at) in [("1", "1"), ("token:f", "1"), ("1", "token:f"), ("token:f", "token:g")] {
        let row = Row { account: of.into(), ..kept(State::Unknown) };
        let adopted = adopt(&mut Machine::of("here"), &row, at).unwrap();
        assert_eq!(adopted.account, at, "{of} at {at}");
    }
    let mut machine = Machine::of("here");
    let error = adopt(&mut machine, &Row { account: "2".into(), ..kept(State::Unknown) }, "1").unwrap_err();
    assert_eq!((error.kind(), machine.writes), (ErrorKind::Invalid, 0));
    assert!(error.message().contains(r#"operation "a" is another user's"#), "{error}");
}

#[test]
fn what_stands_under_a_name_already_counts() {
    let row = kept(State::Unknown);
    let under = |key: &str, state: State| Row { attempt: attempt(key), ..kept(state) };
    for stands in [under("a", State::Unknown), under("a", done()), under("another", done())] {
        let mut machine = Machine::with("here", stands.clone());
        assert_eq!(adopt(&mut machine, &row, "1").unwrap(), stands);
        assert_eq!(machine.writes, 0);
    }
    let other_intent = |state: State| Row { intent: create("3"), ..kept(state) };
    for stands in [under("another", State::Unknown), other_intent(done()), other_intent(State::Unknown)] {
        let mut machine = Machine::with("here", stands);
        let error = adopt(&mut machine, &row, "1").unwrap_err();
        assert_eq!((error.kind(), machine.writes), (ErrorKind::Invalid, 0));
        assert!(error.message().contains(r#"stands under the name "a""#), "{error}");
    }
    let mut machine = Machine::with_elsewhere("here", Row { account: "token:f".into(), ..kept(done()) });
    let error = adopt(&mut machine, &row, "1").unwrap_err();
    assert_eq!((error.kind(), machine.writes), (ErrorKind::OperationInProgress, 0));
}

#[test]
fn what_was_edited_in_keeping_is_not_taken_in() {
    let mut edited = kept(State::Unknown);
    edited.intent.values.insert("receiver".into(), "3".into());
    let elsewhere = Intent { trade_id: Some("9/../8".into()), ..release() };
    for odd in [edited, Row { intent: elsewhere, ..kept(State::Unknown) }] {
        let mut machine = Machine::of("here");
        assert_eq!(adopt(&mut machine, &odd, "1").unwrap_err().kind(), ErrorKind::Invalid);
        assert_eq!(machine.writes, 0);
    }
    let releasing = Row { intent: release(), ..kept(State::Unknown) };
    assert_eq!(adopt(&mut Machine::of("here"), &releasing, "1").unwrap().intent, release());
}

#[test]
fn a_forgotten_name_is_free_unless_a_call_is_at_it() {
    let witness = Witness::default();
    assert_eq!(forget(&mut Machine::of("here"), &witness, "a").unwrap(), None);
    let running = kept(State::Running { replay: false });
    for mut machine in
        [Machine::with("here", running.clone()), Machine::with_elsewhere("here", running.clone())]
    {
        machine.alive.insert("there");
        let error = forget(&mut machine, &witness, "a").unwrap_err();
        assert_eq!((error.kind(), error.operation().unwrap().name()), (ErrorKind::OperationInProgress, "a"));
        assert_eq!(machine.operations.len() + machine.elsewhere.len(), 1);
        machine.alive.clear();
        assert_eq!(forget(&mut machine, &witness, "a").unwrap(), Some(running.clone()));
        assert_eq!(machine.operations.len() + machine.elsewhere.len(), 0);
    }
}

#[test]
fn with_a_forgotten_claim_goes_what_it_kept_from_being_claimed() {
    let accepted = State::Accepted { result: "{}".into() };
    let payout = Row { intent: claiming("ltc1x"), ..kept(accepted) };
    for (name, still_pending) in [("a", false), ("another", true)] {
        let mut machine = Machine::with("here", payout.clone());
        let mut facts = Facts::default();
        facts.accepted(claim(name, Some(4)));
        machine.put_facts("9", &facts).unwrap();
        follow(&mut machine, "9", true).unwrap();
        forget(&mut machine, &Witness::default(), "a").unwrap();
        let facts = &machine.trades["9"];
        assert_eq!((facts.pending.is_some(), facts.followed), (still_pending, true), "{name}");
        assert!(machine.operations.is_empty());
    }
}
