//! What a reading proves about a confirmation whose answers proved nothing.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::assumptions::{CHALLENGE_LIFETIME, DEATH_MARGIN};
use super::next_step::ClaimKind;
use crate::model::{
    Action, EventType, ExecutionState, FundExecution, Timestamp, Trade, TradeEvent, TradeStatus,
};

/// What a reading proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof<T> {
    Done(T),
    NotDone,
    /// Nothing yet: the challenge is dead, but something of it may still be on its way. One more send would put off the
    /// moment from which reading disproves.
    NotYet,
    Nothing,
}

impl<T> Proof<T> {
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Proof<U> {
        match self {
            Self::Done(value) => Proof::Done(change(value)),
            Self::NotDone => Proof::NotDone,
            Self::NotYet => Proof::NotYet,
            Self::Nothing => Proof::Nothing,
        }
    }
}

/// When a challenge can no longer take effect, by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Death {
    pub(crate) expires_at: Timestamp,
    /// The `Date` of the answer that gave it: later ones are told by the same clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) dated: Option<Timestamp>,
    /// A confirm that was accepted before the expiry commits within one attempt.
    #[serde(with = "super::millis")]
    pub(crate) attempt: Duration,
}

impl Death {
    /// How long after the expiry.
    pub(crate) fn delay(&self) -> Duration {
        self.attempt + DEATH_MARGIN
    }

    /// Whether it is dead by the `Date` of an answer; never by this machine's clock. Two clocks of the server may differ:
    /// it is, once the time of its expiry is past and it has lived for as long as any does. None if that can't be told.
    pub(crate) fn is_past(&self, date: SystemTime, silence: Duration) -> Option<bool> {
        let since = |moment: Timestamp| moment.to_system_time() + self.delay() + silence;
        let lived = since(self.dated?) + CHALLENGE_LIFETIME;
        Some(date > since(self.expires_at) && date > lived)
    }
}

/// What the trade as it stands says about a release or return that was asked for at `waitingAction`. Once released or
/// returned a trade never comes back there, so past its death the old status proves that nothing happened.
pub(crate) fn action(action: Action, trade: &Trade, dead: bool) -> Proof<()> {
    let moved_to = match action {
        Action::Release => TradeStatus::WaitingAddress,
        Action::Return => TradeStatus::WaitingReturnAddress,
    };
    if *trade.status() == moved_to {
        Proof::Done(())
    } else if dead && *trade.status() == TradeStatus::WaitingAction {
        Proof::NotDone
    } else {
        Proof::Nothing
    }
}

/// What a trade's whole history says about a release or return: whether it ever stood where the funds moved to. That
/// it didn't proves that nothing happened, where the challenge is dead and the history is whole: from the creation past
/// `waitingAction` to where the trade stands now (`revision`, if it could be read) or to its close.
pub(crate) fn action_in_history(
    action: Action,
    events: &[TradeEvent],
    revision: Option<i64>,
    dead: bool,
) -> Proof<Trade> {
    let moved = |event: &&TradeEvent| self::action(action, event.trade(), false) == Proof::Done(());
    if let Some(event) = events.iter().find(moved) {
        return Proof::Done(event.trade().clone());
    }
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Proof::Nothing };
    let is_there = |event: &TradeEvent| *event.trade().status() == TradeStatus::WaitingAction;
    let moved_on = events.iter().any(is_there) && !is_there(last);
    let reaches = match revision {
        Some(revision) => last.trade().revision() >= revision,
        None => *last.kind() == EventType::Closed,
    };
    let whole = *first.kind() == EventType::Created && !is_broken(events) && moved_on && reaches;
    if dead && whole { Proof::NotDone } else { Proof::Nothing }
}

/// Whether something of the history is missing: a snapshot stands in its place.
pub(crate) fn is_broken(events: &[TradeEvent]) -> bool {
    events.iter().any(|event| *event.kind() == EventType::Snapshot)
}

/// Whether a trade that stands there is in another phase than the one that was claimed at.
fn is_another_phase(claimed: &str, event: &TradeEvent) -> bool {
    let status = event.trade().status();
    let funds_wait = *status == TradeStatus::WaitingAction || ClaimKind::at(status).is_some();
    funds_wait && status.as_str() != claimed
}

/// How the receipt of a claim reads whose transfer failed.
pub(crate) const FAILED: &str = "failed";

