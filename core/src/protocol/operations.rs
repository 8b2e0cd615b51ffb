//! What this process knows of its mutations: named intents, which trade has one open, which claims are pending.

use std::collections::HashMap;
use std::time::Duration;

use super::assumptions::REPLAY_WITHIN;
use super::claims::{Claim, Claims, Ended};
use super::next_step::Known;
use super::proof::Death;
use crate::error::{Error, ErrorKind, Operation};
use crate::model::{Trade, TradeEvent, TradeStatus};

/// What a caller means to bring about, in words that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Intent {
    pub(crate) kind: &'static str,
    pub(crate) trade_id: Option<String>,
    pub(crate) values: Vec<(&'static str, String)>,
}

/// How a call under a name goes on.
#[derive(Debug)]
pub(crate) enum Begin {
    /// Nothing was sent under this name yet, or what was is proven void.
    First { key: String },
    /// It may have been sent: send the same again. Nothing of it was on its way since that moment.
    Replay { key: String, quiet_since: Duration },
    /// It is done; this is what came of it, as JSON.
    Finished(String),
}

#[derive(Debug)]
struct Record {
    intent: Intent,
    key: String,
    begun: Duration,
    /// Which token the first send went out under: no replay goes out under another.
    token: u64,
    challenge: Option<Issued>,
    /// Somebody knows the name: the caller chose it, or an error told it.
    known: bool,
    /// When the last send of it had ended.
    quiet_since: Duration,
    state: State,
}

/// What was known of a challenge before its confirmation went out: enough to settle it by reading.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    pub(crate) death: Death,
    /// When it is dead by this process's clock, for answers without a `Date`.
    pub(crate) dead_by: Duration,
    /// The trade's status and revision as they were reviewed.
    pub(crate) status: TradeStatus,
    pub(crate) revision: i64,
    /// The trade's last event then.
    pub(crate) offset: Option<i64>,
    /// Transfers of the trade that were known then.
    pub(crate) foreign: Vec<String>,
}

/// What a call brings along to begin: a random key for a new attempt, the time, and which token is set now.
#[derive(Clone, Copy)]
pub(crate) struct Start<'a> {
    pub(crate) key: &'a str,
    pub(crate) now: Duration,
    pub(crate) token: u64,
    pub(crate) challenge: Option<&'a Issued>,
    /// Whether the caller chose the name.
    pub(crate) named: bool,
}

/// What is open on a trade.
#[derive(Debug)]
pub(crate) enum OnTrade {
    /// A confirmation is under way.
    Running(Error),
    /// The outcome of one is unknown, and nothing of it was on its way since that moment.
    Unknown { name: String, intent: Intent, challenge: Box<Issued>, quiet_since: Duration },
}

#[derive(Debug)]
enum State {
    Running { replay: bool },
    Unknown,
    Done(String),
}

#[derive(Debug, Default)]
pub(crate) struct Operations {
    records: HashMap<String, Record>,
    claims: Claims,
}

impl Operations {
    /// Starts, repeats or finds an operation.
    pub(crate) fn begin(&mut self, name: &str, intent: &Intent, start: Start<'_>) -> Result<Begin, Error> {
        if let Some(record) = self.records.get_mut(name) {
            if record.intent != *intent {
                return Err(Error::invalid(differing(name, &record.intent, intent)));
            }
            return match &record.state {
                State::Done(result) => Ok(Begin::Finished(result.clone())),
                State::Running { .. } => Err(in_progress(name, intent)),
                State::Unknown
                    if intent.trade_id.is_none()
                        && start.now.saturating_sub(record.begun) > REPLAY_WITHIN =>
                {
                    Err(unreplayable("it is too old to be sent again safely")
                        .with_operation(intent.named(name)))
                }
                State::Unknown if record.token != start.token => {
                    Err(unreplayable("it was sent under another token").with_operation(intent.named(name)))
                }
                State::Unknown => {
                    record.state = State::Running { replay: true };
                    Ok(Begin::Replay { key: record.key.clone(), quiet_since: record.quiet_since })
                }
            };
        }
        if let Some((open, record)) = self.clash(intent) {
            return Err(in_progress(open, &record.intent));
        }
        if let Some(pending) = intent.trade_id.as_deref().and_then(|trade_id| self.claims.pending(trade_id)) {
            return Err(in_progress(&pending.name, intent));
        }
        let key = start.key.to_owned();
        let record = Record {
            intent: intent.clone(),
            key: key.clone(),
            begun: start.now,
            token: start.token,
            challenge: start.challenge.cloned(),
            known: start.named,
            quiet_since: start.now,
            state: State::Running { replay: false },
        };
        self.records.insert(name.to_owned(), record);
        Ok(Begin::First { key })
    }

