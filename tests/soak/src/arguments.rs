//! What the command line says.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

pub(crate) const HELP: &str =
    "autoplus-soak [--minutes NUMBER] [--trades NUMBER] [--events NUMBER] [--life SECONDS] [--seed NUMBER]";

/// How long a run takes and what happens in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Events are made for this long; handling the last of them comes on top.
    pub(crate) time: Duration,
    pub(crate) trades: usize,
    pub(crate) events: usize,
    /// How long a long life lasts, of which the memory is measured.
    pub(crate) life: Duration,
    pub(crate) seed: u64,
}

impl Plan {
    /// Without arguments, the long form; with minutes only, as many trades and events as fit a small machine.
    pub(crate) fn of(mut given: impl Iterator<Item = String>) -> Result<Plan, String> {
        let (mut minutes, mut trades, mut events, mut life, mut seed) = (None, None, None, None, None);
        while let Some(name) = given.next() {
            let value = given.next().ok_or_else(|| format!("{name} needs a number"))?;
            match name.as_str() {
                "--minutes" => minutes = Some(number::<f64>(&name, &value)?),
                "--trades" => trades = Some(number(&name, &value)?),
                "--events" => events = Some(number(&name, &value)?),
                "--life" => life = Some(number(&name, &value)?),
                "--seed" => seed = Some(number(&name, &value)?),
                _ => return Err(format!("{name} is not known")),
            }
        }
        let is_short = minutes.is_some();
        let minutes = minutes.unwrap_or(20.0);
        if !(0.1..=600.0).contains(&minutes) {
            return Err(format!("--minutes must be from 0.1 to 600, not {minutes}"));
        }
        let time = Duration::from_secs_f64(minutes * 60.0);
        let plan = Plan {
            time,
            trades: trades.unwrap_or(if is_short { 150 } else { 1000 }),
            events: events.unwrap_or(if is_short { time.as_secs() as usize * 50 } else { 200_000 }),
            life: life.map_or(
                (time / 8).clamp(Duration::from_secs(10), Duration::from_secs(150)),
                Duration::from_secs,
            ),
            seed: seed.unwrap_or_else(|| fastrand::u64(..1_000_000)),
        };
        match plan.trades {
            0 => Err("--trades must be 1 or more".into()),
            _ => Ok(plan),
        }
    }
}

fn number<T: FromStr<Err: Display>>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|error| format!("{name} must be a number, not {value}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::Plan;

    fn plan(words: &str) -> Result<Plan, String> {
        Plan::of(words.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_long_form_is_what_was_promised() {
        let plan = plan("--seed 7").unwrap();
        assert_eq!((plan.trades, plan.events, plan.seed), (1000, 200_000, 7));
    }

    #[test]
    fn a_short_form_has_less_to_do() {
        let short = plan("--minutes 2").unwrap();
        assert_eq!((short.time.as_secs(), short.trades, short.events), (120, 150, 6000));
        assert_eq!(plan("--minutes 2 --trades 9 --events 10").unwrap().trades, 9);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (words, why) in [
            ("--minutes", "needs a number"),
            ("--minutes x", "not x"),
            ("--minutes 0", "from 0.1"),
            ("--hours 1", "not known"),
            ("--trades 0", "1 or more"),
        ] {
            assert!(plan(words).unwrap_err().contains(why), "{words}");
        }
    }
}
