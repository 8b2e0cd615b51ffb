//! What a process is told to do, and what it tells.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) base_url: String,
    /// The file that all processes share.
    pub(crate) store: PathBuf,
    pub(crate) role: Role,
    pub(crate) seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Role {
    /// Recovers, then plays the trades from this number on until it is killed.
    Victim { from: u32 },
    /// Plays trades of its own, and at times opens one of the victim's, until a file named `stop` is there.
    Beside,
    /// Comes when all is over, settles what is left and plays every trade to its end.
    Last { victims: u32, beside: u32 },
}

/// One line of a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Told {
    /// It lives.
    Here,
    /// A trade by its name is about to be begun.
    Begins(String),
    /// This trade stands under that name.
    Opened(String, String),
    /// It went to its end.
    Closed(String),
    /// An operation that was left open, and the verdict.
    Settled(String, String),
    /// What should not be.
    Wrong(String),
    /// It is through.
    Over,
}

/// Whose trade it is and the how manieth.
pub(crate) fn name(whose: &str, number: u32) -> String {
    format!("{whose}:{number}")
}

/// The number in a name of this owner.
pub(crate) fn number(whose: &str, name: &str) -> Option<u32> {
    name.strip_prefix(whose)?.strip_prefix(':')?.parse().ok()
}

pub(crate) const VICTIM: &str = "victim";
pub(crate) const BESIDE: &str = "beside";
