//! Debug builds panic on request, so that a test sees what becomes of it.

use std::cell::Cell;

use autoplus::bridge::spawn;
use autoplus::{Client, Error};

use crate::call::Call;

/// A call that panics, in the library's background thread or in the thread that waits.
pub(crate) fn panicking(in_background: bool) -> Call {
    Call::new(async move { if in_background { spawn(fail())?.await } else { fail().await } })
}

/// A read that panics in the thread that drives it.
pub(crate) fn panicking_read(client: &Client) -> Call {
    Call::read(client, fail())
}

#[allow(clippy::panic, clippy::unused_async, reason = "that is what it is for")]
async fn fail() -> Result<bool, Error> {
    panic!("on purpose")
}

thread_local! {
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// The next thing that this thread does without waiting panics.
pub(crate) fn ask() {
    ASKED.set(true);
}

pub(crate) fn if_asked() {
    assert!(!ASKED.take(), "on purpose");
}
