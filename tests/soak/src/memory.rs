//! How much memory workers hold, and whether that stays the same.

use std::fmt;
use std::time::Duration;

/// One long life.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LongLife {
    pub(crate) lasted: Duration,
    /// KiB after half of it, when everything was open long ago.
    pub(crate) halfway: u64,
    pub(crate) end: u64,
}

impl fmt::Display for LongLife {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |kib: u64| kib as f64 / 1024.0;
        write!(f, "{:.1} to {:.1} MiB in {} s", mib(self.halfway), mib(self.end), self.lasted.as_secs())
    }
}

/// What is wrong with the memory of all long lives, in their order: within a life, and from life to life.
pub(crate) fn growth(lives: &[LongLife]) -> Vec<String> {
    let grows = |from: u64, to: u64| to > from + from / 6 + 4096;
    let within = lives.iter().filter(|life| grows(life.halfway, life.end));
    let within = within.map(|life| format!("memory grows within a life: {life}"));
    let across = match lives {
        [first, .., last] if grows(first.end, last.end) => {
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

    fn life(halfway: u64, end: u64) -> LongLife {
        LongLife { lasted: Duration::from_secs(45), halfway: halfway * 1024, end: end * 1024 }
    }

    #[test]
    fn what_stays_the_same_is_fine() {
        assert!(growth(&[life(40, 41), life(42, 40), life(39, 43)]).is_empty());
        assert!(growth(&[]).is_empty());
    }

    #[test]
    fn what_grows_is_told() {
        assert!(growth(&[life(40, 52)])[0].contains("40.0 to 52.0 MiB in 45 s"));
        assert!(growth(&[life(40, 40), life(43, 43), life(52, 52)])[0].contains("from life to life"));
    }
}
