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
    // A status that this version doesn't know may be one to claim at.
    let funds_wait =
        *status == TradeStatus::WaitingAction || ClaimKind::at(status).is_some() || !status.is_known();
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
mod tests;
