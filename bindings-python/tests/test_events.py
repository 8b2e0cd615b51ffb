"""Following a trade, blocking."""

import itertools

import pytest

from autoplus import Client, InvalidError, NotFoundError, StreamEnd
from autoplus.testing import Simulator


def test_a_stream_ends_with_the_trade(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade(until="waitingAddress")
    sim.settings(hold_executions=True)
    with sender.events(opened.id) as events:
        assert next(events).type == "trade.snapshot"
        sim.act(opened, "receiver", "claim")
        sim.execution(opened, "completed")
        types = [event.type for event in events]
        assert types[-1] == "trade.closed"
        assert events.end == StreamEnd("closed", "released")  # type: ignore[arg-type]
        assert next(events, None) is None


def test_a_stream_goes_on_where_another_stopped(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    with sender.events(opened.id) as events:
        seen = next(events)
        assert events.offset == seen.offset
    sim.act(opened, "sender", "confirm_identification")
    sim.act(opened, "receiver", "confirm_identification")
    with sender.events(opened.id, start_after=seen.offset) as events:
        first, *others = itertools.islice(events, 2)
    assert first.id > seen.id
    assert first.gap is None
    with sender.events(opened.id, start_after=first.offset) as events:
        assert next(events) == others[0]


def test_an_offset_is_an_integer(sender: Client) -> None:
    for odd in (True, "5", 1.5):
        with pytest.raises(TypeError, match=r"^start_after: .* got (bool|str|float)$"):
            sender.events("1", start_after=odd)  # type: ignore[arg-type]
    with pytest.raises(InvalidError, match=r"^start_after: "):
        sender.events("1", start_after=2**63)


def test_batches(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade(until="waitingAction")
    with sender.events(opened.id, start_after=0) as events:
        batch = events.next_batch(3)
        assert len(batch) == 3
        assert [event.id for event in batch] == sorted(event.id for event in batch)
        assert events.next_batch(1)[0].id > batch[-1].id


def test_lost_history_shows_as_a_gap(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    with sender.events(opened.id) as events:
        offset = next(events).offset
    sim.act(opened, "sender", "confirm_identification")
    sim.expire_history(opened)
    with sender.events(opened.id, start_after=offset) as events:
        event = next(events)
    assert event.type == "trade.snapshot"
    assert event.gap is not None
    assert event.gap.last_known is None


def test_a_trade_that_is_not_there_is_an_error(sim: Simulator, sender: Client) -> None:
    with pytest.raises(NotFoundError):
        next(sender.events("300000000000000009"))


def test_leaving_the_block_closes_the_stream(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    with sender.events(opened.id) as events:
        next(events)
    assert next(events, None) is None
    assert events.trade_id == opened.id
