//! Random schedules: whole trades between two accounts, with faults, failing servers, wrong clocks, staff and impatient
//! callers, in virtual time. One seed is one schedule, the same every time. The judge compares what the library said with
//! what the simulator saw.
#![allow(missing_docs, reason = "a test program; the binary is what people use")]

mod accounts;
mod addresses;
mod asking;
mod carrier;
mod climate;
mod dice;
mod facts;
mod findings;
mod fleet;
mod follower;
mod funds;
mod judge;
mod ledger;
mod opening;
mod plant;
mod play;
mod player;
mod result;
mod review;
mod scene;
mod settling;
mod streams;
mod weather;
mod words;

pub use findings::Findings;
pub use fleet::{Harvest, sow};
pub use plant::Plant;
pub use play::{Played, play};
pub use result::page;
