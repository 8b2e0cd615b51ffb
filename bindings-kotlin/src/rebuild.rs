//! A snapshot's JSON from its values, so that it needn't go over the bridge with each of them.

use std::collections::{BTreeMap, HashMap};

use autoplus::{TermsSide, Text, Trade};
use serde_json::value::{RawValue, to_raw_value};

use crate::models::{TermsParts, TermsSideParts, TradeParts};

/// The JSON of a trade that says more than its values do.
pub(crate) trait OddJson {
    /// None for nearly all: what their values give is the same.
    fn odd_json(&self) -> Option<String>;
}

impl OddJson for Trade {
    fn odd_json(&self) -> Option<String> {
        let sides = self.terms().map(|terms| [terms.sender(), terms.receiver()]);
        let odd = sides.into_iter().flatten().filter_map(TermsSide::text).any(is_odd);
        odd.then(|| self.to_json())
    }
}

/// Whether it came in another notation than its characters have here: it is echoed as it came.
fn is_odd(text: &Text) -> bool {
    let (raw, shown) = (text.raw_json(), text.as_str());
    let without_escapes = raw.len() == shown.len() + 2;
    !without_escapes && serde_json::to_string(shown).ok().as_deref() != Some(raw)
}

/// The JSON of the snapshot that these values are of.
pub(crate) fn json(trade: &TradeParts) -> String {
    trade.odd_json.clone().or_else(|| rebuilt(trade)).unwrap_or_default()
}

type Fields = BTreeMap<String, Box<RawValue>>;

/// Values by the API's names; of the second ones, what is none is left out.
macro_rules! fields {
    ($extra:expr, { $($name:literal: $value:expr),+ $(,)? }, { $($maybe:literal: $option:expr),* $(,)? }) => {{
        let mut fields = extra($extra)?;
        $(fields.insert($name.to_owned(), to_raw_value(&$value).ok()?);)+
        $(if let Some(value) = &$option {
            fields.insert($maybe.to_owned(), to_raw_value(value).ok()?);
        })*
        fields
    }};
}

fn extra(extra: &HashMap<String, String>) -> Option<Fields> {
    let raw =
        |(name, raw): (&String, &String)| Some((name.clone(), RawValue::from_string(raw.clone()).ok()?));
    extra.iter().map(raw).collect()
}

fn rebuilt(trade: &TradeParts) -> Option<String> {
    let terms = match &trade.terms {
        Some(terms) => Some(self::terms(terms)?),
        None => None,
    };
    let fields = fields!(&trade.extra, {
        "id": trade.id, "tradeId": trade.trade_id, "revision": trade.revision, "openedAt": trade.opened_at,
        "crypto": trade.crypto, "status": trade.status, "identificationRevision": trade.identification_revision,
        "identificationConfirmedBy": trade.identification_confirmed_by,
    }, {
        "sender": trade.sender, "receiver": trade.receiver, "terms": terms, "address": trade.address,
        "fees": trade.fees.as_ref().map(|money| &money.0), "feesUsd": trade.fees_usd.as_ref().map(|money| &money.0),
        "amount": trade.amount.as_ref().map(|money| &money.0),
        "amountUsd": trade.amount_usd.as_ref().map(|money| &money.0), "receivedAt": trade.received_at,
        "txid": trade.txid, "settlementTxid": trade.settlement_txid,
        "fundControlsLocked": trade.fund_controls_locked.then_some(true),
    });
    serde_json::to_string(&fields).ok()
}

fn terms(terms: &TermsParts) -> Option<Fields> {
    let (sender, receiver) = (side(&terms.sender)?, side(&terms.receiver)?);
    Some(fields!(&terms.extra, { "version": terms.version, "sender": sender, "receiver": receiver }, {}))
}

fn side(side: &TermsSideParts) -> Option<Fields> {
    let text = side.text.as_ref().map(|text| &text.as_str);
    Some(
        fields!(&side.extra, { "confirmed": side.confirmed }, { "text": text, "confirmedAt": side.confirmed_at }),
    )
}

#[cfg(test)]
mod tests {
    use autoplus::bridge;

    use super::*;

    fn is_rebuilt(json: &str, is_odd: bool) {
        let trade = bridge::snapshot(json).unwrap();
        let parts = TradeParts::from(&trade);
        assert_eq!(parts.odd_json.is_some(), is_odd, "{json}");
        let again = bridge::snapshot(&super::json(&parts)).unwrap();
        assert_eq!(again.to_json(), trade.to_json());
        assert_eq!(again, bridge::snapshot(&trade.to_json()).unwrap());
        assert_eq!(TradeParts::from(&again), parts);
    }

    #[test]
    fn a_snapshot_is_rebuilt_from_its_values() {
        is_rebuilt(
            r#"{"id":"1","tradeId":-2,"revision":7,"openedAt":1,"crypto":"new","status":"newer",
                "identificationRevision":3000,"identificationConfirmedBy":[]}"#,
            false,
        );
        is_rebuilt(
            r#"{"id":"1","tradeId":2,"revision":7,"openedAt":1,"crypto":"ltc","status":"waitingAction","sender":"5",
                "receiver":"6","identificationRevision":3000,"identificationConfirmedBy":["5","6"],
                "terms":{"version":"v\u00e9\"","sender":{"text":"a laptop\né","confirmed":true,"confirmedAt":9,"x":[1.0]},
                "receiver":{"confirmed":false},"y":null},"address":"a","fees":0.50,"feesUsd":5e-324,"amount":1e-7,
                "amountUsd":123456789012345678901234567890.123,"receivedAt":8,"txid":"t","settlementTxid":"s",
                "fundControlsLocked":true,"new":{"a":1e0, "b" : "\ud83d"},"newer":"x"}"#,
            false,
        );
    }

    #[test]
    fn text_in_another_notation_comes_along() {
        let texts = [
            (r"half \ud83d", true),
            (r"caf\u00e9", true),
            (r"a\/b", true),
            (r"two\nlines", false),
            ("é", false),
        ];
        for (text, odd) in texts {
            let json = format!(
                r#"{{"id":"1","tradeId":2,"revision":7,"openedAt":1,"crypto":"ltc","status":"new",
                    "identificationRevision":3,"identificationConfirmedBy":[],"terms":{{"version":"v",
                    "sender":{{"confirmed":false}},"receiver":{{"text":"{text}","confirmed":false}}}}}}"#
            );
            is_rebuilt(&json, odd);
        }
    }
}
