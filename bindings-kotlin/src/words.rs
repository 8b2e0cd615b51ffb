//! The words that the core knows, so that a test can compare Kotlin's with them.

use autoplus::{Crypto, EventType, Outcome, Priority, TradeStatus};

/// Every word that the core knows, by the name of its type.
#[uniffi::export]
pub fn known_words() -> std::collections::HashMap<String, Vec<String>> {
    macro_rules! words {
        ($($name:ident),+) => {
            [$((stringify!($name).to_owned(), $name::KNOWN.iter().map(|word| word.as_str().to_owned()).collect()),)+]
        };
    }
    words!(Crypto, TradeStatus, EventType, Priority, Outcome).into()
}
