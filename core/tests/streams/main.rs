//! Events over real HTTP: none is lost, none comes out of order, and no more is polled than may be.

mod cancelling;
mod processes;
mod sharing;
mod watching;
mod world;
