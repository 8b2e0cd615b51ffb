//! The way back: which snapshot of the core a Kotlin `Trade` stands for.

use autoplus::{Trade, bridge};

use crate::failure::BridgeError;
use crate::models::TradeParts;
use crate::rebuild::json;

/// The core's own snapshot, if the trade still has all its values. A changed copy and a trade that was rebuilt
/// from JSON give one that every call which confirms something refuses.
pub(crate) fn reviewed(trade: &TradeParts, snapshot: &TradeParts) -> Result<Trade, BridgeError> {
    let json = json(snapshot);
    let core = bridge::snapshot(&json)?;
    if snapshot.is_from_server && trade == snapshot && TradeParts::from(&core) == *snapshot {
        return Ok(core);
    }
    Ok(Trade::from_json(&json)?)
}

/// The core's trade, wherever it came from, as long as it says what the Kotlin one says.
pub(crate) fn same(trade: &TradeParts, snapshot: &TradeParts) -> Result<Trade, BridgeError> {
    let core = Trade::from_json(&json(snapshot))?;
    let told = TradeParts { is_from_server: trade.is_from_server, ..TradeParts::from(&core) };
    if told == *trade {
        return Ok(core);
    }
    Err(BridgeError::invalid(
        "this trade is a copy with other values: nothing can be told from it. Pass the snapshot that the client or an event gave you",
    ))
}

/// A trade from its JSON form, or the server's.
#[uniffi::export]
pub fn trade_from_json(json: String) -> Result<TradeParts, BridgeError> {
    Ok((&Trade::from_json(&json)?).into())
}

/// The JSON form of a snapshot.
#[uniffi::export]
pub fn trade_json(snapshot: TradeParts) -> Result<String, BridgeError> {
    Ok(Trade::from_json(&json(&snapshot))?.to_json())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> TradeParts {
        let json = r#"{"id":"1","tradeId":2,"revision":7,"openedAt":1,"crypto":"ltc","status":"waitingAction",
            "identificationRevision":3000,"identificationConfirmedBy":["5"],"amount":1e-7,"new":{"a":1e0}}"#;
        TradeParts::from(&bridge::snapshot(json).unwrap())
    }

    #[test]
    fn an_unchanged_one_is_the_snapshot_even_in_another_notation() {
        let trade = TradeParts { amount: Some(crate::money::Money("1E-7".into())), ..snapshot() };
        assert!(reviewed(&trade, &snapshot()).unwrap().is_from_server());
        assert!(same(&trade, &snapshot()).is_ok());
    }

    #[test]
    fn a_changed_one_counts_as_rebuilt() {
        for changed in [
            TradeParts { sender: Some("6".into()), ..snapshot() },
            TradeParts { amount: Some(crate::money::Money("1E-6".into())), ..snapshot() },
            TradeParts { identification_revision: 3001, ..snapshot() },
            TradeParts { identification_confirmed_by: Vec::new(), ..snapshot() },
            TradeParts { extra: Default::default(), ..snapshot() },
        ] {
            assert!(!reviewed(&changed, &snapshot()).unwrap().is_from_server());
            assert!(same(&changed, &snapshot()).is_err());
        }
        let another = TradeParts { revision: 8, ..snapshot() };
        assert!(!reviewed(&snapshot(), &another).unwrap().is_from_server());
        let rebuilt = TradeParts { is_from_server: false, ..snapshot() };
        assert!(!reviewed(&rebuilt, &rebuilt).unwrap().is_from_server());
        assert!(same(&rebuilt, &rebuilt).is_ok());
    }
}
