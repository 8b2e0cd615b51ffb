//! The SDK for AutoPlus, the escrow service of Discord: two people agree on a trade, one sends crypto into
//! escrow, the other delivers, the escrow pays out.
//!
//! ```no_run
//! # async fn shop() -> Result<(), autoplus::Error> {
//! use autoplus::{Client, Crypto, OpenTrade};
//!
//! let client = Client::builder().token("…").user_id("200000000000000002").build()?;
//! let opened = client
//!     .open_trade(OpenTrade {
//!         guild: "100000000000000001".into(),
//!         crypto: Crypto::Ltc,
//!         sender: "200000000000000001".into(),
//!         receiver: "200000000000000002".into(),
//!         operation: Some("order:42".into()),
//!     })
//!     .await?;
//! let events = client.events(opened.id(), Default::default())?;
//! while let Some(event) = events.next().await? {
//!     println!("{}: {}", event.kind(), event.trade().status());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What makes it safe: a confirmation carries the snapshot that was reviewed and nothing newer; a time-out is
//! not a failure, it is [`ErrorKind::OutcomeUnknown`]; challenges are objects that work once; money is exact;
//! what this version doesn't know stays readable and never moves money.
//!
//! Every call runs on the library's own background thread, so its future can be awaited on any executor.
//! Dropping the future of a read cancels it; dropping the future of a mutation only detaches it.

#[doc(hidden)]
pub mod bridge;
mod client;
mod config;
mod environment;
mod error;
mod model;
mod operation;
mod protocol;
mod runtime;
mod settlement;
mod store;
mod transport;

pub use client::{
    ActionChallenge, ClaimChallenge, Client, EventStream, EventsOptions, FollowedTrade, OpenTrade,
    StreamChange, StreamNote, StreamNotes, StreamStats, Watch, WatchOptions, Watched,
};
pub use config::{ClientBuilder, Timeouts};
pub use error::{Change, Error, ErrorKind};
pub use model::{
    Action, Amount, BtcFeeOption, Changes, Crypto, EventType, Execution, ExecutionState, FundExecution, Gap,
    OpenedTrade, Outcome, Priority, Role, Server, Stats, TermsSide, Text, Timestamp, Trade, TradeEvent,
    TradeStatus, TradeTerms, Transaction,
};
pub use operation::Operation;
pub use protocol::{AddressCheck, AddressWarning, ClaimKind, NextStep, StreamEnd, check_address};
/// Exact decimal numbers, as [`Trade::covers`] takes them.
pub use rust_decimal::Decimal;
pub use settlement::{SettledBy, Settlement, Verdict};
