//! How much memory workers hold, and whether that stays the same.

use std::fmt;
use std::time::Duration;

/// How often the memory of a long life is looked at.
pub(crate) const LOOKS: u32 = 10;

/// One long life.
#[derive(Debug, Clone)]
pub(crate) struct LongLife {
    pub(crate) lasted: Duration,
    /// KiB at equal distances; the last at its end.
    pub(crate) memory: Vec<u64>,
}

impl LongLife {
    /// After half of it, when everything was open long ago.
    fn halfway(&self) -> u64 {
        self.memory.get(self.memory.len().saturating_sub(1) / 2).copied().unwrap_or(0)
    }

    fn end(&self) -> u64 {
        self.memory.last().copied().unwrap_or(0)
    }
}

impl fmt::Display for LongLife {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |kib: &u64| format!("{:.1}", *kib as f64 / 1024.0);
        let memory: Vec<String> = self.memory.iter().map(mib).collect();
        write!(f, "{} MiB over {} s", memory.join(" "), self.lasted.as_secs())
    }
}

/// What is wrong with the memory of all long lives, in their order: within a life, and from life to life.
pub(crate) fn growth(lives: &[LongLife]) -> Vec<String> {
    let grows = |from: u64, to: u64| to > from + from / 6 + 4096;
    let within = lives.iter().filter(|life| grows(life.halfway(), life.end()));
    let within = within.map(|life| format!("memory grows within a life: {life}"));
    let across = match lives {
        [first, .., last] if grows(first.end(), last.end()) => {
            Some(format!("memory grows from life to life: {first}, at last {last}"))
        }
        _ => None,
    };
    within.chain(across).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{LongLife, growth};

    fn life(memory: [u64; 4]) -> LongLife {
        LongLife { lasted: Duration::from_secs(45), memory: memory.map(|mib| mib * 1024).to_vec() }
    }

    #[test]
    fn what_stays_the_same_is_fine() {
        assert!(growth(&[life([9, 40, 41, 41]), life([9, 42, 50, 40]), life([9, 39, 41, 43])]).is_empty());
        assert!(growth(&[]).is_empty());
    }

    #[test]
    fn what_grows_is_told() {
        assert!(growth(&[life([9, 40, 50, 52])])[0].contains("9.0 40.0 50.0 52.0 MiB over 45 s"));
        let lives = [life([9, 40, 40, 40]), life([9, 43, 43, 43]), life([9, 52, 52, 52])];
        assert!(growth(&lives)[0].contains("from life to life"));
    }
}