/// What the events after the claim's offset say. `foreign` are transfers that are known to be older.
pub(crate) fn claim(
    status: &str,
    events: &[TradeEvent],
    foreign: &[String],
    dead_and_silent: bool,
) -> Proof<FundExecution> {
    if is_broken(events) {
        return Proof::Nothing;
    }
    let same_phase = events.iter().take_while(|event| !is_another_phase(status, event)).count();
    let mut failed = None;
    for (at, event) in events.iter().enumerate().take(same_phase + 1) {
        let Some(execution) = event.changes().execution() else { continue };
        let Some(id) = execution.id().filter(|id| !foreign.iter().any(|older| older == id)) else { continue };
        let begins = at < same_phase && *execution.state() == ExecutionState::Pending;
        // An older transfer may report late; one that ends this status can only be the claim.
        let ends = *execution.state() == ExecutionState::Succeeded
            && events
                .iter()
                .any(|later| later.id() >= event.id() && later.trade().status().as_str() != status);
        if begins && fails_later(id, &events[at..]) {
            failed = FundExecution::accepted(id, FAILED).map(|receipt| (id.to_owned(), receipt));
        } else if (begins || ends)
            && let Some(receipt) = FundExecution::accepted(id, execution.state().as_str())
        {
            return Proof::Done(receipt);
        }
    }
    // Anything but a few harmless kinds may be the claim's own trace in words that aren't understood.
    let harmless = |event: &TradeEvent| {
        event.trade().status().as_str() == status
            && matches!(
                event.kind(),
                EventType::SupportUpdated | EventType::TermsUpdated | EventType::IdentificationUpdated
            )
    };
    // It was accepted, and its transfer failed for good: nothing else may be another's beginning or this one's end.
    if let Some((id, receipt)) = failed {
        let its_own = |event: &TradeEvent| {
            event.trade().status().as_str() == status
                && event.changes().execution().is_some_and(|execution| execution.id() == Some(&*id))
        };
        let nothing_else = events.iter().all(|event| harmless(event) || its_own(event));
        return if dead_and_silent && nothing_else { Proof::Done(receipt) } else { Proof::Nothing };
    }
    if dead_and_silent && events.iter().all(harmless) { Proof::NotDone } else { Proof::Nothing }
}

