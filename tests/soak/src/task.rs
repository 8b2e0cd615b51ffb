//! What a worker is told to do.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) base_url: String,
    pub(crate) token: String,
    pub(crate) user_id: String,
    pub(crate) store: PathBuf,
    pub(crate) consumer: String,
    /// Where it writes down what it handles.
    pub(crate) log: PathBuf,
    /// The trades to follow beside those that the store knows, one a line. Without, the store must know them all.
    pub(crate) trades: Option<PathBuf>,
    pub(crate) handling: Handling,
    pub(crate) seed: u64,
}

/// How events are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Handling {
    /// One after the other.
    OneByOne,
    /// So many trades side by side.
    SideBySide(usize),
    /// The same by hand, by so many workers that take and say when they are done.
    ByWorkers(usize),
}
