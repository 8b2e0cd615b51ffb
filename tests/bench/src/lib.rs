//! What the benchmark's server and its counted paths answer alike.

pub mod answers;
