//! A trade, its events and operations for the protocol's own tests.

pub(crate) mod machine;

use std::time::Duration;

use super::claims::Claim;
use super::proof::Death;
use super::rows::{Attempt, Intent, Issued, Kind, Row, State};
use crate::model::{Origin, Timestamp, Trade, TradeEvent, Wire};

/// An LTC trade that user 1 sends and user 2 receives; `fields` come last and so override.
pub(crate) fn trade(fields: &str) -> Trade {
    let json = format!(
        r#"{{"id":"9","tradeId":1001,"revision":7,"openedAt":1700000000,"crypto":"ltc","sender":"1","receiver":"2","identificationRevision":1,"identificationConfirmedBy":[],{fields}}}"#
    );
    Trade::decode(&json, Origin::Server).unwrap()
}

/// What was told of that trade, and how it stood then.
pub(crate) fn event(id: i64, kind: &str, changes: &str, fields: &str) -> TradeEvent {
    let trade = trade(fields).to_json();
    let json = format!(r#"{{"id":{id},"type":"{kind}","occurredAt":1,"changes":{changes},"trade":{trade}}}"#);
    TradeEvent::decode(&json, Origin::Server).unwrap()
}

/// A transfer of that trade while its receiver's claim is awaited.
pub(crate) fn transfer(id: i64, execution: &str, state: &str) -> TradeEvent {
    let changes = format!(r#"{{"execution":{{"executionId":"{execution}","status":"{state}"}}}}"#);
    event(id, "trade.fund.execution.updated", &changes, r#""status":"waitingAddress""#)
}

/// Opening a trade with somebody.
pub(crate) fn create(receiver: &str) -> Intent {
    let values = [
        ("guild", String::from("5")),
        ("crypto", String::from("ltc")),
        ("sender", String::from("1")),
        ("receiver", receiver.to_owned()),
    ];
    Intent::new(Kind::OpenTrade, None, values)
}

/// Releasing that trade.
pub(crate) fn release() -> Intent {
    Intent::new(Kind::Release, Some("9"), [("recipient", String::from("2"))])
}

/// Claiming that trade's funds.
pub(crate) fn claiming(address: &str) -> Intent {
    Intent::new(Kind::Claim, Some("9"), [("address", address.to_owned())])
}

/// What was known when a challenge of that trade was given.
pub(crate) fn issued() -> Issued {
    let (expires_at, dated) = (Timestamp::from_seconds(1060), Some(Timestamp::from_seconds(1000)));
    let death = Death { expires_at, dated, attempt: Duration::from_secs(20) };
    Issued {
        death,
        status: "waitingAddress".into(),
        revision: 7,
        offset: Some(4),
        foreign: vec!["old".into()],
    }
}

/// A claim of that trade that the server accepted.
pub(crate) fn claim(name: &str, offset: Option<i64>) -> Claim {
    let (name, execution_id) = (name.to_owned(), String::from("exec_1"));
    Claim { name, execution_id, status: "waitingAddress".into(), revision: 7, offset, failed: false }
}

/// An attempt under a key.
pub(crate) fn attempt(key: &str) -> Attempt {
    let (key, token) = (key.to_owned(), String::from("token"));
    let body = Some(String::from(r#"{"crypto":"ltc","sender":"1","receiver":"2"}"#));
    Attempt { key, body, token, begun_at: 1_700_000_000_000, challenge: None }
}

/// What a call that is at it wrote down.
pub(crate) fn row(name: &str) -> Row {
    Row {
        name: name.to_owned(),
        intent: create("2"),
        attempt: attempt(name),
        state: State::Running { replay: false },
        known: true,
        account: "1".into(),
        owner: "here".into(),
        generation: 1,
        sends: 1,
    }
}
