use super::*;
use crate::protocol::fixtures::event;
use crate::protocol::fixtures::machine::Machine;

fn seat(stream: i64) -> Seat {
    Seat { trade_id: "9".into(), consumer: "bot".into(), stream }
}

fn moved(id: i64) -> TradeEvent {
    event(id, "trade.status.changed", "{}", r#""status":"waitingAction""#)
}

fn claimed(rows: &mut Machine, stream: i64) -> Result<Beginning, Error> {
    claim(rows, &seat(stream), None, |_| false)
}

#[test]
fn reading_goes_on_behind_what_was_finished_with_the_trade_as_it_stood() {
    let mut rows = Machine::of("here");
    assert_eq!(claimed(&mut rows, 1).unwrap(), Beginning::default());
    finish(&mut rows, &seat(1), &moved(5)).unwrap();
    leave(&mut rows, &seat(1)).unwrap();
    assert_eq!(
        rows.consumer("9", "bot").unwrap().unwrap().reader,
        None,
        "the name is free for other processes"
    );
    let again = claimed(&mut rows, 2).unwrap();
    assert_eq!((again.offset, again.last_known), (Some(5), Some(moved(5).trade().clone())));
    assert_eq!(again.ended, None);
}

#[test]
fn what_the_caller_kept_counts_more_than_what_the_store_remembers() {
    let mut rows = Machine::of("here");
    claimed(&mut rows, 1).unwrap();
    finish(&mut rows, &seat(1), &moved(5)).unwrap();
    finish_end(&mut rows, &seat(1), &StreamEnd::NoLongerAvailable).unwrap();
    let same = claim(&mut rows, &seat(1), Some(5), |_| false).unwrap();
    assert_eq!(same.ended, Some(StreamEnd::NoLongerAvailable));
    let other = claim(&mut rows, &seat(1), Some(3), |_| false).unwrap();
    assert_eq!(other, Beginning { offset: Some(3), ..Beginning::default() });
}

#[test]
fn one_name_has_one_living_reader() {
    let mut rows = Machine::of("here");
    claimed(&mut rows, 1).unwrap();
    let second = claim(&mut rows, &seat(2), None, |stream| stream == 1);
    assert_eq!(second.unwrap_err().kind(), ErrorKind::OperationInProgress);
    assert!(claim(&mut rows, &seat(1), None, |_| true).is_ok(), "a stream is not its own rival");
    assert!(claim(&mut rows, &seat(2), None, |_| false).is_ok(), "the first stream has ended");
}

#[test]
fn another_process_keeps_the_name_for_as_long_as_it_lives() {
    let mut rows = Machine::of("there");
    claimed(&mut rows, 1).unwrap();
    rows.me = "here";
    rows.alive.insert("there");
    assert_eq!(claimed(&mut rows, 1).unwrap_err().kind(), ErrorKind::OperationInProgress);
    rows.alive.clear();
    assert!(claimed(&mut rows, 1).is_ok());
}

#[test]
fn who_lost_the_name_writes_nothing_and_frees_nothing() {
    let mut rows = Machine::of("here");
    claimed(&mut rows, 1).unwrap();
    claimed(&mut rows, 2).unwrap();
    let late = finish(&mut rows, &seat(1), &moved(7)).unwrap_err();
    assert_eq!(late.kind(), ErrorKind::OperationInProgress);
    assert!(finish_end(&mut rows, &seat(1), &StreamEnd::NoLongerAvailable).is_err());
    leave(&mut rows, &seat(1)).unwrap();
    let standing = rows.consumer("9", "bot").unwrap().unwrap();
    assert_eq!((standing.offset, standing.ended), (None, None));
    assert_eq!(standing.reader, Some(Reader { instance: "here".into(), stream: 2 }));
}

#[test]
fn a_name_that_could_not_be_freed_is_told() {
    let mut rows = Machine::of("here");
    claimed(&mut rows, 1).unwrap();
    rows.broken = true;
    assert_eq!(leave(&mut rows, &seat(1)).unwrap_err().kind(), ErrorKind::Store);
}

#[test]
fn a_name_under_which_nothing_was_finished_is_forgotten() {
    let mut rows = Machine::of("here");
    claimed(&mut rows, 1).unwrap();
    leave(&mut rows, &seat(1)).unwrap();
    assert_eq!(rows.consumer("9", "bot").unwrap(), None);
}

#[test]
fn an_end_that_was_finished_is_told_again_at_once() {
    for end in [StreamEnd::Closed(Outcome::Released), StreamEnd::NoLongerAvailable] {
        let mut rows = Machine::of("here");
        claimed(&mut rows, 1).unwrap();
        finish_end(&mut rows, &seat(1), &end).unwrap();
        assert_eq!(claimed(&mut rows, 1).unwrap().ended, Some(end));
    }
}

#[test]
fn a_name_can_be_kept_and_shown() {
    assert!(check_consumer("bot, second floor").is_ok());
    assert!(check_consumer(&"x".repeat(128)).is_ok());
    for wrong in ["", "a\nb", &"x".repeat(129)] {
        assert_eq!(check_consumer(wrong).unwrap_err().kind(), ErrorKind::Invalid);
    }
}
