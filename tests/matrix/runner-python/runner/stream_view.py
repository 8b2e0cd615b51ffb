"""Canonical views of what follows trades: streams, watches, and what they tell of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import autoplus

from .view import Made, error, event, made


def stream(stream: Any) -> Made:
    return made(trade_id=stream.trade_id, consumer=stream.consumer, offset=stream.offset)


def events(taken: Iterable[autoplus.TradeEvent], end: autoplus.StreamEnd | None) -> Made:
    return {"events": [event(item) for item in taken], **ended(end)}


def ended(end: autoplus.StreamEnd | None) -> Made:
    return made() if end is None else made(end=end.kind, outcome=end.outcome)


def watch(watch: Any) -> Made:
    return made(consumer=watch.consumer)


def items(taken: Iterable[autoplus.Watched]) -> Made:
    """By trade, each trade's in the order in which they came."""
    return {"items": [item(given) for given in sorted(taken, key=lambda given: given.trade_id)]}


def item(given: autoplus.Watched) -> Made:
    match given:
        case autoplus.WatchedEvent(happened):
            return made(trade_id=given.trade_id, event=event(happened))
        case autoplus.WatchedEnd(trade_id, end):
            return {**made(trade_id=trade_id), **ended(end)}
        case autoplus.WatchedFailure(trade_id, why, over):
            return made(trade_id=trade_id, error=error(why), over=over)


def note(note: autoplus.StreamNote) -> Made:
    return made(
        trade_id=note.trade_id,
        change=note.change,
        error=note.error and note.error.kind,
        has_silence=note.silent_for is not None,
    )


def stream_stats(stats: autoplus.StreamStats) -> Made:
    return made(
        streams=stats.streams,
        trades=stats.trades,
        polls_in_flight=stats.polls_in_flight,
        waiting=stats.waiting,
        silent=stats.silent,
        polls=stats.polls,
        events=stats.events,
        reconnects=stats.reconnects,
        gaps=stats.gaps,
        dropped=stats.dropped,
        not_advancing=stats.not_advancing,
    )


def followed_trade(followed: autoplus.FollowedTrade) -> Made:
    return made(
        trade_id=followed.trade_id,
        streams=followed.streams,
        polling=followed.polling,
        has_good_poll=followed.last_good_poll is not None,
        failures=followed.failures,
        lag=followed.lag,
        silent=followed.silent,
        error=followed.error and followed.error.kind,
    )
