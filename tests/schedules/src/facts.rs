//! What the simulator saw of a trade, and which attempt a move may come from.

use serde_json::{Value, json};

use crate::ledger::Attempt;
use crate::scene::Scene;
use crate::words::{Deed, Told, Verdict};

/// A move as the simulator lists it.
pub(crate) struct Move {
    /// As [`Deed::as_str`].
    pub(crate) deed: String,
    pub(crate) user: String,
    /// Made through the API, not in Discord.
    pub(crate) is_ours: bool,
    /// What the request carried.
    pub(crate) body: Value,
}

/// All that the simulator knows of one trade.
pub(crate) struct Facts {
    pub(crate) id: String,
    all: Value,
    pub(crate) moves: Vec<Move>,
}

impl Facts {
    pub(crate) fn of(scene: &Scene, id: &str) -> Option<Facts> {
        let all = scene.simulator.control(&json!({"do": "inspect", "trade": id})).ok()?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let read = |made: &Value| Move {
            deed: text(&made["do"]),
            user: text(&made["user"]),
            is_ours: made["through"] == "api",
            body: made["body"].as_str().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default(),
        };
        let moves = all["moves"].as_array()?.iter().map(read).collect();
        Some(Facts { id: id.to_owned(), all, moves })
    }

    pub(crate) fn status(&self) -> &str {
        self.all["status"].as_str().unwrap_or_default()
    }

    pub(crate) fn lost_history(&self) -> bool {
        self.all["dropped_event"].as_i64().unwrap_or_default() > 0
    }

    fn has_failed_transfers(&self) -> bool {
        self.all["transfers"].as_array().into_iter().flatten().any(|transfer| transfer["status"] == "failed")
    }
}

/// Whether a move may be this attempt's: same deed, trade and account, and every reviewed value in the request.
pub(crate) fn is_of(attempt: &Attempt, made: &Move, trade: &Facts) -> bool {
    let here = attempt.trade.as_ref().is_none_or(|id| *id == trade.id);
    let same = made.deed == attempt.deed.as_str() && made.user == attempt.user;
    let carried =
        || attempt.carries.as_object().into_iter().flatten().all(|(field, value)| made.body[field] == *value);
    here && same && carried()
}

/// What a claim's object tells no more once its transfer failed is no word about whether it was made.
pub(crate) fn verdict(attempt: &Attempt, trade: &Facts) -> Verdict {
    let told_not_done = attempt.told.contains(&Told::NotDone);
    match attempt.verdict() {
        Verdict::NotDone if attempt.deed == Deed::Claim && trade.has_failed_transfers() && !told_not_done => {
            Verdict::Untold
        }
        verdict => verdict,
    }
}