    /// One open operation a trade; and never the same trade opened twice while the first may still land.
    fn clash(&self, intent: &Intent) -> Option<(&String, &Record)> {
        self.records.iter().find(|(_, record)| {
            let open = !matches!(record.state, State::Done(_));
            let excludes = match &intent.trade_id {
                Some(_) => record.intent.trade_id == intent.trade_id,
                None => record.intent == *intent,
            };
            open && excludes
        })
    }

    /// A result is kept for whoever may ask again under the name.
    pub(crate) fn done(&mut self, name: &str, result: String) {
        match self.records.get_mut(name) {
            Some(record) if record.known => record.state = State::Done(result),
            _ => {
                self.records.remove(name);
            }
        }
    }

    pub(crate) fn unknown(&mut self, name: &str, now: Duration) {
        if let Some(record) = self.records.get_mut(name) {
            record.state = State::Unknown;
            record.known = true;
            record.quiet_since = now;
        }
    }

    /// A call gave up before it sent anything: as if it had never begun.
    pub(crate) fn abandon(&mut self, name: &str) {
        match self.records.get(name).map(|record| &record.state) {
            Some(State::Running { replay: true }) => {
                if let Some(record) = self.records.get_mut(name) {
                    record.state = State::Unknown;
                }
            }
            Some(State::Running { replay: false }) => {
                self.records.remove(name);
            }
            _ => {}
        }
    }

    /// Proven that nothing happened: the name is free again.
    pub(crate) fn void(&mut self, name: &str) {
        self.records.remove(name);
    }

    /// A person says that it no longer counts: the name is free again. Gives the trade it was about. Refused, as
    /// if the name weren't known, while a call under it is running.
    pub(crate) fn forget(&mut self, name: &str) -> Option<Option<String>> {
        if self.records.get(name).is_some_and(|record| matches!(record.state, State::Running { .. })) {
            return None;
        }
        let pending = self.claims.forget(name);
        let record = self.records.remove(name);
        record.map(|record| record.intent.trade_id).or(pending.then_some(None))
    }

    /// The mutation of this trade that is under way or unsettled, if any.
    pub(crate) fn open_on(&self, trade_id: &str) -> Option<OnTrade> {
        let of_trade = |record: &Record| record.intent.trade_id.as_deref() == Some(trade_id);
        self.records.iter().find_map(|(name, record)| match (&record.state, &record.challenge) {
            _ if !of_trade(record) => None,
            (State::Done(_), _) => None,
            (State::Unknown, Some(challenge)) => Some(OnTrade::Unknown {
                name: name.clone(),
                intent: record.intent.clone(),
                challenge: Box::new(challenge.clone()),
                quiet_since: record.quiet_since,
            }),
            _ => Some(OnTrade::Running(in_progress(name, &record.intent))),
        })
    }

    pub(crate) fn claim_accepted(&mut self, trade_id: &str, claim: Claim) {
        self.claims.accepted(trade_id, claim);
    }

    /// Transfers of a trade that are known by now.
    pub(crate) fn transfers(&self, trade_id: &str) -> Vec<String> {
        self.claims.transfers(trade_id)
    }

    pub(crate) fn pending_claim(&self, trade_id: &str) -> Option<&Claim> {
        self.claims.pending(trade_id)
    }

    /// Learns from a snapshot.
    pub(crate) fn saw_trade(&mut self, trade: &Trade) {
        let ended = self.claims.saw_trade(trade);
        self.free(ended);
    }

    /// Learns from an event.
    pub(crate) fn saw_event(&mut self, event: &TradeEvent) {
        let ended = self.claims.saw_event(event);
        self.free(ended);
    }

    /// The name of a claim whose transfer failed for good may start anew.
    fn free(&mut self, ended: Option<Ended>) {
        if let Some(Ended::Failed(claim)) = ended {
            self.records.remove(&claim.name);
        }
    }

    /// What counts for the next step of a trade, at a moment on this process's clock.
    pub(crate) fn known(&mut self, trade: &Trade, now: Duration) -> Known {
        self.saw_trade(trade);
        let unsettled = match self.open_on(trade.id()) {
            Some(OnTrade::Running(_)) => true,
            Some(OnTrade::Unknown { challenge, .. }) => now < challenge.dead_by,
            None => false,
        };
        Known {
            unsettled,
            claim_pending: self.claims.is_claimed(trade),
            outcome: self.claims.outcome(trade.id()).cloned(),
        }
    }
}

impl Intent {
    pub(crate) fn named(&self, name: &str) -> Operation {
        Operation { name: name.to_owned(), kind: self.kind, trade_id: self.trade_id.clone() }
    }
}

