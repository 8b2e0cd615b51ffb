use super::*;
use crate::protocol::assumptions::REPLAY_WITHIN;
use crate::protocol::fixtures::{attempt, create};
use crate::store::{Access, open};

mod clashes;
mod keeping;
mod payouts;
mod processes;

/// One process at a store of its own.
struct Process {
    store: std::sync::Arc<dyn crate::store::Store>,
    witness: Witness,
    now: Duration,
}

impl Process {
    fn new() -> Self {
        Self { store: open(None).unwrap(), witness: Witness::default(), now: Duration::ZERO }
    }

    fn rows<T>(
        &mut self,
        work: impl Fn(&mut dyn Rows, &mut Witness) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (store, witness, mut result) = (self.store.clone(), &mut self.witness, None);
        store.transact("1", Access::Synced, &mut |rows| {
            result = Some(work(rows, witness)?);
            Ok(())
        })?;
        Ok(result.unwrap())
    }

    fn begin_as(
        &mut self,
        name: &str,
        intent: &Intent,
        attempt: Attempt,
        named: bool,
    ) -> Result<Begin, Error> {
        let start = Start { attempt, account: "1", named, now: self.now, dead_by: None };
        self.rows(|rows, witness| begin(rows, witness, name, intent, &start))
    }

    fn begin(&mut self, name: &str, intent: &Intent, key: &str) -> Result<Begin, Error> {
        self.begin_as(name, intent, attempt(key), true)
    }

    fn end(&mut self, begun: Begin, how: Finish) -> Written {
        let (Begin::First(row) | Begin::Replay(row)) = begun else { panic!("{begun:?}") };
        let how = std::sync::Mutex::new(Some(how));
        let written = self.rows(|rows, _| finish(rows, &row, how.lock().unwrap().take().unwrap())).unwrap();
        self.witness.let_go(&row, self.now, true);
        written
    }
}

fn key_of(begun: &Begin) -> &str {
    match begun {
        Begin::First(row) | Begin::Replay(row) | Begin::Busy(row) => &row.attempt.key,
        Begin::Finished(_) => panic!("finished"),
    }
}

#[test]
fn a_finished_name_gives_its_result_and_one_at_work_is_waited_for() {
    let mut here = Process::new();
    let first = here.begin("a", &create("2"), "k1").unwrap();
    assert!(matches!(&first, Begin::First(row) if row.attempt.key == "k1"));
    assert!(matches!(here.begin("a", &create("2"), "k2").unwrap(), Begin::Busy(_)));
    here.end(first, Finish::Done("{}".into()));
    assert!(
        matches!(here.begin("a", &create("2"), "k3").unwrap(), Begin::Finished(result) if result == "{}")
    );
}

#[test]
fn a_result_under_a_name_that_nobody_knows_is_not_kept() {
    let mut here = Process::new();
    let unnamed = here.begin_as("x", &create("2"), attempt("k"), false).unwrap();
    here.end(unnamed, Finish::Done("{}".into()));
    assert!(here.rows(|rows, _| rows.operation("x")).unwrap().is_none());
    let unnamed = here.begin_as("y", &create("2"), attempt("k"), false).unwrap();
    here.end(unnamed, Finish::Unknown { sent: true });
    let again = here.begin_as("y", &create("2"), attempt("k"), false).unwrap();
    here.end(again, Finish::Done("{}".into()));
    assert!(here.rows(|rows, _| rows.operation("y")).unwrap().is_some(), "an error told that name");
}

#[test]
fn an_unknown_outcome_is_replayed_under_its_own_key_while_young_and_under_the_same_token() {
    let mut here = Process::new();
    let first = here.begin("a", &create("2"), "k1").unwrap();
    here.end(first, Finish::Unknown { sent: true });
    let again = here.begin("a", &create("2"), "k2").unwrap();
    assert!(matches!(again, Begin::Replay(_)));
    assert_eq!(key_of(&again), "k1");
    here.end(again, Finish::Unknown { sent: true });
    let other = Attempt { token: "another".into(), ..attempt("k2") };
    let error = here.begin_as("a", &create("2"), other, true).unwrap_err();
    assert!(error.kind() == ErrorKind::OutcomeUnknown && error.message().contains("another token"));
    here.now = REPLAY_WITHIN + Duration::from_secs(1);
    let error = here.begin("a", &create("2"), "k2").unwrap_err();
    assert!(error.kind() == ErrorKind::OutcomeUnknown && error.message().contains("too old"));
}

