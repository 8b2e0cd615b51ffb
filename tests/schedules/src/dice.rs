//! Chance from one seed. Everybody in a schedule has dice of their own, so that what one does moves nobody else's.

use std::time::Duration;

use fastrand::Rng;

#[derive(Debug)]
pub(crate) struct Dice(Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(Rng::with_seed(seed))
    }

    /// Dice for somebody else.
    pub(crate) fn fork(&mut self) -> Dice {
        Dice(self.0.fork())
    }

    pub(crate) fn percent(&mut self, percent: u32) -> bool {
        self.0.u32(..100) < percent
    }

    /// Up to and with `to`.
    pub(crate) fn number(&mut self, from: i64, to: i64) -> i64 {
        self.0.i64(from..=to)
    }

    pub(crate) fn seconds(&mut self, from: f64, to: f64) -> Duration {
        Duration::from_secs_f64(from + (to - from) * self.0.f64())
    }

    pub(crate) fn milliseconds(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(self.0.u64(from..=to))
    }

    /// How long a caller waits before giving up: not at all, for less than an answer takes, or rather long.
    pub(crate) fn patience(&mut self) -> Duration {
        let most = self.pick(&[5, 300, 20_000]);
        self.milliseconds(0, most)
    }

    /// One of several; there must be one.
    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.0.usize(..of.len())].clone()
    }

    /// One of several, each as often as its weight says.
    pub(crate) fn weighted<T: Clone>(&mut self, of: &[(u32, T)]) -> T {
        let all: u32 = of.iter().map(|(weight, _)| weight).sum();
        let mut left = self.0.u32(..all);
        for (weight, thing) in of {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return thing.clone(),
            }
        }
        of[0].1.clone()
    }

    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        self.0.shuffle(things);
    }

    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}
