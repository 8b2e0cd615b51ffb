//! What is done around a fork that Python tells of.

use std::cell::RefCell;
use std::sync::RwLockWriteGuard;

use autoplus::bridge::nobody_at_work;
use pyo3::prelude::pyfunction;

thread_local! {
    /// The thread that forks is the one that the child has.
    static HELD: RefCell<Option<RwLockWriteGuard<'static, ()>>> = const { RefCell::new(None) };
}

/// Waits until no thread is in the middle of a store's file, where it would leave locks behind that nobody in the child lets
/// go of. None of those threads waits for the GIL.
#[pyfunction]
pub(crate) fn before_fork() {
    let held = nobody_at_work();
    HELD.set(Some(held));
}

/// In the parent and in the child.
#[pyfunction]
pub(crate) fn after_fork() {
    HELD.take();
}
