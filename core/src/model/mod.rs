//! What the API says, as types: one file per concept, each the only definition of its fields.
//!
//! Models are cheap to clone and can't be changed. What the API adds later survives: unknown fields in
//! `extra()`, unknown enum values as `Unknown`. Nothing numeric passes through a float.

mod amount;
mod changes;
mod enums;
mod event;
mod fees;
mod fields;
mod public;
mod record;
mod text;
mod timestamp;
mod trade;
mod wire;

pub use amount::Amount;
pub use changes::{Changes, Execution, ExecutionState};
pub use enums::{Action, Crypto, EventType, Outcome, Priority, Role, TradeStatus};
pub use event::{Gap, TradeEvent};
pub use fees::{BtcFeeOption, FundExecution};
pub use public::{Server, Stats, Transaction};
pub use text::Text;
pub use timestamp::Timestamp;
pub use trade::{OpenedTrade, TermsSide, Trade, TradeTerms};

pub(crate) use event::EventPage;
pub(crate) use fields::Fields;
pub(crate) use text::lenient_string;
pub(crate) use wire::{Mismatch, Origin, Reading, Wire};
