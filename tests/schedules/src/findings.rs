//! What came of one schedule.

use std::collections::BTreeMap;

/// What came of a schedule.
#[derive(Debug, Default)]
pub struct Findings {
    /// What must never be; empty if all is well.
    pub problems: Vec<String>,
    /// How the attempts ended, by deed and verdict.
    pub verdicts: BTreeMap<(&'static str, &'static str), u64>,
    /// Attempts that are unknown to the end, by deed and why nothing tells.
    pub unknown: BTreeMap<(&'static str, &'static str), u64>,
    /// What a proxy that delivers twice does to a compare-and-set call, by deed: see `Court::is_echo`.
    pub echoes: BTreeMap<&'static str, u64>,
    /// Faults that requests met.
    pub faults: BTreeMap<String, u64>,
    /// Statuses that trades ended at.
    pub ends: BTreeMap<String, u64>,
    pub calls: u64,
    pub requests: u64,
    pub events: u64,
}
