use super::*;
use crate::protocol::fixtures::trade;

fn event(id: i64, kind: &str, fields: &str) -> String {
    changed(id, kind, "{}", fields)
}

fn changed(id: i64, kind: &str, changes: &str, fields: &str) -> String {
    let trade = trade(fields).to_json();
    format!(r#"{{"id":{id},"type":"{kind}","occurredAt":1,"changes":{changes},"trade":{trade}}}"#)
}

fn page(events: &[String], next: i64) -> EventPage {
    EventPage::decode(&format!(r#"{{"events":[{}],"nextOffset":{next}}}"#, events.join(","))).unwrap()
}

const MOVED: &str = "trade.status.changed";
const SNAPSHOT: &str = "trade.snapshot";
const COMPLETED: &str = r#""status":"completed""#;
const ACTION: &str = r#""status":"waitingAction""#;

#[test]
fn the_first_snapshot_is_no_gap_and_a_later_one_is() {
    let mut cursor = Cursor::default();
    let first = cursor.take(page(&[event(4, SNAPSHOT, ACTION)], 4));
    assert!(first[0].gap().is_none());
    let later = cursor.take(page(&[event(9, SNAPSHOT, r#""status":"waitingAddress""#)], 9));
    assert_eq!(later[0].gap().unwrap().fields(), ["status"]);
    assert_eq!(cursor.offset(), Some(9));
}

#[test]
fn the_same_snapshot_again_is_no_news() {
    let mut cursor = Cursor::starting_after(Some(4), None);
    let snapshot = || page(&[event(4, SNAPSHOT, ACTION)], 4);
    assert_eq!(cursor.take(snapshot()).len(), 1);
    assert_eq!(cursor.take(snapshot()).len(), 0);
    assert_eq!(cursor.counts().dropped, 1);
    assert_eq!(cursor.take(page(&[event(4, SNAPSHOT, r#""status":"waitingAddress""#)], 4)).len(), 1);
}

#[test]
fn offsets_are_ids_inside_a_page_and_the_next_offset_at_its_end() {
    let mut cursor = Cursor::starting_after(Some(1), None);
    let events = cursor.take(page(&[event(2, MOVED, ACTION), event(5, MOVED, ACTION)], 6));
    assert_eq!(events.iter().map(TradeEvent::offset).collect::<Vec<_>>(), [2, 6]);
}

#[test]
fn an_offset_that_stands_still_is_no_place_to_go_on_from() {
    let mut cursor = Cursor::starting_after(Some(59), None);
    let stuck = || page(&[60, 61].map(|id| event(id, MOVED, ACTION)), 59);
    let events = cursor.take(stuck());
    assert_eq!(events.iter().map(TradeEvent::offset).collect::<Vec<_>>(), [60, 61]);
    assert_eq!(cursor.offset(), Some(61));
    assert!(cursor.take(stuck()).is_empty());
    assert_eq!(cursor.take(page(&[event(62, MOVED, ACTION)], 62)).len(), 1);
}

#[test]
fn after_a_snapshot_the_servers_offset_counts_also_where_it_lies_before_it() {
    let mut cursor = Cursor::starting_after(Some(5), None);
    let events = cursor.take(page(&[event(20, SNAPSHOT, ACTION)], 17));
    assert_eq!((events[0].offset(), cursor.offset()), (17, Some(17)));
    assert_eq!(cursor.take(page(&[event(18, MOVED, ACTION)], 18)).len(), 1);
}

#[test]
fn a_time_out_repeats_the_same_offset() {
    let mut cursor = Cursor::starting_after(Some(3), None);
    assert!(cursor.take(page(&[], 99)).is_empty());
    assert_eq!(cursor.offset(), Some(3));
}

#[test]
fn what_repeats_or_goes_back_is_dropped_and_counted() {
    let mut cursor = Cursor::starting_after(Some(5), None);
    let events =
        cursor.take(page(&[event(5, MOVED, ACTION), event(4, MOVED, ACTION), event(7, MOVED, ACTION)], 7));
    assert_eq!(events.len(), 1);
    assert_eq!(cursor.counts().dropped, 2);
}

#[test]
fn a_close_or_a_completed_snapshot_ends_the_stream() {
    let mut cursor = Cursor::starting_after(Some(1), None);
    cursor.take(page(
        &[event(2, "trade.closed", r#""status":"completed""#), event(3, "trade.created", ACTION)],
        3,
    ));
    assert_eq!(cursor.end(), Some(&StreamEnd::Closed(Outcome::Unknown("unknown".into()))));
    let mut cursor = Cursor::default();
    cursor.take(page(&[event(2, SNAPSHOT, r#""status":"completed""#)], 2));
    assert!(cursor.end().is_some());
}

#[test]
fn not_found_is_an_end_only_for_a_trade_that_was_seen() {
    assert!(!Cursor::default().not_found());
    let mut seen = Cursor::starting_after(Some(1), None);
    assert!(seen.not_found());
    assert_eq!(seen.end(), Some(&StreamEnd::NoLongerAvailable));
}

#[test]
fn a_stream_that_begins_with_silence_learns_where_it_stands() {
    let mut cursor = Cursor::default();
    assert!(cursor.take(page(&[], 7)).is_empty());
    assert_eq!(cursor.offset(), Some(7));
}

#[test]
fn what_the_servers_offset_says_is_read_is_not_read_again() {
    let mut cursor = Cursor::starting_after(Some(1), None);
    assert_eq!(cursor.take(page(&[event(2, MOVED, ACTION)], 6)).len(), 1);
    assert!(cursor.take(page(&[event(5, MOVED, ACTION)], 6)).is_empty());
    assert_eq!(cursor.take(page(&[event(7, MOVED, ACTION)], 7)).len(), 1);
    assert_eq!(cursor.counts().dropped, 1);
}

#[test]
fn where_all_was_known_the_offset_goes_on_and_never_back() {
    let mut cursor = Cursor::starting_after(Some(5), None);
    assert!(cursor.take(page(&[event(4, MOVED, ACTION)], 9)).is_empty());
    assert_eq!(cursor.offset(), Some(9));
    assert!(cursor.take(page(&[event(4, MOVED, ACTION)], 3)).is_empty());
    assert_eq!(cursor.offset(), Some(9));
}

#[test]
fn a_gap_before_anything_was_seen_has_nothing_to_compare_with() {
    let mut cursor = Cursor::starting_after(Some(4), None);
    let events = cursor.take(page(&[event(9, SNAPSHOT, ACTION)], 9));
    let gap = events[0].gap().unwrap();
    assert_eq!((gap.last_known(), gap.fields().len()), (None, 0));
}

#[test]
fn a_gap_tells_both_sides_of_it_and_each_field_that_differs() {
    let mut cursor = Cursor::default();
    let known = r#""status":"waitingReceive","address":"ltc1x""#;
    cursor.take(page(&[event(4, SNAPSHOT, known)], 4));
    let jumped = event(9, SNAPSHOT, r#""status":"waitingAction","amount":0.5,"mood":[1]"#);
    let events = cursor.take(page(&[jumped, event(11, MOVED, ACTION)], 11));
    let gap = events[0].gap().unwrap();
    assert_eq!(gap.fields(), ["address", "amount", "mood", "status"]);
    assert_eq!(gap.last_known(), Some(&trade(known)));
    assert!(events[1].gap().is_none(), "nothing is missing after the snapshot");
}

#[test]
fn after_a_snapshot_ids_count_from_its_own() {
    let mut cursor = Cursor::starting_after(Some(50), None);
    let renumbered = [event(9, SNAPSHOT, ACTION), event(10, MOVED, ACTION), event(9, MOVED, ACTION)];
    let events = cursor.take(page(&renumbered, 10));
    assert_eq!(events.iter().map(TradeEvent::id).collect::<Vec<_>>(), [9, 10]);
    assert_eq!((cursor.offset(), cursor.counts().dropped), (Some(10), 1));
}

#[test]
fn a_close_tells_the_outcome_and_nothing_follows_it() {
    let mut cursor = Cursor::starting_after(Some(1), None);
    let close = changed(2, "trade.closed", r#"{"outcome":"released"}"#, COMPLETED);
    let events = cursor.take(page(&[close, event(3, MOVED, ACTION)], 3));
    assert_eq!(events.len(), 1);
    assert_eq!(cursor.end(), Some(&StreamEnd::Closed(Outcome::Released)));
    assert!(cursor.take(page(&[event(4, MOVED, ACTION)], 4)).is_empty());
}

#[test]
fn a_trade_that_goes_on_has_no_end_yet() {
    for (kind, fields) in [(SNAPSHOT, ACTION), (MOVED, ACTION), (MOVED, COMPLETED)] {
        let mut cursor = Cursor::starting_after(Some(1), None);
        cursor.take(page(&[event(2, kind, fields)], 2));
        assert_eq!(cursor.end(), None, "{kind} {fields}");
    }
}

#[test]
fn a_trade_whose_snapshot_was_seen_can_be_gone() {
    let mut cursor = Cursor::default();
    cursor.take(page(&[event(2, SNAPSHOT, ACTION)], 2));
    assert_eq!(cursor.end(), None);
    assert!(cursor.not_found());
    assert_eq!(cursor.end(), Some(&StreamEnd::NoLongerAvailable));
}

#[test]
fn a_shared_poll_from_further_back_gives_only_what_comes_next() {
    let mut cursor = Cursor::starting_after(Some(5), None);
    let shared = page(&[4, 5, 6].map(|id| event(id, MOVED, ACTION)), 6);
    let events = cursor.take_shared(Some(3), &shared);
    assert_eq!(events.iter().map(TradeEvent::id).collect::<Vec<_>>(), [6]);
    assert_eq!((cursor.offset(), cursor.counts()), (Some(6), Counts::default()));
}

#[test]
fn a_shared_poll_that_may_leave_something_out_is_left_alone() {
    let mut cursor = Cursor::starting_after(Some(5), None);
    let moved = page(&[event(9, MOVED, ACTION)], 9);
    assert!(cursor.take_shared(Some(7), &moved).is_empty(), "it began further on");
    assert!(cursor.take_shared(None, &moved).is_empty(), "it is about the present");
    let snapshot = page(&[event(9, SNAPSHOT, ACTION)], 9);
    assert!(cursor.take_shared(Some(3), &snapshot).is_empty(), "the history of another place expired");
    assert!(cursor.take_shared(Some(3), &page(&[], 5)).is_empty());
    assert_eq!(cursor.offset(), Some(5));
    let mut fresh = Cursor::default();
    assert!(fresh.take_shared(Some(3), &moved).is_empty(), "a fresh one begins with a snapshot");
    assert_eq!(fresh.offset(), None);
}

#[test]
fn a_gap_after_a_restart_shows_what_differs_from_the_trade_that_was_kept() {
    let mut cursor = Cursor::starting_after(Some(5), Some(trade(ACTION)));
    let events = cursor.take(page(&[event(9, SNAPSHOT, r#""status":"waitingAddress""#)], 9));
    let gap = events[0].gap().unwrap();
    assert_eq!((gap.fields(), gap.last_known()), (&["status".to_owned()][..], Some(&trade(ACTION))));
    assert_eq!(cursor.counts().gaps, 1);
}

#[test]
fn an_end_that_was_seen_before_stays() {
    let end = StreamEnd::Closed(Outcome::Released);
    let cursor = Cursor::at_end(end.clone(), Some(trade(ACTION)));
    assert_eq!((cursor.end(), cursor.last_known()), (Some(&end), Some(&trade(ACTION))));
}
