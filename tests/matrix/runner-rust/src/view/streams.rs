//! Views of events, and of what follows them.

use autoplus::{
    EventStream, Execution, ExecutionState, FollowedTrade, Gap, StreamChange, StreamEnd, StreamNote,
    StreamStats, TradeEvent, Watched,
};
use serde_json::Value;

use super::{View, error, trade};

pub(crate) fn events(events: &[TradeEvent], end: Option<&StreamEnd>) -> Value {
    let view = View::default().with("events", events.iter().map(event).collect::<Vec<_>>());
    match end {
        Some(end) => view.stream_end(end),
        None => view,
    }
    .end()
}

pub(crate) fn stream(stream: &EventStream) -> Value {
    let view = View::default().with("tradeId", stream.trade_id());
    view.maybe("consumer", stream.consumer()).maybe("offset", stream.offset()).end()
}

pub(crate) fn watched(watched: &Watched) -> Value {
    let view = View::default().with("tradeId", watched.trade_id());
    match watched {
        Watched::Event(happened) => view.with("event", event(happened)),
        Watched::Ended { end, .. } => view.stream_end(end),
        Watched::Failed { error: why, over, .. } => view.with("error", error(why)).with("over", *over),
        other => view.with("unknown", format!("{other:?}")),
    }
    .end()
}

pub(crate) fn stream_stats(stats: &StreamStats) -> Value {
    View::default()
        .with("streams", stats.streams)
        .with("trades", stats.trades)
        .with("pollsInFlight", stats.polls_in_flight)
        .with("waiting", stats.waiting)
        .with("silent", stats.silent)
        .with("polls", stats.polls)
        .with("events", stats.events)
        .with("reconnects", stats.reconnects)
        .with("gaps", stats.gaps)
        .with("dropped", stats.dropped)
        .with("notAdvancing", stats.not_advancing)
        .end()
}

pub(crate) fn followed_trade(followed: &FollowedTrade) -> Value {
    View::default()
        .with("tradeId", followed.trade_id.as_str())
        .with("streams", followed.streams)
        .with("polling", followed.polling)
        .with("hasGoodPoll", followed.last_good_poll.is_some())
        .with("failures", followed.failures)
        .with("lag", followed.lag)
        .with("silent", followed.silent)
        .maybe("error", followed.error.as_ref().map(|error| error.kind().as_str()))
        .end()
}

pub(crate) fn note(note: &StreamNote) -> Value {
    View::default()
        .with("tradeId", note.trade_id.as_str())
        .with("change", note.change.as_str())
        .maybe("error", note.change.error().map(|error| error.kind().as_str()))
        .with("hasSilence", matches!(note.change, StreamChange::Silent(_)))
        .end()
}

fn event(event: &TradeEvent) -> Value {
    View::default()
        .with("id", event.id())
        .word("type", event.kind().as_str(), event.kind().is_known())
        .time("occurredAt", Some(event.occurred_at()))
        .with("offset", event.offset())
        .with("trade", trade(event.trade()))
        .outcome(event.changes().outcome().as_ref())
        .maybe("execution", event.changes().execution().as_ref().map(execution))
        .maybe("gap", event.gap().map(gap))
        .extra(event.extra())
        .end()
}

fn execution(execution: &Execution) -> Value {
    let state = execution.state();
    View::default()
        .maybe("id", execution.id())
        .word("state", state.as_str(), !matches!(state, ExecutionState::Unknown(_)))
        .maybe("reason", execution.reason())
        .end()
}

fn gap(gap: &Gap) -> Value {
    View::default().with("fields", gap.fields()).maybe("lastKnown", gap.last_known().map(trade)).end()
}
