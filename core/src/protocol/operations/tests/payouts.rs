//! Accepted claims: what they exclude, and what ends them.

use super::*;
use crate::protocol::fixtures::machine::Machine;
use crate::protocol::fixtures::{claim, claiming, event, row, trade, transfer};

/// A machine where a claim named `payout` is at work.
fn at_work() -> (Machine, Row) {
    let claiming = Row { intent: claiming("ltc1x"), owner: "here".into(), ..row("payout") };
    (Machine::with("here", claiming.clone()), claiming)
}

/// A machine where it was accepted.
fn accepted(known: bool) -> Machine {
    let (mut machine, row) = at_work();
    machine.put(&Row { known, ..row.clone() }).unwrap();
    finish(&mut machine, &row, Finish::Accepted("{}".into(), claim("payout", Some(4)))).unwrap();
    machine.writes = 0;
    machine
}

fn state(machine: &Machine) -> Option<&str> {
    machine.operations.get("payout").map(|row| row.state.as_str())
}

#[test]
fn while_a_claim_is_pending_nothing_else_is_begun_on_its_trade() {
    for known in [true, false] {
        let mut machine = accepted(known);
        assert_eq!(state(&machine), Some("accepted"), "its transfer must be followed whoever knows its name");
        assert_eq!(machine.trades["9"].pending, Some(claim("payout", Some(4))));
        let error = machine.begin(&mut Witness::default(), "again", &claiming("ltc1y"), "k").unwrap_err();
        assert_eq!(
            (error.kind(), error.operation().unwrap().name()),
            (ErrorKind::OperationInProgress, "payout")
        );
        assert!(error.message().contains(r#"claim "payout" of this trade was accepted"#), "{error}");
        assert!(payout_pending(&mut machine, "10").unwrap().is_none(), "another trade's");
        assert_eq!(machine.writes, 0);
    }
    let mut machine = accepted(true);
    assert!(machine.begin(&mut Witness::default(), "b", &create("2"), "k").is_ok(), "opening is no claim");
    let again = machine.begin(&mut Witness::default(), "payout", &claiming("ltc1x"), "k").unwrap();
    assert!(matches!(again, Begin::Finished(receipt) if receipt == "{}"));
    machine.operations.clear();
    let error = payout_pending(&mut machine, "9").unwrap().unwrap();
    assert!(error.operation().is_none(), "its row is gone, the payout isn't");
}

#[test]
fn a_claim_whose_transfer_had_failed_before_its_answer_came_frees_its_name() {
    let (mut machine, row) = at_work();
    saw_event(&mut machine, &transfer(5, "exec_1", "failed")).unwrap();
    assert_eq!(state(&machine), Some("running"), "nothing ties them together yet");
    finish(&mut machine, &row, Finish::Accepted("{}".into(), claim("payout", Some(4)))).unwrap();
    assert_eq!((state(&machine), &machine.trades["9"].pending), (None, &None));
}

#[test]
fn a_claim_is_done_once_its_trade_moved_on_and_its_result_stays_for_who_knows_its_name() {
    let moved_on = event(8, "trade.status.changed", "{}", r#""status":"waitingAction","revision":8"#);
    let closed = event(9, "trade.closed", r#"{"outcome":"released"}"#, r#""status":"completed""#);
    for ending in [&moved_on, &closed] {
        let mut machine = accepted(true);
        saw_event(&mut machine, ending).unwrap();
        assert_eq!(machine.operations["payout"].state, State::Done { result: "{}".into() });
        assert_eq!(machine.trades["9"].pending, None);
        let mut machine = accepted(false);
        saw_event(&mut machine, ending).unwrap();
        assert_eq!(state(&machine), None);
    }
    let mut machine = accepted(true);
    saw_trade(&mut machine, moved_on.trade()).unwrap();
    assert_eq!(state(&machine), Some("done"));
}

#[test]
fn a_claim_whose_transfer_failed_may_start_anew_under_its_name() {
    for known in [true, false] {
        let mut machine = accepted(known);
        saw_event(&mut machine, &transfer(5, "exec_0", "failed")).unwrap();
        assert_eq!(state(&machine), Some("accepted"), "another transfer's");
        saw_event(&mut machine, &transfer(6, "exec_1", "failed")).unwrap();
        assert_eq!(state(&machine), None);
        let again = machine.begin(&mut Witness::default(), "payout", &claiming("ltc1x"), "k2").unwrap();
        assert!(matches!(again, Begin::First(_)));
    }
}

#[test]
fn what_ends_a_claim_touches_no_operation_that_stands_otherwise() {
    let failed = transfer(6, "exec_1", "failed");
    for stands in [State::Unknown, State::Done { result: "{}".into() }] {
        let mut machine = accepted(true);
        machine.operations.get_mut("payout").unwrap().state = stands.clone();
        saw_event(&mut machine, &failed).unwrap();
        assert_eq!(machine.operations["payout"].state, stands);
    }
    let mut machine = accepted(true);
    machine.operations.clear();
    saw_event(&mut machine, &failed).unwrap();
    assert!(machine.operations.is_empty() && machine.trades["9"].pending.is_none());
}

#[test]
fn only_news_is_written() {
    let mut machine = Machine::of("here");
    let began = transfer(5, "exec_1", "pending");
    saw_event(&mut machine, &began).unwrap();
    assert_eq!((machine.writes, machine.trades["9"].transfers()), (1, vec!["exec_1".to_owned()]));
    saw_event(&mut machine, &began).unwrap();
    saw_trade(&mut machine, began.trade()).unwrap();
    assert_eq!(machine.writes, 1);
    for (followed, writes) in [(false, 1), (true, 2), (true, 2), (false, 3)] {
        follow(&mut machine, "9", followed).unwrap();
        assert_eq!((machine.trades["9"].followed, machine.writes), (followed, writes));
    }
}

#[test]
fn events_of_who_is_who_and_what_was_agreed_tell_nothing_that_is_kept() {
    let telling = |kind: &str, changes: &str| is_telling(&event(5, kind, changes, r#""status":"completed""#));
    for kind in ["trade.identification.updated", "trade.terms.updated", "trade.support.updated"] {
        assert!(!telling(kind, "{}"), "{kind}");
        assert!(telling(kind, r#"{"execution":{"executionId":"x","status":"failed"}}"#), "{kind}");
    }
    for kind in ["trade.closed", "trade.status.changed", "trade.fund.execution.updated", "trade.somehow"] {
        assert!(telling(kind, "{}"), "{kind}");
    }
}

#[test]
fn the_next_step_takes_into_account_what_is_under_way_or_unsettled() {
    let waiting = trade(r#""status":"waitingAddress""#);
    let at = |machine: &mut Machine, witness: &mut Witness, now| known(machine, witness, &waiting, now);
    let unsettled =
        |machine: &mut Machine, witness: &mut Witness, now| at(machine, witness, now).unwrap().unsettled;
    let (mut machine, row) = at_work();
    let mut witness = Witness::default();
    let (begun, dead_by) = (Duration::from_secs(1), Duration::from_secs(90));
    witness.began(&row, begun, Some(dead_by));
    assert!(unsettled(&mut machine, &mut witness, dead_by * 2), "a call is at it, however long");
    witness.let_go(&row, begun, true);
    let moment = Duration::from_millis(1);
    assert!(unsettled(&mut machine, &mut witness, begun));
    assert!(unsettled(&mut machine, &mut witness, dead_by - moment));
    assert!(!unsettled(&mut machine, &mut witness, dead_by), "nothing of it can take effect any more");
    assert!(!unsettled(&mut machine, &mut witness, dead_by + moment));
    assert!(!unsettled(&mut Machine::of("here"), &mut witness, begun), "nothing was begun");
    machine.broken = true;
    assert_eq!(at(&mut machine, &mut witness, begun).unwrap_err().kind(), ErrorKind::Store);
}

#[test]
fn the_next_step_knows_of_a_pending_claim_and_of_the_end_without_writing_anything() {
    let now = Duration::ZERO;
    let known = |machine: &mut Machine, fields: &str| {
        super::known(machine, &mut Witness::default(), &trade(fields), now).unwrap()
    };
    let mut machine = accepted(true);
    assert!(known(&mut machine, r#""status":"waitingAddress""#).claim_pending);
    assert!(!known(&mut machine, r#""status":"waitingAction","revision":8"#).claim_pending, "it moved on");
    assert!(known(&mut machine, r#""status":"waitingAddress""#).claim_pending, "a look changes nothing");
    assert_eq!((machine.writes, state(&machine)), (0, Some("accepted")));
    assert_eq!(known(&mut machine, r#""status":"waitingAddress""#).outcome, None);
    let closed = event(9, "trade.closed", r#"{"outcome":"released"}"#, r#""status":"completed""#);
    saw_event(&mut machine, &closed).unwrap();
    let ended = known(&mut machine, r#""status":"completed""#);
    assert_eq!(ended.outcome, Some(crate::model::Outcome::Released));
}
