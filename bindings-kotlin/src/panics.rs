//! Debug builds panic on request, so that a test sees what becomes of it.

/// Panics where it is called.
#[uniffi::export]
#[allow(clippy::panic, reason = "that is what it is for")]
pub fn panic_at_once() {
    panic!("on purpose");
}

/// Panics in a call that suspends.
#[uniffi::export]
#[allow(clippy::panic, clippy::unused_async, reason = "that is what it is for")]
pub async fn panic_later() {
    panic!("on purpose");
}
