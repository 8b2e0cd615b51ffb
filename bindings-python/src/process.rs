//! What belongs to one process.

use std::sync::OnceLock;

/// A value per process: after a fork the child makes its own, and neither uses nor drops what it inherited, which may be
/// locked by a thread that it doesn't have.
pub(crate) struct PerProcess<T: 'static>(OnceLock<Box<Owned<T>>>);

struct Owned<T: 'static> {
    process: u32,
    value: T,
    /// For a child of this process.
    child: PerProcess<T>,
}

impl<T> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    pub(crate) fn get(&'static self, make: fn() -> T) -> &'static T {
        let process = std::process::id();
        let mut place = self;
        loop {
            let owned =
                place.0.get_or_init(|| Box::new(Owned { process, value: make(), child: Self::new() }));
            if owned.process == process {
                return &owned.value;
            }
            place = &owned.child;
        }
    }
}
