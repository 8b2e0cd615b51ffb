//! What the two programs here stand on: the calls that change something, a world for each, and processes that can be
//! killed while they make one.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test: what can't go on must stop loudly")]

pub mod call;
pub mod ground;
pub mod jobs;
pub mod process;
pub mod remote;
