//! A trade for the protocol's own tests.

use crate::model::{Origin, Trade, Wire};

/// An LTC trade that user 1 sends and user 2 receives; `fields` come last and so override.
pub(crate) fn trade(fields: &str) -> Trade {
    let json = format!(
        r#"{{"id":"9","tradeId":1001,"revision":7,"openedAt":1700000000,"crypto":"ltc","sender":"1","receiver":"2","identificationRevision":1,"identificationConfirmedBy":[],{fields}}}"#
    );
    Trade::decode(&json, Origin::Server).unwrap()
}
