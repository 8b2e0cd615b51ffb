//! How one schedule's world is: which answers to the API's open questions hold in it, how its clocks go, how stormy it is.
//! Only worlds that keep what the rules silently need: see docs/how-it-works.md.

use serde_json::{Value, json};

use crate::dice::Dice;

#[derive(Debug)]
pub(crate) struct Climate {
    /// The simulator's switches.
    pub(crate) settings: Value,
    /// By how many seconds the machine's clock is ahead of the true time.
    pub(crate) machine_skew: i64,
    /// Seconds between two mishaps, on average.
    pub(crate) pace: f64,
    /// How long it storms.
    pub(crate) storm: f64,
    /// Whether people make moves in Discord, too.
    pub(crate) discord: bool,
    /// Percent of requests whose connection can't even be opened.
    pub(crate) unreachable: u32,
}

/// A request that is put off, or arrives a second time, does so within this many seconds: what was accepted before its
/// expiry is done within one attempt and a margin of it.
pub(crate) const LONGEST_DELAY: f64 = 18.0;

impl Climate {
    pub(crate) fn roll(dice: &mut Dice) -> Climate {
        let dated = dice.percent(80);
        let skew = if dice.percent(50) { 0 } else { dice.number(-600, 600) };
        let settings = json!({
            "do": "settings",
            "hide_closed": dice.percent(70),
            "auto_confirm_deposit": dice.percent(40),
            "executions": dice.weighted(&[(70, "complete"), (15, "fail"), (15, "hold")]),
            "execution_silence": if dice.percent(50) { 0 } else { dice.number(1, 550) },
            "claim_status": dice.weighted(&[(80, "unchanged"), (10, "sending"), (10, "completed")]),
            "empty_changes": dice.percent(10),
            "send_date": dated,
            "date_skew": skew,
            "expiry_skew": if dice.percent(80) { 0 } else { dice.number(0, 30) },
            // Longer than a create may be repeated, with all the time that is skipped.
            "keys_kept": dice.pick(&[4 * 3600, 24 * 3600]),
            "in_flight": dice.pick(&["process", "conflict"]),
            "failed_answers": dice.pick(&["none", "refusals", "all"]),
            "key_lookup": dice.pick(&["first", "after_expiry"]),
            "expiry_checked": dice.pick(&["arrival", "processing"]),
            "older_challenge": dice.pick(&["void", "valid"]),
            "aborted_poll": if dice.percent(60) { 0 } else { dice.number(1, 60) },
        });
        Climate {
            settings,
            machine_skew: if dice.percent(50) { 0 } else { dice.number(-600, 600) },
            pace: dice.pick(&[1.5, 3.0, 6.0, 15.0]),
            storm: dice.number(60, 900) as f64,
            discord: dice.percent(40),
            unreachable: dice.pick(&[0, 0, 2, 8]),
        }
    }

    pub(crate) fn is(&self, switch: &str, value: &str) -> bool {
        self.settings[switch] == value
    }

    pub(crate) fn has(&self, switch: &str) -> bool {
        self.settings[switch] == true
    }
}
