//! The native half of the npm package `autoplus`: starts calls of the core and hands their outcomes to JavaScript.
//!
//! Values cross as JSON text, because one `JSON.parse` costs less than building an object property by property.
//! Everything that a JavaScript programmer sees is in `lib/`.
#![allow(unsafe_code, reason = "what #[napi] generates is FFI; nothing here is written unsafe by hand")]
#![allow(missing_docs, reason = "#[napi] generates public registration functions")]

pub mod address;
mod calls;
mod challenges;
mod client;
mod config;
mod events;
mod failure;
mod following;
pub mod kept;
mod notes;
pub mod numbers;
pub mod operations;
mod places;
mod simulator;
mod watch;
pub mod words;
