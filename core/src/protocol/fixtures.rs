//! A trade and an operation for the protocol's own tests.

use super::rows::{Attempt, Intent, Kind, Row, State};
use crate::model::{Origin, Trade, Wire};

/// An LTC trade that user 1 sends and user 2 receives; `fields` come last and so override.
pub(crate) fn trade(fields: &str) -> Trade {
    let json = format!(
        r#"{{"id":"9","tradeId":1001,"revision":7,"openedAt":1700000000,"crypto":"ltc","sender":"1","receiver":"2","identificationRevision":1,"identificationConfirmedBy":[],{fields}}}"#
    );
    Trade::decode(&json, Origin::Server).unwrap()
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

/// An attempt at it under a key.
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
