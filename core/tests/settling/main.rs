//! What is told of operations must be true, over real HTTP and a store in a file: no false *done*, no false *not done*,
//! nothing twice, nothing in the way for ever.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod accounts;
mod claims;
mod kept;
mod mixed;
mod together;
mod world;
