//! What calls are made of: clients, streams, challenges, each under a number.

use std::sync::{Mutex, MutexGuard, PoisonError, Weak};

use autoplus::{ActionChallenge, Client};

use super::slab::Slab;
use crate::notes::NativeNotes;
use crate::stream::NativeStream;
use crate::watch::NativeWatch;

static TARGETS: Mutex<Slab<Target>> = Mutex::new(Slab::new());

/// Something that has calls.
#[derive(Clone)]
pub(crate) enum Target {
    Client(Client),
    Action(ActionChallenge),
    /// These belong to Kotlin's own objects, and end with them.
    Stream(Weak<NativeStream>),
    Watch(Weak<NativeWatch>),
    Notes(Weak<NativeNotes>),
}

fn targets() -> MutexGuard<'static, Slab<Target>> {
    TARGETS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps it until it is let go of.
pub(super) fn keep(target: Target) -> i64 {
    targets().insert(target)
}

pub(super) fn get(number: i64) -> Option<Target> {
    targets().get_mut(number).cloned()
}

pub(super) fn let_go(number: i64) {
    let target = targets().remove(number);
    drop(target);
}

/// A client by its number.
pub(crate) fn client(number: i64) -> Option<Client> {
    match get(number) {
        Some(Target::Client(client)) => Some(client),
        _ => None,
    }
}

/// A number for as long as this lives.
#[derive(Debug)]
pub(crate) struct Number(i64);

impl Number {
    pub(crate) fn of(target: Target) -> Self {
        Self(keep(target))
    }

    pub(crate) fn get(&self) -> i64 {
        self.0
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        let_go(self.0);
    }
}
