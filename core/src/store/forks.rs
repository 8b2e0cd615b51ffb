//! What a fork must not leave behind: SQLite knows open files by process, so a child would take its parent's locks for
//! its own, and the parent would clear the log under the child's hands. Here a child closes what it inherited before it
//! opens anything.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError, Weak,
};
use std::thread;
use std::time::{Duration, Instant};

use super::sqlite::BUSY;
use super::sqlite::opened::Opened;
use super::trouble;
use crate::error::Error;

/// One store's file, open or not yet open in this process.
pub(super) type Slot = Arc<Held>;
type Held = Mutex<Option<Arc<Opened>>>;

/// The process that owns all that is open.
static OWNER: AtomicU32 = AtomicU32::new(0);
static SLOTS: Mutex<Vec<Weak<Held>>> = Mutex::new(Vec::new());
/// Read by whoever is at a store's file, written over a fork that is foreseen.
static AT_WORK: RwLock<()> = RwLock::new(());
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Held while a thread is at a store's file.
pub(super) fn at_work() -> RwLockReadGuard<'static, ()> {
    AT_WORK.read().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until no thread is at a store's file; none begins before this is dropped.
pub(crate) fn nobody_at_work() -> RwLockWriteGuard<'static, ()> {
    AT_WORK.write().unwrap_or_else(PoisonError::into_inner)
}

/// A slot that a fork, whenever it comes, will find.
pub(super) fn slot() -> Result<Slot, Error> {
    arrive()?;
    let slot = Slot::default();
    let mut slots = SLOTS.lock().unwrap_or_else(PoisonError::into_inner);
    slots.retain(|slot| slot.strong_count() > 0);
    slots.push(Arc::downgrade(&slot));
    Ok(slot)
}

/// Called before anything is done with a store: in a new process it closes what came along.
pub(super) fn arrive() -> Result<(), Error> {
    if OWNER.load(Ordering::Acquire) == std::process::id() {
        return Ok(());
    }
    let slots = at_rest(&SLOTS)?;
    if OWNER.load(Ordering::Acquire) != std::process::id() {
        for slot in slots.iter().filter_map(Weak::upgrade) {
            let mut slot = at_rest(&slot)?;
            if let Some(inherited) = &*slot {
                inherited.abandon()?;
            }
            *slot = None;
        }
        OWNER.store(std::process::id(), Ordering::Release);
    }
    Ok(())
}

/// A lock that a thread of the other process held at the fork is never let go of.
pub(super) fn at_rest<T>(lock: &Mutex<T>) -> Result<MutexGuard<'_, T>, Error> {
    let end = Instant::now() + BUSY;
    loop {
        match lock.try_lock() {
            Ok(guard) => return Ok(guard),
            Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() < end => thread::sleep(LOOK_AGAIN),
            Err(TryLockError::WouldBlock) => {
                return Err(trouble(
                    "store: this process was forked while another thread was at a store. Fork before any client is made, or start a new process instead",
                ));
            }
        }
    }
}
