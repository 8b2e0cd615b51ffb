//! What everybody in one schedule shares: the simulator, the ledger, the transcript, the time.

use std::cell::Cell;
use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use autoplus_simulator::{Config, Embedded};
use serde_json::Value;
use tokio::time::Instant;

use crate::asking::Asked;
use crate::climate::Climate;
use crate::dice::Dice;
use crate::ledger::Ledger;
use crate::plant::Plant;

/// Where every schedule's time begins, in Unix seconds.
const START: u32 = 1_800_000_000;

thread_local! {
    /// When the schedule of this thread began, and how far its machine's clock is off, in seconds.
    static MACHINE: Cell<(Option<Instant>, i64)> = const { Cell::new((None, 0)) };
}

pub(crate) struct Scene {
    pub(crate) simulator: Embedded,
    pub(crate) climate: Climate,
    pub(crate) plant: Option<Plant>,
    ledger: Mutex<Ledger>,
    /// What its askers left open.
    loose: Mutex<Vec<Asked>>,
    transcript: Mutex<Vec<String>>,
    began: Instant,
    calm: AtomicBool,
}

impl Scene {
    /// A scene that begins now, on the clock of the runtime that this is called in.
    pub(crate) fn new(seed: u64, climate: Climate, plant: Option<Plant>) -> Arc<Scene> {
        let began = Instant::now();
        MACHINE.set((Some(began), climate.machine_skew));
        let config = Config { seed, start_time: Some(START), ..Config::default() };
        Arc::new(Scene {
            simulator: Embedded::new(&config),
            climate,
            plant,
            ledger: Mutex::default(),
            loose: Mutex::default(),
            transcript: Mutex::default(),
            began,
            calm: AtomicBool::new(false),
        })
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn loose(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.loose.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// A line of the transcript.
    pub(crate) fn say(&self, who: &str, what: impl Display) {
        let line = format!("{:>9.3}  {who:<18} {what}", self.elapsed().as_secs_f64());
        self.transcript.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    pub(crate) fn take_transcript(&self) -> Vec<String> {
        std::mem::take(&mut self.transcript.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A control command by somebody in the schedule. What is impossible at the moment is no trouble: nothing happens.
    pub(crate) fn control(&self, who: &str, command: &Value) -> Option<Value> {
        let result = self.simulator.control(command);
        match &result {
            Ok(_) => self.say(who, command),
            Err(why) => self.say(who, format_args!("{command}: {why}")),
        }
        result.ok()
    }

    pub(crate) fn is_calm(&self) -> bool {
        self.calm.load(Ordering::Relaxed)
    }

    pub(crate) fn calm_down(&self) {
        self.calm.store(true, Ordering::Relaxed);
    }

    /// Sleeps for up to that long.
    pub(crate) async fn rest(&self, dice: &mut Dice, from: f64, to: f64) {
        tokio::time::sleep(dice.seconds(from, to)).await;
    }
}

/// The clock of the machine that the clients run on.
pub(crate) fn machine_clock() -> SystemTime {
    let (began, skew) = MACHINE.get();
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(START.into());
    let now = now + began.map(|began| began.elapsed()).unwrap_or_default();
    match u64::try_from(skew) {
        Ok(ahead) => now + Duration::from_secs(ahead),
        Err(_) => now - Duration::from_secs(skew.unsigned_abs()),
    }
}