fn unreplayable(why: &str) -> Error {
    let message =
        format!("the outcome of this operation is still unknown, and {why}. Look in Discord, then forget it");
    Error::new(ErrorKind::OutcomeUnknown, message)
}

pub(crate) fn in_progress(name: &str, open: &Intent) -> Error {
    let message = format!(
        "operation {name:?} ({}) is still open and excludes this one; nothing was sent. Wait for it, or repeat it under its name to settle it",
        open.kind
    );
    Error::new(ErrorKind::OperationInProgress, message).with_operation(open.named(name))
}

fn differing(name: &str, stands: &Intent, asked: &Intent) -> String {
    if stands.kind != asked.kind || stands.trade_id != asked.trade_id {
        return format!("operation {name:?} names another {}: use a new name. Nothing was sent", stands.kind);
    }
    let differs = stands.values.iter().filter(|value| !asked.values.contains(value)).map(|(field, _)| *field);
    let fields = differs.collect::<Vec<_>>().join(", ");
    format!(
        "operation {name:?} was begun with another {fields}: use a new name for a new intent. Nothing was sent"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(key: &str) -> Start<'_> {
        Start { key, now: Duration::ZERO, token: 0, challenge: None, named: true }
    }

    fn create(receiver: &str) -> Intent {
        Intent { kind: "open_trade", trade_id: None, values: vec![("receiver", receiver.to_owned())] }
    }

    #[test]
    fn a_finished_name_gives_its_result_and_a_running_one_is_refused() {
        let mut operations = Operations::default();
        assert!(
            matches!(operations.begin("a", &create("1"), start("k1")), Ok(Begin::First { key }) if key == "k1")
        );
        let running = operations.begin("a", &create("1"), start("k2")).unwrap_err();
        assert_eq!(running.kind(), ErrorKind::OperationInProgress);
        operations.done("a", "{}".into());
        let finished = operations.begin("a", &create("1"), start("k3"));
        assert!(matches!(finished, Ok(Begin::Finished(result)) if result == "{}"));
    }

    #[test]
    fn a_result_under_a_name_that_nobody_knows_is_not_kept() {
        let mut operations = Operations::default();
        let unnamed = Start { named: false, ..start("k1") };
        operations.begin("a", &create("1"), unnamed).unwrap();
        assert!(operations.forget("a").is_none(), "a call under it is running");
        operations.done("a", "{}".into());
        assert!(operations.forget("a").is_none());
        operations.begin("b", &create("1"), unnamed).unwrap();
        operations.unknown("b", Duration::ZERO);
        operations.begin("b", &create("1"), unnamed).unwrap();
        operations.done("b", "{}".into());
        assert!(matches!(operations.begin("b", &create("1"), unnamed), Ok(Begin::Finished(_))));
    }

    #[test]
    fn an_unknown_outcome_is_replayed_under_its_own_key_while_young_and_under_the_same_token() {
        let mut operations = Operations::default();
        operations.begin("a", &create("1"), start("k1")).unwrap();
        operations.unknown("a", Duration::ZERO);
        assert!(
            matches!(operations.begin("a", &create("1"), start("k2")), Ok(Begin::Replay { key, .. }) if key == "k1")
        );
        operations.unknown("a", Duration::ZERO);
        let late = Start { now: REPLAY_WITHIN + Duration::from_secs(1), ..start("k2") };
        assert_eq!(operations.begin("a", &create("1"), late).unwrap_err().kind(), ErrorKind::OutcomeUnknown);
        let other_token = Start { token: 1, ..start("k2") };
        assert_eq!(
            operations.begin("a", &create("1"), other_token).unwrap_err().kind(),
            ErrorKind::OutcomeUnknown
        );
    }

    #[test]
    fn another_intent_under_a_name_is_refused_and_says_what_differs() {
        let mut operations = Operations::default();
        operations.begin("a", &create("1"), start("k1")).unwrap();
        let error = operations.begin("a", &create("2"), start("k2")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.message().contains("receiver"));
    }

    #[test]
    fn an_equal_create_waits_for_the_open_one() {
        let mut operations = Operations::default();
        operations.begin("a", &create("1"), start("k1")).unwrap();
        operations.unknown("a", Duration::ZERO);
        let error = operations.begin("b", &create("1"), start("k2")).unwrap_err();
        assert_eq!(error.operation().unwrap().name, "a");
        assert!(operations.begin("c", &create("2"), start("k3")).is_ok());
        assert!(operations.forget("a").is_some());
        assert!(operations.begin("b", &create("1"), start("k2")).is_ok());
    }
}
