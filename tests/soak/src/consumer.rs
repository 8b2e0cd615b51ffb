//! One consumer name: its worker lives, is killed, and lives again on the same store.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::checker::Checker;
use crate::history::History;
use crate::line::Line;
use crate::market::SENDER;
use crate::memory::{LOOKS, LongLife};
use crate::process::Process;
use crate::task::{Handling, Task};

/// Every so many lives, one is long.
const LONG: usize = 6;

pub(crate) struct Consumer {
    name: &'static str,
    folder: PathBuf,
    base_url: String,
    /// How long a long life lasts.
    long: Duration,
    /// How long it rests between two lives, at most.
    rest: Duration,
    dice: fastrand::Rng,
    process: Option<Process>,
    /// When the worker is killed, or the next one is started.
    turns: Instant,
    /// KiB that the worker held, at equal distances.
    memory: Vec<u64>,
    pub(crate) checker: Checker,
    pub(crate) lives: usize,
    pub(crate) kills: usize,
    pub(crate) long_lives: Vec<LongLife>,
}

impl Consumer {
    pub(crate) fn new(
        name: &'static str,
        folder: &Path,
        base_url: &str,
        seed: u64,
        [long, rest]: [Duration; 2],
    ) -> Consumer {
        Consumer {
            name,
            folder: folder.to_owned(),
            base_url: base_url.to_owned(),
            long,
            rest,
            dice: fastrand::Rng::with_seed(seed),
            process: None,
            turns: Instant::now(),
            memory: Vec::new(),
            checker: Checker::new(),
            lives: 0,
            kills: 0,
            long_lives: Vec::new(),
        }
    }

    /// Reads what was handled, and lets the worker live or die.
    pub(crate) fn go_on(&mut self, history: &History) {
        self.read(history);
        self.measure();
        if Instant::now() < self.turns {
            return;
        }
        match self.process.take() {
            None => self.start(Some(self.folder.join("trades"))),
            Some(process) => {
                self.remember(&process);
                // Now and then one ends in its own way.
                let lines = if self.dice.u8(..8) == 0 { process.stop() } else { self.kill(process) };
                self.take(lines, history);
                let rest = self.rest.mul_f64(self.dice.f64());
                self.turns = Instant::now() + rest;
            }
        }
    }

    /// The last life, which nothing cuts short. It knows the trades from the store alone.
    pub(crate) fn begin_last_life(&mut self, history: &History) {
        if let Some(process) = self.process.take() {
            let lines = self.kill(process);
            self.take(lines, history);
        }
        self.start(None);
    }

    pub(crate) fn read(&mut self, history: &History) {
        let Some(process) = &mut self.process else { return };
        let ended = process.ended().map(Line::Wrong);
        let has_ended = ended.is_some();
        let lines = process.lines().into_iter().chain(ended).collect();
        self.take(lines, history);
        if has_ended {
            self.process = None;
            self.turns = Instant::now() + Duration::from_secs(1);
        }
    }

    pub(crate) fn end(&mut self, history: &History) {
        let lines = self.process.take().map(Process::stop).unwrap_or_default();
        self.take(lines, history);
        self.checker.end(history);
    }

    fn kill(&mut self, process: Process) -> Vec<Line> {
        self.kills += 1;
        process.kill()
    }

    fn take(&mut self, lines: Vec<Line>, history: &History) {
        lines.into_iter().for_each(|line| self.checker.read(line, history));
    }

    fn start(&mut self, trades: Option<PathBuf>) {
        let handling = match self.dice.u8(..3) {
            // Long lives are compared: they all work in the same way.
            _ if self.is_long() => Handling::SideBySide(16),
            0 => Handling::OneByOne,
            1 => Handling::SideBySide(self.dice.usize(1..20)),
            _ => Handling::ByWorkers(self.dice.usize(1..20)),
        };
        let task = Task {
            base_url: self.base_url.clone(),
            user_id: SENDER.0.into(),
            token: SENDER.1.into(),
            store: self.folder.join("store.db"),
            consumer: self.name.into(),
            log: self.folder.join(format!("{}.{}.log", self.name, self.lives)),
            trades,
            handling,
            seed: self.dice.u64(..),
        };
        self.checker.new_life(format!("{}, life {}, {handling:?}", self.name, self.lives));
        self.process = Some(Process::start(&task));
        let lasts = if self.is_long() { self.long } else { Duration::from_millis(self.dice.u64(1500..6000)) };
        self.turns = Instant::now() + lasts;
        self.memory.clear();
        self.lives += 1;
    }

    /// Whether the life that begins, or the one under way, is a long one.
    fn is_long(&self) -> bool {
        self.lives % LONG == if self.process.is_some() { 3 } else { 2 }
    }

    fn measure(&mut self) {
        let Some(process) = &self.process else { return };
        let next = self.memory.len() as u32 + 1;
        if process.age() >= self.long * next / LOOKS {
            self.memory.extend(process.memory());
        }
    }

    fn remember(&mut self, process: &Process) {
        let lasted = process.age();
        if lasted >= self.long && self.memory.len() as u32 >= LOOKS - 1 {
            self.memory.extend(process.memory());
            self.long_lives.push(LongLife { lasted, memory: std::mem::take(&mut self.memory) });
        }
    }
}
