//! Events over real HTTP: none is lost, none comes out of order, and no more is polled than may be.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod cancelling;
mod noting;
mod processes;
mod sharing;
mod watching;
mod world;
