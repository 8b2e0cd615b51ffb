//! The protocol without I/O: what is sent, what an answer proves, when to try again, when a challenge is dead,
//! where the event offset stands. No sockets, no clock and no randomness of its own: time comes in as an
//! argument, chance as a number. The reasons stand in `docs/how-it-works.md`.

pub(crate) mod address;
pub(crate) mod answer;
pub(crate) mod assumptions;
pub(crate) mod challenge;
pub(crate) mod claims;
pub(crate) mod compare_and_set;
pub(crate) mod consumers;
pub(crate) mod cursor;
pub(crate) mod exchange;
#[cfg(test)]
pub(crate) mod fixtures;
pub(crate) mod latch;
mod millis;
pub(crate) mod next_step;
pub(crate) mod operations;
pub(crate) mod pace;
pub(crate) mod proof;
pub(crate) mod request;
pub(crate) mod rows;
pub(crate) mod turns;
pub(crate) mod witness;

pub use address::{AddressCheck, AddressWarning, check_address};
pub use cursor::StreamEnd;
pub use next_step::{ClaimKind, NextStep};
