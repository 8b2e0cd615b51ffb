//! Many seeds, one runtime per thread, and what all of them gave together.

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use crate::findings::Findings;
use crate::plant::Plant;
use crate::play::{Played, play};

/// The sum of what many seeds gave.
#[derive(Debug, Default)]
pub struct Harvest {
    pub passed: u64,
    pub failed: u64,
    pub calls: u64,
    pub requests: u64,
    pub events: u64,
    pub seconds: f64,
    pub verdicts: BTreeMap<(&'static str, &'static str), u64>,
    pub unknown: BTreeMap<(&'static str, &'static str), u64>,
    pub echoes: BTreeMap<&'static str, u64>,
    pub faults: BTreeMap<String, u64>,
    pub ends: BTreeMap<String, u64>,
}

impl Harvest {
    fn take(&mut self, findings: &Findings) {
        match findings.problems.is_empty() {
            true => self.passed += 1,
            false => self.failed += 1,
        }
        self.calls += findings.calls;
        self.requests += findings.requests;
        self.events += findings.events;
        add(&mut self.verdicts, &findings.verdicts);
        add(&mut self.unknown, &findings.unknown);
        add(&mut self.echoes, &findings.echoes);
        add(&mut self.faults, &findings.faults);
        add(&mut self.ends, &findings.ends);
    }
}

fn add<K: Ord + Clone>(to: &mut BTreeMap<K, u64>, more: &BTreeMap<K, u64>) {
    for (key, count) in more {
        *to.entry(key.clone()).or_default() += count;
    }
}

/// Plays seeds on all processors; `each` hears of every one as it ends.
pub fn sow(first: u64, count: u64, plant: Option<Plant>, mut each: impl FnMut(&Played)) -> Harvest {
    let (began, next) = (Instant::now(), AtomicU64::new(first));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut harvest = Harvest::default();
    thread::scope(|scope| {
        let (done, all) = mpsc::channel();
        for _ in 0..threads {
            let (done, next) = (done.clone(), &next);
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count || done.send(play_safely(seed, plant)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        for played in all {
            harvest.take(&played.findings);
            each(&played);
        }
    });
    harvest.seconds = began.elapsed().as_secs_f64();
    harvest
}

fn play_safely(seed: u64, plant: Option<Plant>) -> Played {
    catch_unwind(|| play(seed, plant)).unwrap_or_else(|_| Played::broken(seed, "a panic; see above"))
}
