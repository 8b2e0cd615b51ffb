//! The SDK for AutoPlus, the escrow service of Discord: two people agree on a trade, one sends crypto into
//! escrow, the other delivers, the escrow pays out.
//!
//! # In five minutes
//!
//! AutoPlus has no sandbox, so this project ships one: the crate `autoplus-simulator` plays a whole AutoPlus in your
//! process. All examples here run against it; against the real one only the token and the `base_url` differ.
//!
//! ```
//! use autoplus::{Client, Crypto, EventsOptions, OpenTrade, TradeStatus};
//! use autoplus_simulator::{Config, Simulator};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let simulator = Simulator::start(Config::default())?;
//! let client = Client::builder()
//!     .token("sim-token-receiver")
//!     .user_id("200000000000000002")
//!     .base_url(simulator.base_url()) // leave this out for the real AutoPlus
//!     .build()?;
//!
//! let opened = client
//!     .open_trade(OpenTrade {
//!         guild: "100000000000000001".into(),
//!         crypto: Crypto::Ltc,
//!         sender: "200000000000000001".into(),   // pays into escrow
//!         receiver: "200000000000000002".into(), // gets the payout
//!         operation: Some("order:42".into()),    // this order's trade is opened once, however often this is called
//!     })
//!     .await?;
//!
//! let events = client.events(opened.id(), EventsOptions::default())?;
//! while let Some(event) = events.next().await? {
//!     println!("{}: {}", event.kind(), event.trade().status());
//!     if *event.trade().status() == TradeStatus::WaitingIdentification {
//!         break;
//!     }
//! }
//! client.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! [`Client::next_step`] says what this account can do with a trade now; [`Client::watch`] follows ten thousand trades as
//! one stream; [`Client::wait_for`] is for scripts. The examples of the repository are a whole shop and a whole buyer.
//!
//! # You confirm what you reviewed
//!
//! Calls that confirm something take the snapshot that was looked at and send its values. If the trade changed meanwhile,
//! nothing is confirmed, and the error holds both snapshots.
//!
//! ```
//! # use autoplus::{Client, ErrorKind};
//! # use autoplus_simulator::{Config, Simulator};
//! # use serde_json::json;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::start(Config::default())?;
//! # let client = Client::builder().token("sim-token-receiver").user_id("200000000000000002");
//! # let client = client.base_url(simulator.base_url()).build()?;
//! # let opened = simulator.control(&json!({ "do": "open_trade", "until": "waitingTermsAcceptance", "sender_terms": "pays" }))?;
//! # let trade_id = opened["id"].as_str().unwrap_or_default();
//! let reviewed = client.trade(trade_id).await?;
//! # simulator.control(&json!({ "do": "act", "trade": trade_id, "user": "sender", "act": "set_terms", "text": "pays half" }))?;
//! // … and now the other side changes its terms.
//! let error = client.confirm_terms(&reviewed).await.unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::ChangedSinceReview);
//! let change = error.change().ok_or("both snapshots are there")?;
//! assert_eq!(change.fields, ["terms.sender.text", "terms.version"]);
//! # Ok(())
//! # }
//! ```
//!
//! # Money moves in two steps
//!
//! [`Client::request_release`], [`Client::request_return`] and [`Client::request_claim`] give a challenge: what is going to
//! happen, for a look. Its `confirm` works once, within a minute, and only while nothing newer replaced it.
//!
//! ```
//! # use autoplus::{Client, TradeStatus};
//! # use autoplus_simulator::{Config, Simulator};
//! # use serde_json::json;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::start(Config::default())?;
//! # let client = Client::builder().token("sim-token-sender").user_id("200000000000000001");
//! # let client = client.base_url(simulator.base_url()).build()?;
//! # let opened = simulator.control(&json!({ "do": "open_trade", "until": "waitingAction" }))?;
//! # let trade = client.trade(opened["id"].as_str().unwrap_or_default()).await?;
//! let challenge = client.request_release(&trade).await?;
//! assert_eq!(challenge.recipient(), "200000000000000002");
//! let trade = challenge.confirm(Some("release:42")).await?;
//! assert_eq!(*trade.status(), TradeStatus::WaitingAddress);
//! # Ok(())
//! # }
//! ```
//!
//! # When an answer is lost
//!
//! A time-out is not a failure. What moves money is sent again with the same key and the same bytes, then settled by reading
//! the trade. If nothing proves what became of it, the error is [`ErrorKind::OutcomeUnknown`]: never begin it anew under
//! another name, repeat the same call or settle it with [`Client::resolve`].
//!
//! Pass [`store("sqlite:autoplus.db")`](ClientBuilder::store) and call [`Client::recover`] at the start: each intent is on
//! the disk before it is on the wire, so a crash loses none.
//!
//! ```
//! # use autoplus::{Client, Verdict};
//! # use autoplus_simulator::{Config, Simulator};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::start(Config::default())?;
//! # let client = Client::builder().token("sim-token-sender").user_id("200000000000000001");
//! # let client = client.base_url(simulator.base_url()).build()?;
//! for settlement in client.recover().await? {
//!     match settlement.verdict {
//!         Verdict::Done => println!("{} took effect", settlement.operation.name()),
//!         Verdict::NotDone => println!("{} surely never happened", settlement.operation.name()),
//!         _ => println!("{}: look in Discord. {}", settlement.operation.name(), settlement.message),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What else can be relied on
//!
//! - Money is exact: an [`Amount`] is what the server wrote, never a float.
//! - What this version doesn't know (a status, a crypto, an event, a field) stays readable and never moves money.
//! - Neither the token nor a confirmation code is in any error, log or `Debug` output.
//! - Every call runs on the library's own background thread, so its future can be awaited on any executor. Dropping the
//!   future of a read cancels it; dropping the future of a mutation only detaches it, and its outcome lands in the store.
//!
//! # Features
//!
//! | feature | default | what it brings |
//! |---|---|---|
//! | `sqlite` | yes | the store `sqlite:PATH`, with SQLite compiled in; it needs a C compiler. Without it only `memory` is left |
//!
//! TLS is rustls with ring and bundled roots, the system's added; no OpenSSL. The oldest Rust is 1.88; raising it is a minor
//! release, never a patch.

#![allow(unexpected_cfgs, reason = "autoplus_fuzzing is set by tests/fuzz/run alone")]

#[doc(hidden)]
pub mod bridge;
mod client;
mod config;
mod environment;
mod error;
#[cfg(autoplus_fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod lane;
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

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