fn fails_later(id: &str, events: &[TradeEvent]) -> bool {
    events
        .iter()
        .filter_map(|event| event.changes().execution())
        .any(|execution| execution.id() == Some(id) && *execution.state() == ExecutionState::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::assumptions::CLAIM_SILENCE;
    use crate::protocol::fixtures::{self, trade};

    fn event(id: i64, kind: &str, changes: &str, status: &str) -> TradeEvent {
        fixtures::event(id, kind, changes, &format!(r#""status":"{status}""#))
    }

    fn execution(id: i64, execution_id: &str, state: &str, status: &str) -> TradeEvent {
        let changes = format!(r#"{{"execution":{{"executionId":"{execution_id}","status":"{state}"}}}}"#);
        event(id, "trade.fund.execution.updated", &changes, status)
    }

    fn read(events: &[TradeEvent], dead: bool) -> Proof<String> {
        claim("waitingAddress", events, &["old".to_owned()], dead)
            .map(|receipt| receipt.execution_id().to_owned())
    }

    #[test]
    fn a_release_is_proven_by_the_status_and_disproven_by_it_only_past_the_challenges_death() {
        let at =
            |status: &str, dead| action(Action::Release, &trade(&format!(r#""status":"{status}""#)), dead);
        assert_eq!(at("waitingAddress", false), Proof::Done(()));
        assert_eq!(at("waitingAction", false), Proof::Nothing);
        assert_eq!(at("waitingAction", true), Proof::NotDone);
        assert_eq!(at("completed", true), Proof::Nothing);
        assert_eq!(at("waitingReturnAddress", true), Proof::Nothing);
    }

    fn death(expires_at: i64, dated: Option<i64>) -> Death {
        let (expires_at, dated) = (Timestamp::from_seconds(expires_at), dated.map(Timestamp::from_seconds));
        Death { expires_at, dated, attempt: Duration::from_secs(20) }
    }

    #[test]
    fn a_return_is_proven_by_its_own_status_alone() {
        let at =
            |status: &str, dead| action(Action::Return, &trade(&format!(r#""status":"{status}""#)), dead);
        assert_eq!(at("waitingReturnAddress", false), Proof::Done(()));
        assert_eq!(at("waitingAction", false), Proof::Nothing);
        assert_eq!(at("waitingAction", true), Proof::NotDone);
        assert_eq!(at("waitingAddress", true), Proof::Nothing);
    }

    #[test]
    fn only_what_is_done_is_changed_by_mapping() {
        assert_eq!(Proof::Done(2).map(|value| value + 1), Proof::Done(3));
        assert_eq!(Proof::<i32>::NotDone.map(|value| value + 1), Proof::NotDone);
        assert_eq!(Proof::<i32>::NotYet.map(|value| value + 1), Proof::NotYet);
        assert_eq!(Proof::<i32>::Nothing.map(|value| value + 1), Proof::Nothing);
    }

    #[test]
    fn death_comes_after_the_expiry_by_one_attempt_and_a_margin() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let past = |death: Death, seconds, silence| death.is_past(at(seconds), silence);
        let (none, delay) = (Duration::ZERO, 20 + DEATH_MARGIN.as_secs());
        let usual = death(1060, Some(1000));
        assert_eq!(past(usual, 1060 + delay, none), Some(false));
        assert_eq!(past(usual, 1061 + delay, none), Some(true));
        assert_eq!(past(usual, 1061 + delay, CLAIM_SILENCE), Some(false));
        assert_eq!(past(usual, 1060 + delay + CLAIM_SILENCE.as_secs(), CLAIM_SILENCE), Some(false));
        assert_eq!(past(usual, 1061 + delay + CLAIM_SILENCE.as_secs(), CLAIM_SILENCE), Some(true));
    }

    #[test]
    fn where_the_servers_clocks_differ_it_has_lived_for_as_long_as_any_does() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let delay = 20 + DEATH_MARGIN.as_secs();
        let ahead = death(460, Some(1000));
        assert_eq!(ahead.is_past(at(1060 + delay), Duration::ZERO), Some(false));
        assert_eq!(ahead.is_past(at(1061 + delay), Duration::ZERO), Some(true));
        assert_eq!(death(1060, None).is_past(at(9999), Duration::ZERO), None, "by no clock that is known");
    }

    #[test]
    fn a_transfer_that_begins_after_the_offset_proves_a_claim() {
        assert_eq!(read(&[execution(5, "x", "pending", "waitingAddress")], false), Proof::Done("x".into()));
        let quick =
            [execution(5, "x", "completed", "waitingAddress"), event(6, "trade.closed", "{}", "completed")];
        assert_eq!(read(&quick, false), Proof::Done("x".into()));
    }

    #[test]
    fn a_transfer_that_succeeded_is_the_claims_own_only_if_the_trade_moves_on_with_it() {
        let succeeded = |status: &str| execution(5, "x", "completed", status);
        assert_eq!(read(&[succeeded("completed")], true), Proof::Done("x".into()));
        assert_eq!(read(&[succeeded("waitingAddress")], true), Proof::Nothing);
        let harmless = event(6, "trade.support.updated", "{}", "waitingAddress");
        assert_eq!(read(&[succeeded("waitingAddress"), harmless], true), Proof::Nothing);
        let moved_before = event(4, "trade.status.changed", "{}", "waitingAction");
        assert_eq!(read(&[moved_before, succeeded("waitingAddress")], true), Proof::Nothing);
        let close = event(6, "trade.closed", "{}", "completed");
        for state in ["failed", "somehow"] {
            let events = [execution(5, "x", state, "waitingAddress"), close.clone()];
            assert_eq!(read(&events, true), Proof::Nothing, "{state}");
        }
    }

    #[test]
    fn a_receipt_read_off_an_event_says_what_the_transfer_was_then() {
        let pending = [
            execution(5, "old", "failed", "waitingAddress"),
            execution(6, "x", "processing", "waitingAddress"),
        ];
        let Proof::Done(receipt) = claim("waitingAddress", &pending, &["old".to_owned()], false) else {
            panic!("a transfer began");
        };
        assert_eq!((receipt.execution_id(), receipt.status()), ("x", "pending"));
    }

    #[test]
    fn a_gap_in_the_history_hides_whatever_it_may_have_held() {
        let gap = event(5, "trade.snapshot", "{}", "waitingAddress");
        assert_eq!(read(&[gap, execution(6, "x", "pending", "waitingAddress")], true), Proof::Nothing);
    }

    #[test]
    fn a_late_report_of_another_transfer_proves_nothing() {
        for state in ["failed", "completed", "somehow", "pending", "processing"] {
            assert_eq!(
                read(&[execution(5, "old", state, "waitingAddress")], true),
                Proof::Nothing,
                "{state}"
            );
        }
    }

    #[test]
    fn a_transfer_that_begins_after_the_status_moved_on_is_another_sides() {
        let events = [
            event(5, "trade.status.changed", "{}", "waitingReturnAddress"),
            execution(6, "x", "pending", "waitingReturnAddress"),
        ];
        assert_eq!(read(&events, true), Proof::Nothing);
    }

    #[test]
    fn a_claim_whose_transfer_failed_is_told_so_once_nothing_of_it_can_follow() {
        let events =
            [execution(5, "x", "pending", "waitingAddress"), execution(6, "x", "failed", "waitingAddress")];
        let told = |events: &[TradeEvent], dead| {
            claim("waitingAddress", events, &[], dead).map(|receipt| receipt.status().to_owned())
        };
        assert_eq!(told(&events, true), Proof::Done(FAILED.to_owned()));
        assert_eq!(told(&events, false), Proof::Nothing);
        let again = [&events[..], &[execution(7, "y", "pending", "waitingAddress")]].concat();
        assert_eq!(told(&again, false), Proof::Done("pending".to_owned()));
    }

    #[test]
    fn a_failed_transfer_does_not_hide_what_may_be_another_of_the_claims() {
        let failed =
            [execution(5, "x", "pending", "waitingAddress"), execution(6, "x", "failed", "waitingAddress")];
        for later in [
            execution(7, "y", "initiated", "waitingAddress"),
            event(7, "trade.closed", r#"{"outcome":"released"}"#, "completed"),
            event(7, "trade.fund.execution.updated", "{}", "waitingAddress"),
        ] {
            let events = [&failed[..], std::slice::from_ref(&later)].concat();
            assert_eq!(read(&events, true), Proof::Nothing, "{later:?}");
        }
    }

    #[test]
    fn silence_disproves_a_claim_only_past_its_death_and_in_unbroken_history() {
        assert_eq!(read(&[], false), Proof::Nothing);
        assert_eq!(read(&[], true), Proof::NotDone);
        for kind in ["trade.support.updated", "trade.terms.updated", "trade.identification.updated"] {
            assert_eq!(read(&[event(5, kind, "{}", "waitingAddress")], true), Proof::NotDone, "{kind}");
            assert_eq!(read(&[event(5, kind, "{}", "waitingAddress")], false), Proof::Nothing, "{kind}");
            assert_eq!(read(&[event(5, kind, "{}", "completed")], true), Proof::Nothing, "{kind}");
        }
        assert_eq!(read(&[event(5, "trade.status.changed", "{}", "completed")], true), Proof::Nothing);
        for kind in ["trade.snapshot", "trade.fund.execution.updated", "trade.closed", "trade.somehow"] {
            for changes in ["{}", "null", "[]"] {
                assert_eq!(
                    read(&[event(5, kind, changes, "waitingAddress")], true),
                    Proof::Nothing,
                    "{kind}"
                );
            }
        }
    }

    #[test]
    fn history_proves_a_release_that_was_claimed_and_closed_since() {
        let events = [
            event(5, "trade.status.changed", "{}", "waitingAction"),
            event(6, "trade.status.changed", "{}", "waitingAddress"),
            event(9, "trade.closed", "{}", "completed"),
        ];
        let released = action_in_history(Action::Release, &events, Some(7), true);
        assert_eq!(released, Proof::Done(events[1].trade().clone()));
        assert_eq!(
            action_in_history(Action::Return, &events, Some(7), true),
            Proof::Nothing,
            "its beginning is missing"
        );
        let whole = [&[event(1, "trade.created", "{}", "waitingIdentification")][..], &events].concat();
        assert_eq!(action_in_history(Action::Return, &whole, Some(7), false), Proof::Nothing);
        assert_eq!(action_in_history(Action::Return, &whole, Some(7), true), Proof::NotDone);
        let broken = [&[event(4, "trade.snapshot", "{}", "waitingAction")][..], &events].concat();
        assert_eq!(action_in_history(Action::Return, &broken, Some(7), true), Proof::Nothing);
    }

    #[test]
    fn history_that_lags_behind_the_trade_disproves_nothing() {
        // The trade itself was read as further on (that is why its history is looked at), its events don't show that yet.
        let events = [
            event(1, "trade.created", "{}", "waitingIdentification"),
            event(5, "trade.status.changed", "{}", "waitingAction"),
        ];
        assert_eq!(action_in_history(Action::Release, &events, Some(7), true), Proof::Nothing);
    }

    #[test]
    fn an_expiry_beyond_all_time_is_never_past() {
        assert_eq!(death(i64::MAX, Some(1000)).is_past(SystemTime::now(), CLAIM_SILENCE), Some(false));
    }
}
