//! Each thing that must not happen is seen, and nothing else is.

use super::Checker;
use crate::history::{History, Past};
use crate::line::Line;

const TRADE: &str = "3000000000000000001";

/// Events 5 (before the run), 6, 8, 9, 10; at 50, all up to 9 were dropped.
fn history() -> History {
    let mut past = Past::new(5);
    [6, 8, 9].into_iter().for_each(|id| past.happened(id));
    past.expired(50, 9);
    past.happened(10);
    History::from([(TRADE.to_owned(), past)])
}

/// Reads lives of short words: `s5` a snapshot, `e6` an event, `g9` a gap, each done at once; with a `-` behind it, it is
/// begun only. All happens at 60, or at 40 with an `@` behind it.
fn read(lives: &[&str]) -> Checker {
    let (mut checker, history) = (Checker::new(), history());
    for life in lives {
        checker.new_life(String::new());
        for word in life.split_whitespace() {
            let (at, word) = word.strip_suffix('@').map_or((60, word), |word| (40, word));
            let (is_done, word) = word.strip_suffix('-').map_or((true, word), |word| (false, word));
            let kind = match &word[..1] {
                "s" => "snapshot",
                "e" => "event",
                _ => "gap",
            };
            let id = &word[1..];
            checker.read(Line::read(&format!("begun {TRADE} {id} {kind} {at}")).unwrap(), &history);
            if is_done {
                checker.read(Line::read(&format!("done {TRADE} {id}")).unwrap(), &history);
            }
        }
    }
    checker.end(&history);
    checker
}

fn is_fine(lives: &[&str]) -> Checker {
    let checker = read(lives);
    assert_eq!(checker.violations, Vec::<String>::new(), "{lives:?}");
    checker
}

fn is_wrong(lives: &[&str], why: &str) {
    let violations = read(lives).violations();
    assert!(violations.iter().any(|violation| violation.contains(why)), "{lives:?}: {violations:?}");
}

#[test]
fn all_in_order_is_fine() {
    let checker = is_fine(&["s5 e6 e8 e9 e10"]);
    assert_eq!((checker.tally.handled, checker.tally.repeated, checker.tally.snapshots), (5, 0, 1));
    is_fine(&["s9 e10"]);
}

#[test]
fn a_kill_may_repeat_the_last_one() {
    assert_eq!(is_fine(&["s5 e6 e8", "e8 e9 e10"]).tally.repeated, 1);
    assert_eq!(is_fine(&["s5 e6 e8", "e9 e10"]).tally.repeated, 0);
    assert_eq!(is_fine(&["s5 e6 e8-", "e8-", "e8-", "", "e8 e9 e10", "e10", ""]).tally.repeated, 4);
    is_fine(&["s5", "s6", "s6 e8 e9 e10"]);
    is_fine(&["s5-", "s5 e6 e8 e9 e10"]);
}

#[test]
fn a_kill_may_repeat_no_more_than_that() {
    is_wrong(&["s5 e6 e8", "e6 e8 e9 e10"], "Event 6 doesn't follow: 8 was begun before and done");
    is_wrong(&["s5 e6 e8", "s8 e9 e10"], "Snapshot 8 doesn't follow");
    is_wrong(&["s5 e6-", "s5 e6 e8 e9 e10"], "Snapshot 5 doesn't follow");
    is_wrong(&["s5 e6 e8 e9 e10", "", "e9 e10"], "Event 9 doesn't follow");
}

#[test]
fn nothing_repeats_within_a_life() {
    is_wrong(&["s5 e6 e6 e8 e9 e10"], "Event 6 doesn't follow");
    is_wrong(&["s5 e6 e8", "e8 e8 e9 e10"], "Event 8 doesn't follow");
    is_wrong(&["s5 s5 e6 e8 e9 e10"], "Snapshot 5 doesn't follow");
}

#[test]
fn nothing_is_left_out() {
    is_wrong(&["s5 e6 e9 e10"], "missing are [8]");
    is_wrong(&["s5 e6-", "e8 e9 e10"], "Event 8 doesn't follow: 6 was begun before and not done");
    is_wrong(&["s5 e6", "e9 e10"], "Event 9 doesn't follow");
    is_wrong(&["s5 e6 e8 e9"], "handled to Some(9) only; 1 events are missing");
    is_wrong(&["s5 e6 e8 e9 e10-"], "handled to None only");
    is_wrong(&["e6 e8 e9 e10"], "Event 6 doesn't follow: nothing was begun before");
    is_wrong(&[""], "handled to None only");
}

#[test]
fn order_is_kept() {
    is_wrong(&["s5 e8 e6 e9 e10"], "Event 8 doesn't follow");
    is_wrong(&["s5 e6- e8 e9 e10"], "Event 8 doesn't follow: 6 was begun before and not done");
}

#[test]
fn a_gap_covers_what_expired_and_no_more() {
    assert_eq!(is_fine(&["s5 e6 g9 e10"]).tally.gaps, 1);
    is_fine(&["s5 e6", "g10"]);
    is_fine(&["s5 e6-", "g9-", "g10"]);
    is_fine(&["s5 e6 g9", "g10"]);
    is_wrong(&["s5 e6 g9@ e10"], "Gap 9 doesn't follow");
    is_wrong(&["s5 e6 g8 e9 e10"], "Gap 8 doesn't follow");
    is_wrong(&["s5 e6 e8 e9 g10"], "Gap 10 doesn't follow");
    is_wrong(&["s5 e6 g9 g9 e10"], "Gap 9 doesn't follow");
    is_wrong(&["g9 e10"], "Gap 9 doesn't follow");
    is_wrong(&["s5 e6 g7 e8 e9 e10"], "Gap 7 doesn't follow");
}

#[test]
fn what_ended_or_failed_is_told() {
    let (mut checker, history) = (Checker::new(), history());
    for line in ["failed 3000000000000000001 false transport", "failed 3000000000000000001 true not_found"] {
        checker.read(Line::read(line).unwrap(), &history);
    }
    assert_eq!(checker.tally.failures, [("transport".to_owned(), 1)].into());
    assert_eq!(checker.behind(&history), 1);
    assert!(checker.violations()[0].contains("followed no longer: not_found"));
}

#[test]
fn only_the_first_violations_are_told() {
    let violations = read(&[&"s5 ".repeat(100)]).violations();
    assert_eq!(violations.len(), 21);
    assert_eq!(violations[20], "and 80 more");
}
