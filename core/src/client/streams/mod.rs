//! How events get here: one feed a trade polls for all that follow it, each from its own place.

mod feed;
mod feeds;
mod follower;
mod named;
mod notes;
mod pen;
mod poll;
mod stats;
mod turn;

pub(super) use feeds::{Feeds, Place};
pub(super) use follower::{Follower, Listener, Next};
pub(super) use named::{Named, Progress};
pub use notes::{StreamChange, StreamNote, StreamNotes};
pub use stats::{FollowedTrade, StreamStats};