#[test]
fn what_a_dead_process_left_is_taken_and_a_write_of_its_old_holder_is_refused() {
    let mut first = Process::new();
    let begun = first.begin("a", &create("2"), "k1").unwrap();
    // Another view of the same store, which has seen nothing itself: the process that was at it is gone.
    let mut second = Process { store: first.store.clone(), witness: Witness::default(), now: Duration::ZERO };
    let taken = second.begin("a", &create("2"), "k2").unwrap();
    assert!(matches!(&taken, Begin::Replay(row) if row.attempt.key == "k1" && row.generation == 2));
    assert!(matches!(first.end(begun, Finish::Void), Written::Lost(Some(row)) if row.generation == 2));
    assert!(matches!(second.end(taken, Finish::Done("{}".into())), Written::Kept(_)));
    assert!(matches!(first.begin("a", &create("2"), "k3").unwrap(), Begin::Finished(_)));
}

#[test]
fn counters_of_a_damaged_store_that_are_at_their_end_stay_there() {
    let mut here = Process::new();
    let stored = |rows: &mut dyn Rows, _: &mut Witness| {
        let row = crate::protocol::fixtures::row("a");
        rows.put(&Row { state: State::Unknown, generation: u64::MAX, sends: u64::MAX, ..row })
    };
    here.rows(stored).unwrap();
    let taken = here.rows(|rows, witness| take(rows, witness, "a", Duration::ZERO)).unwrap().unwrap();
    assert_eq!((taken.generation, taken.sends), (u64::MAX, u64::MAX));
    assert!(matches!(here.end(Begin::Replay(taken), Finish::Done("{}".into())), Written::Kept(_)));
}

#[test]
fn another_intent_under_a_name_is_refused_and_says_what_differs() {
    let mut here = Process::new();
    here.begin("a", &create("2"), "k1").unwrap();
    let error = here.begin("a", &create("3"), "k2").unwrap_err();
    assert!(error.kind() == ErrorKind::Invalid && error.message().contains("another receiver"));
}

#[test]
fn an_equal_create_waits_for_the_open_one() {
    let mut here = Process::new();
    let first = here.begin("a", &create("2"), "k1").unwrap();
    here.end(first, Finish::Unknown { sent: true });
    let error = here.begin("b", &create("2"), "k2").unwrap_err();
    assert_eq!(error.operation().unwrap().name(), "a");
    assert!(here.begin("c", &create("3"), "k3").is_ok());
    assert!(here.rows(|rows, witness| forget(rows, witness, "a")).unwrap().is_some());
    assert!(here.begin("b", &create("2"), "k2").is_ok());
}

#[test]
fn what_is_refused_or_never_sent_frees_its_name() {
    let mut here = Process::new();
    for how in [Finish::Void, Finish::Abandon] {
        let begun = here.begin("a", &create("2"), "k1").unwrap();
        here.end(begun, how);
        assert!(here.rows(|rows, _| rows.operation("a")).unwrap().is_none());
    }
    let begun = here.begin("a", &create("2"), "k1").unwrap();
    here.end(begun, Finish::Unknown { sent: true });
    let again = here.begin("a", &create("2"), "k2").unwrap();
    here.end(again, Finish::Abandon);
    let row = here.rows(|rows, _| rows.operation("a")).unwrap().unwrap();
    assert_eq!(row.state, State::Unknown, "what may have landed stays unknown");
}

#[test]
fn what_a_caller_kept_is_taken_in_unless_something_else_stands_under_its_name() {
    let mut here = Process::new();
    let begun = here.begin("a", &create("2"), "k1").unwrap();
    let Written::Kept(kept) = here.end(begun, Finish::Unknown { sent: true }) else { panic!() };
    let json = Operation::of(&kept).to_json();
    let kept = Operation::from_json(&json).unwrap();
    let mut elsewhere = Process::new();
    let adopted = elsewhere.rows(|rows, _| adopt(rows, kept.row(), "1")).unwrap();
    assert_eq!((adopted.state, adopted.attempt.key.as_str()), (State::Unknown, "k1"));
    let mut third = Process::new();
    third.begin("a", &create("2"), "k9").unwrap();
    assert_eq!(third.rows(|rows, _| adopt(rows, kept.row(), "1")).unwrap_err().kind(), ErrorKind::Invalid);
}
