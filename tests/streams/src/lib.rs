//! What lean servers and drivers share: this folder's and the benchmark's.

pub mod line;
pub mod tls;
