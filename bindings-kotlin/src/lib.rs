//! The library behind `gg.autoplus`: hands the core's calls over to Kotlin. It is a bridge, not the API: what
//! people use is written in Kotlin, on top of what is generated from these items.

#![allow(unreachable_pub, reason = "what is exported to Kotlin is public, though no Rust code sees it")]

mod address;
mod challenges;
mod client;
mod failure;
mod ffi;
mod handover;
mod insight;
mod models;
mod money;
mod next_step;
mod notes;
mod operation;
#[cfg(debug_assertions)]
mod panics;
mod parts;
mod rebuild;
mod review;
mod stream;
mod watch;
mod words;

uniffi::setup_scaffolding!("autoplus");
