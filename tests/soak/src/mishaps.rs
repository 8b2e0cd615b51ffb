//! What goes wrong on the server and on the way to it, at random.

use serde_json::{Value, json};

/// Seconds between two mishaps of a kind, about.
const CUT: f64 = 1.5;
const EXPIRE: f64 = 2.0;
const LOSE: f64 = 5.0;
const FAIL: f64 = 6.0;
const ODD: f64 = 3.0;

/// The commands for the next bit of time.
pub(crate) fn draw(dice: &mut fastrand::Rng, seconds: f64) -> Vec<Value> {
    const POLLS: &str = "GET /trades/{id}/events";
    let mut commands = Vec::new();
    let mut comes = |every: f64| dice.f64() * every < seconds;
    let [cut, expire, lose, fail, odd] = [CUT, EXPIRE, LOSE, FAIL, ODD].map(&mut comes);
    if cut {
        let share = if dice.u8(..10) == 0 { 1.0 } else { dice.f64() * 0.2 };
        commands.push(json!({"do": "cut", "share": share}));
    }
    if expire {
        let share = if dice.u8(..10) == 0 { 1.0 } else { dice.f64() * 0.1 };
        commands.push(json!({"do": "expire_history", "share": share}));
    }
    if lose {
        // Until the next draw of it.
        let share = if dice.bool() { 0.0 } else { dice.f64() * 0.3 };
        commands.push(json!({"do": "settings", "lost_polls": share}));
    }
    if fail {
        let status = [429, 500, 502, 503, 504][dice.usize(..5)];
        let (times, skip) = (dice.u32(1..40), dice.u32(..20));
        commands.push(json!({"do": "fault", "on": POLLS, "kind": "status", "status": status, "times": times, "skip": skip}));
    }
    if odd {
        let kind = ["repeated", "stuck", "cut_body", "slow_body", "html", "lost_before"][dice.usize(..6)];
        commands.push(json!({"do": "fault", "on": POLLS, "kind": kind, "times": dice.u32(1..10)}));
    }
    commands
}

/// Nothing goes wrong any more.
pub(crate) fn none() -> [Value; 2] {
    [json!({"do": "calm"}), json!({"do": "settings", "lost_polls": 0})]
}
