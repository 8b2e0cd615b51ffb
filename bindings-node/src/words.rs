//! The words that the core knows, against which the tests check the types in `lib/words.ts`.

use autoplus::{Crypto, EventType, Outcome, Priority, TradeStatus};
use napi_derive::napi;

/// The known words by the name of their list, as JSON text.
#[napi(catch_unwind)]
pub fn known_words() -> String {
    serde_json::json!({
        "CRYPTOS": Crypto::KNOWN.iter().map(Crypto::as_str).collect::<Vec<_>>(),
        "TRADE_STATUSES": TradeStatus::KNOWN.iter().map(TradeStatus::as_str).collect::<Vec<_>>(),
        "EVENT_TYPES": EventType::KNOWN.iter().map(EventType::as_str).collect::<Vec<_>>(),
        "PRIORITIES": Priority::KNOWN.iter().map(Priority::as_str).collect::<Vec<_>>(),
        "OUTCOMES": Outcome::KNOWN.iter().map(Outcome::as_str).collect::<Vec<_>>(),
    })
    .to_string()
}

/// Which release this is; the package's other half asks for the same.
#[napi(catch_unwind)]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
