//! What excludes what, and how it says so.

use super::*;
use crate::protocol::fixtures::machine::Machine;
use crate::protocol::fixtures::{claiming, release, row};

fn refusal(machine: &mut Machine, name: &str, intent: &Intent) -> Error {
    let error = machine.begin(&mut Witness::default(), name, intent, "k").unwrap_err();
    assert_eq!(machine.writes, 0, "{error}");
    error
}

#[test]
fn one_operation_at_a_time_moves_a_trades_money() {
    let releasing = Row { intent: release(), owner: "there".into(), ..row("a") };
    let mut machine = Machine::with("here", releasing);
    machine.alive.insert("there");
    let error = refusal(&mut machine, "b", &claiming("ltc1x"));
    assert_eq!((error.kind(), error.operation().unwrap().name()), (ErrorKind::OperationInProgress, "a"));
    assert!(error.message().contains(r#"operation "a" (release) is under way"#), "{error}");
    machine.alive.clear();
    let error = refusal(&mut machine, "b", &claiming("ltc1x"));
    assert!(error.message().contains("left with its outcome unknown"), "{error}");
    let elsewhere = Intent { trade_id: Some("10".into()), ..release() };
    assert!(machine.begin(&mut Witness::default(), "b", &elsewhere, "k").is_ok(), "another trade's");
}

#[test]
fn the_operation_that_is_open_on_a_trade_is_found_unless_a_call_is_at_it() {
    let releasing = Row { intent: release(), owner: "there".into(), ..row("a") };
    let (mut machine, witness) = (Machine::with("here", releasing.clone()), Witness::default());
    assert_eq!(open_on(&mut machine, &witness, "9").unwrap(), Some(releasing));
    assert_eq!(open_on(&mut machine, &witness, "10").unwrap(), None);
    machine.alive.insert("there");
    let error = open_on(&mut machine, &witness, "9").unwrap_err();
    assert_eq!((error.kind(), error.operation().unwrap().name()), (ErrorKind::OperationInProgress, "a"));
}

#[test]
fn another_intent_under_a_name_is_told_what_differs() {
    let mut machine = Machine::with("here", Row { intent: claiming("ltc1x"), ..row("a") });
    let error = refusal(&mut machine, "a", &claiming("ltc1y"));
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.message().contains(r#"operation "a" was begun with another address: "#), "{error}");
    let of_another_trade = Intent { trade_id: Some("10".into()), ..claiming("ltc1x") };
    for intent in [release(), of_another_trade, Intent { kind: Kind::Return, ..claiming("ltc1x") }] {
        let error = refusal(&mut machine, "a", &intent);
        assert!(error.message().contains(r#"operation "a" names another claim"#), "{error}");
    }
    let mut machine = Machine::with("here", row("a"));
    let mut other = create("3");
    other.values.insert("crypto".into(), "btc".into());
    let error = refusal(&mut machine, "a", &other);
    assert!(error.message().contains("another crypto, receiver:"), "{error}");
}

#[test]
fn a_name_that_a_token_without_a_known_user_began_is_not_begun_again() {
    let left = Row { account: "token:f".into(), ..row("a") };
    let mut machine = Machine::with_elsewhere("here", left);
    let error = refusal(&mut machine, "a", &create("2"));
    assert_eq!((error.kind(), error.operation().unwrap().name()), (ErrorKind::OperationInProgress, "a"));
    assert!(error.message().contains("Set user_id"), "{error}");
}

#[test]
fn what_a_token_without_a_known_user_left_on_a_trade_excludes_all_else_there() {
    let left = Row { intent: release(), account: "token:f".into(), ..row("a") };
    let mut machine = Machine::with_elsewhere("here", left);
    let error = refusal(&mut machine, "b", &claiming("ltc1x"));
    assert_eq!((error.kind(), error.operation().unwrap().name()), (ErrorKind::OperationInProgress, "a"));
    assert!(error.message().contains("Set user_id"), "{error}");
    let elsewhere = Intent { trade_id: Some("10".into()), ..release() };
    assert!(machine.begin(&mut Witness::default(), "b", &elsewhere, "k").is_ok(), "another trade's");
}
