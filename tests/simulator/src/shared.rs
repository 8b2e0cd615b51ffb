//! The world behind its lock, and who is woken when it changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::control;
use crate::world::World;

/// What all connections and control calls share.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    began: Instant,
    /// Rung when the next thing that is due has another time.
    timer: Notify,
}

#[derive(Debug)]
struct State {
    world: World,
    /// One bell for each trade that somebody polls.
    bells: HashMap<String, Arc<Notify>>,
}

impl Shared {
    pub(crate) fn new(world: World) -> Shared {
        let state = Mutex::new(State { world, bells: HashMap::new() });
        Shared { state, began: Instant::now(), timer: Notify::new() }
    }

    /// Works on the world at the current time, then wakes whom it concerns.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut World) -> R) -> R {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let was_due = state.world.next_due();
        state.world.elapsed(self.began.elapsed().as_millis() as i64);
        let result = work(&mut state.world);
        for trade in state.world.take_changed() {
            if let Some(bell) = state.bells.get(&trade) {
                bell.notify_waiters();
            }
        }
        if state.world.next_due() != was_due {
            self.timer.notify_one();
        }
        result
    }

    pub(crate) fn control(&self, command: &str) -> Result<String, String> {
        self.with(|world| control::run(world, command))
    }

    /// The bell of a trade; listen before looking, so that nothing is missed.
    pub(crate) fn bell(&self, trade: &str) -> Arc<Notify> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.bells.entry(trade.to_owned()).or_default().clone()
    }

    /// Does what is due when it is due, for ever.
    pub(crate) async fn keep_time(&self) {
        loop {
            let wait = self.with(|world| world.next_due().map(|due| (due - world.now()).max(0) as u64));
            match wait {
                None => self.timer.notified().await,
                Some(wait) => tokio::select! {
                    biased;
                    () = tokio::time::sleep(Duration::from_millis(wait)) => {}
                    () = self.timer.notified() => {}
                },
            }
        }
    }
}
