//! What streams are doing, as JSON text.

use autoplus::{FollowedTrade, StreamStats};
use serde_json::{Value, json};

pub(crate) fn stats(stats: &StreamStats) -> String {
    json!({
        "streams": stats.streams,
        "trades": stats.trades,
        "pollsInFlight": stats.polls_in_flight,
        "waiting": stats.waiting,
        "silent": stats.silent,
        "polls": stats.polls,
        "events": stats.events,
        "reconnects": stats.reconnects,
        "gaps": stats.gaps,
        "dropped": stats.dropped,
        "notAdvancing": stats.not_advancing,
    })
    .to_string()
}

pub(crate) fn trades(followed: &[FollowedTrade]) -> String {
    Value::from_iter(followed.iter().map(trade)).to_string()
}

fn trade(followed: &FollowedTrade) -> Value {
    let mut shown = json!({
        "tradeId": followed.trade_id,
        "streams": followed.streams,
        "polling": followed.polling,
        "failures": followed.failures,
        "lag": followed.lag,
        "silent": followed.silent,
    });
    if let Some(ago) = followed.last_good_poll {
        shown["lastGoodPoll"] = json!(ago.as_secs_f64());
    }
    if let Some(error) = &followed.error {
        // A text of its own, as every error arrives.
        shown["error"] = json!(error.to_json());
    }
    shown
}
