//! Who is at an operation, who may take it, and who may say how it ended.

use super::*;
use crate::protocol::fixtures::machine::Machine;
use crate::protocol::fixtures::{release, row};

fn of(owner: &str, state: State) -> Row {
    Row { owner: owner.into(), state, generation: 4, sends: 2, ..row("a") }
}

fn running() -> State {
    State::Running { replay: false }
}

#[test]
fn what_a_living_process_is_at_is_waited_for_and_what_a_dead_one_left_is_sent_again() {
    let mut machine = Machine::with("here", of("there", running()));
    machine.alive.insert("there");
    let mut witness = Witness::default();
    assert!(matches!(machine.begin(&mut witness, "a", &create("2"), "k").unwrap(), Begin::Busy(_)));
    assert_eq!(take(&mut machine, &mut witness, "a", Duration::ZERO).unwrap(), None);
    machine.alive.clear();
    let Begin::Replay(taken) = machine.begin(&mut witness, "a", &create("2"), "k").unwrap() else { panic!() };
    let expected =
        Row { owner: "here".into(), generation: 5, sends: 3, ..of("here", State::Running { replay: true }) };
    assert_eq!(taken, expected);
    assert_eq!(machine.operations["a"], expected, "counted before it is sent");
    assert!(witness.is_at_work(&taken));
}

#[test]
fn of_its_own_calls_a_process_knows_itself_which_are_at_work() {
    let mut machine = Machine::with("here", of("here", running()));
    machine.alive.insert("here");
    let mut witness = Witness::default();
    let replay = machine.begin(&mut witness, "a", &create("2"), "k").unwrap();
    assert!(matches!(replay, Begin::Replay(_)), "nobody here is at it");
    machine.alive.clear();
    assert!(matches!(machine.begin(&mut witness, "a", &create("2"), "k").unwrap(), Begin::Busy(_)));
}

#[test]
fn only_what_is_open_and_nobody_is_at_is_taken_to_be_settled() {
    let mut witness = Witness::default();
    assert_eq!(take(&mut Machine::of("here"), &mut witness, "a", Duration::ZERO).unwrap(), None);
    for ended in [State::Accepted { result: "{}".into() }, State::Done { result: "{}".into() }] {
        let mut machine = Machine::with("here", of("there", ended));
        assert_eq!(take(&mut machine, &mut witness, "a", Duration::ZERO).unwrap(), None);
        assert_eq!(machine.writes, 0);
    }
    let mut machine = Machine::with("here", of("there", State::Unknown));
    let taken = take(&mut machine, &mut witness, "a", Duration::ZERO).unwrap().unwrap();
    assert_eq!((taken.generation, taken.sends, taken.owner.as_str()), (5, 3, "here"));
    assert_eq!(take(&mut machine, &mut witness, "a", Duration::ZERO).unwrap(), None, "it is being settled");
}

#[test]
fn only_who_holds_an_operation_says_how_it_ended() {
    let held = of("here", running());
    for stands in [
        Row { generation: 5, ..held.clone() },
        Row { owner: "there".into(), ..held.clone() },
        Row { attempt: attempt("another"), ..held.clone() },
    ] {
        let mut machine = Machine::with("here", stands.clone());
        let written = finish(&mut machine, &held, Finish::Done("{}".into())).unwrap();
        assert!(matches!(written, Written::Lost(Some(row)) if row == stands));
        assert_eq!(machine.writes, 0);
    }
    let mut nothing = Machine::of("here");
    assert!(matches!(finish(&mut nothing, &held, Finish::Void).unwrap(), Written::Lost(None)));
    let mut machine = Machine::with("here", held.clone());
    assert!(matches!(finish(&mut machine, &held, Finish::Done("{}".into())).unwrap(), Written::Kept(_)));
    assert_eq!(machine.operations["a"].state, State::Done { result: "{}".into() });
}

#[test]
fn a_send_that_never_went_out_is_not_counted() {
    let replay = of("here", State::Running { replay: true });
    for (how, sends) in
        [(Finish::Unknown { sent: true }, 2), (Finish::Unknown { sent: false }, 1), (Finish::Abandon, 1)]
    {
        let mut machine = Machine::with("here", Row { known: false, ..replay.clone() });
        let told = matches!(how, Finish::Unknown { .. });
        finish(&mut machine, &replay, how).unwrap();
        let row = &machine.operations["a"];
        assert_eq!((&row.state, row.sends, row.known), (&State::Unknown, sends, told));
    }
}

#[test]
fn an_opened_trade_is_followed_from_then_on() {
    let held = of("here", running());
    for known in [true, false] {
        let mut machine = Machine::with("here", Row { known, ..held.clone() });
        finish(&mut machine, &held, Finish::Opened("{}".into(), "9".into())).unwrap();
        assert!(machine.trades["9"].followed);
        assert_eq!(machine.operations.contains_key("a"), known, "a name that nobody knows is of no use");
    }
}

#[test]
fn a_release_is_sent_again_at_any_age_and_under_its_own_key_alone() {
    let left = Row { intent: release(), ..of("there", State::Unknown) };
    let asked = Attempt { begun_at: left.attempt.begun_at + 7_200_000, ..left.attempt.clone() };
    let witness = Witness::default();
    assert!(
        replayable(&witness, &left, &asked.token, Duration::ZERO, asked.begun_at).is_ok(),
        "its challenge dies by itself"
    );
    let opening = Row { intent: create("2"), ..left.clone() };
    assert!(replayable(&witness, &opening, &asked.token, Duration::ZERO, asked.begun_at).is_err());

    let mut machine = Machine::with("here", left);
    let error = machine.begin(&mut Witness::default(), "a", &release(), "another").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OperationInProgress);
    assert!(error.message().contains("left with its outcome unknown"), "{error}");
    assert_eq!(machine.writes, 0);
    let again = machine.begin(&mut Witness::default(), "a", &release(), "a").unwrap();
    assert!(matches!(again, Begin::Replay(row) if row.attempt.key == "a"));
}
