use super::*;
use crate::protocol::fixtures::machine::Machine;

/// Stands in the queue as this instance.
fn as_instance(rows: &mut Machine, instance: &'static str, mine: Option<i64>) -> Place {
    rows.me = instance;
    rows.alive.insert(instance);
    stand(rows, "9", mine).unwrap()
}

#[test]
fn the_first_two_poll_and_the_third_waits() {
    let mut rows = Machine::of("a");
    let first = as_instance(&mut rows, "a", None);
    let second = as_instance(&mut rows, "b", None);
    let third = as_instance(&mut rows, "c", None);
    assert_eq!([first.granted, second.granted, third.granted], [true, true, false]);
    assert_eq!((first.others, third.others), (0, 2));
}

#[test]
fn who_gives_way_goes_behind_who_waits() {
    let mut rows = Machine::of("a");
    let first = as_instance(&mut rows, "a", None);
    as_instance(&mut rows, "b", None);
    let third = as_instance(&mut rows, "c", None);
    let wanted = as_instance(&mut rows, "a", Some(first.turn));
    assert!(wanted.is_wanted());
    let behind = give_way(&mut rows, "9", first.turn).unwrap();
    assert!(!behind.granted);
    assert!(as_instance(&mut rows, "c", Some(third.turn)).granted);
}

#[test]
fn two_alone_keep_their_turns() {
    let mut rows = Machine::of("a");
    let first = as_instance(&mut rows, "a", None);
    as_instance(&mut rows, "b", None);
    let place = as_instance(&mut rows, "a", Some(first.turn));
    assert_eq!((place.turn, place.granted, place.is_wanted()), (first.turn, true, false));
}

#[test]
fn who_has_ended_holds_nobody_up() {
    let mut rows = Machine::of("a");
    as_instance(&mut rows, "a", None);
    as_instance(&mut rows, "b", None);
    rows.alive.clear();
    let place = as_instance(&mut rows, "c", None);
    assert_eq!((place.granted, place.others), (true, 0));
    assert_eq!(rows.polls("9").unwrap().len(), 1);
}

#[test]
fn one_process_may_stand_twice_and_leaves_only_its_own_place() {
    let mut rows = Machine::of("a");
    let feed = as_instance(&mut rows, "a", None);
    let look = as_instance(&mut rows, "a", None);
    assert!(look.granted && look.turn > feed.turn);
    rows.me = "b";
    leave(&mut rows, "9", look.turn).unwrap();
    assert_eq!(rows.polls("9").unwrap().len(), 2);
    rows.me = "a";
    leave(&mut rows, "9", look.turn).unwrap();
    assert_eq!(rows.polls("9").unwrap().iter().map(|waiting| waiting.turn).collect::<Vec<_>>(), [feed.turn]);
}

#[test]
fn each_trade_has_its_own_queue() {
    let mut rows = Machine::of("a");
    for _ in 0..3 {
        stand(&mut rows, "8", None).unwrap();
    }
    assert!(as_instance(&mut rows, "a", None).granted);
}
