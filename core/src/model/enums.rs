//! The API's closed word lists, read openly: a word that this version doesn't know stays readable.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use super::wire::{Reading, Wire, Words, encode_str};

macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* #[doc = concat!("`", $word, "` on the wire.")] $variant,)+
            /// A word that this version doesn't know, as it came.
            Unknown(String),
        }

        impl $name {
            /// Every word that this version knows.
            pub const KNOWN: &'static [$name] = &[$($name::$variant),+];

            /// The word on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Unknown(raw) => raw,
                }
            }

            /// Whether this version knows the word.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Wire for $name {
            const EXPECTS: &'static str = "a string";

            fn read<'de, D: Deserializer<'de>>(json: D, _: &Reading) -> Result<Self, D::Error> {
                Words::deserialize(json).map(|word| Self::from(&*word.0))
            }

            fn encode(&self, out: &mut String) {
                encode_str(self.as_str(), out);
            }
        }
    };
}

open_enum! {
    /// The asset and, for tokens, its network.
    Crypto {
        Ltc = "ltc", Sol = "sol", Eth = "eth", Bnb = "bnb", Btc = "btc", Pol = "pol",
        SolUsdt = "sol_usdt", SolUsdc = "sol_usdc", EthUsdt = "eth_usdt", EthUsdc = "eth_usdc",
        BnbUsdt = "bnb_usdt", BnbUsdc = "bnb_usdc", PolUsdt = "pol_usdt", PolUsdc = "pol_usdc",
        PolUsdce = "pol_usdce",
    }
}

open_enum! {
    /// Where a trade stands in its life.
    TradeStatus {
        /// Both participants still have to confirm who sends and who receives.
        WaitingIdentification = "waitingIdentification",
        /// Both participants still have to confirm the terms.
        WaitingTermsAcceptance = "waitingTermsAcceptance",
        /// The sender has yet to pay into escrow.
        WaitingReceive = "waitingReceive",
        /// The deposit was seen and waits for the network's confirmations.
        WaitingConfirmations = "waitingConfirmations",
        /// The escrow holds the funds: the receiver delivers, then the sender releases.
        WaitingAction = "waitingAction",
        /// A reduction was agreed; the sender names an address for the part that goes back.
        WaitingReduceAmountAddress = "waitingReduceAmountAddress",
        /// The funds go back; the sender names an address.
        WaitingReturnAddress = "waitingReturnAddress",
        /// The funds were released; the receiver names an address.
        WaitingAddress = "waitingAddress",
        /// The trade is over.
        Completed = "completed",
    }
}

open_enum! {
    /// What kind of change an event reports.
    EventType {
        Snapshot = "trade.snapshot",
        Created = "trade.created",
        IdentificationUpdated = "trade.identification.updated",
        TermsUpdated = "trade.terms.updated",
        StatusChanged = "trade.status.changed",
        FundExecutionUpdated = "trade.fund.execution.updated",
        SupportUpdated = "trade.support.updated",
        Closed = "trade.closed",
    }
}

open_enum! {
    /// How fast a BTC transfer is to confirm.
    Priority { High = "high", Medium = "medium", None = "none" }
}

open_enum! {
    /// How a trade ended.
    Outcome { Released = "released", Returned = "returned", Canceled = "canceled" }
}

macro_rules! closed_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? } expects $expects:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
        }

        impl $name {
            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The value for a word of the API, if it is one.
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => Option::None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Wire for $name {
            const EXPECTS: &'static str = $expects;

            fn read<'de, D: Deserializer<'de>>(json: D, _: &Reading) -> Result<Self, D::Error> {
                let word = Words::deserialize(json)?;
                Self::parse(&word.0).ok_or_else(|| D::Error::custom(Self::EXPECTS))
            }

            fn encode(&self, out: &mut String) {
                encode_str(self.as_str(), out);
            }
        }
    };
}

closed_enum! {
    /// One of the two sides of a trade.
    Role {
        /// Pays into escrow.
        Sender = "sender",
        /// Delivers, and gets the released funds.
        Receiver = "receiver",
    } expects "\"sender\" or \"receiver\""
}

closed_enum! {
    /// What is to happen with the funds in escrow. Closed on purpose: an unknown action never moves money.
    Action {
        /// To the receiver; only the sender may.
        Release = "release",
        /// Back to the sender; only the receiver may.
        Return = "return",
    } expects "\"release\" or \"return\""
}

impl Role {
    /// The opposite side.
    pub fn other(self) -> Self {
        match self {
            Self::Sender => Self::Receiver,
            Self::Receiver => Self::Sender,
        }
    }
}
