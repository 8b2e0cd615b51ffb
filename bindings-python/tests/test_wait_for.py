"""Waiting for something to become true of a trade, and what streams tell of themselves."""

import asyncio
import time
from threading import Thread, Timer

import pytest

from autoplus import (
    AsyncClient,
    CallTimeoutError,
    Client,
    ClosedError,
    ConflictError,
    FollowedTrade,
    InvalidError,
    NotFoundError,
    StreamStats,
    Trade,
)
from autoplus.testing import Simulator
from conftest import play, soon, soon_after


def has_deposit(trade: Trade) -> bool:
    return trade.amount is not None


def nothing_polls(sim: Simulator) -> bool:
    return bool(sim.polls()["waiting"] == 0)


def test_it_gives_the_trade_as_it_stood_then(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade(until="waitingReceive")
    Timer(0.1, sim.deposit, (opened, "0.5")).start()
    trade = sender.wait_for(opened.id, has_deposit, timeout=10)
    assert format(trade.amount or 0, "f") == "0.5"
    assert sender.wait_for(opened.id, has_deposit) == sender.trade(opened.id)
    assert soon_after(lambda: nothing_polls(sim))


def test_time_runs_out(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    began = time.monotonic()
    with pytest.raises(CallTimeoutError, match=r"didn't come true within 0\.2 s, and it is at waitingIdentification"):
        sender.wait_for(opened.id, has_deposit, timeout=0.2)
    assert 0.2 <= time.monotonic() - began < 2
    assert soon_after(lambda: nothing_polls(sim))
    for odd in (-1.0, float("nan"), float("inf")):
        with pytest.raises(InvalidError, match=r"^timeout: .* is no length of time in seconds$"):
            sender.wait_for(opened.id, has_deposit, odd)


def test_a_trade_that_ends_without_it_is_a_conflict(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    Timer(0.1, sim.close_trade, (opened, "canceled")).start()
    with pytest.raises(ConflictError, match=r"closed \(canceled\) before that came true"):
        sender.wait_for(opened.id, has_deposit, timeout=10)
    with pytest.raises(NotFoundError):
        sender.wait_for("300000000000000009", has_deposit)


def test_an_error_of_the_condition_gets_out(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()

    def fails(trade: Trade) -> bool:
        raise LookupError(trade.id)

    with pytest.raises(LookupError, match=opened.id):
        sender.wait_for(opened.id, fails)

    async def story(client: AsyncClient) -> None:
        with pytest.raises(LookupError, match=opened.id):
            await client.wait_for(opened.id, fails, 5)

    play(sim, story)
    assert soon_after(lambda: nothing_polls(sim))


def test_inside_asyncio(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        opened = sim.open_trade(until="waitingReceive")
        with pytest.raises(CallTimeoutError, match=r"didn't come true within 0\.1 s, and it is at waitingReceive"):
            await client.wait_for(opened.id, has_deposit, timeout=0.1)
        with pytest.raises(InvalidError, match=r"^timeout: -1 is no length of time in seconds$"):
            await client.wait_for(opened.id, has_deposit, -1)
        waiting = asyncio.create_task(client.wait_for(opened.id, has_deposit))
        await asyncio.sleep(0.1)
        sim.deposit(opened, "0.5")
        assert format((await waiting).amount or 0, "f") == "0.5"
        sim.close_trade(opened, "canceled")
        with pytest.raises(ConflictError, match="before that came true"):
            await client.wait_for(opened.id, lambda trade: trade.status == "nowhere", timeout=10)
        given_up = asyncio.create_task(client.wait_for(sim.open_trade().id, has_deposit))
        assert await soon(lambda: not nothing_polls(sim))
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        assert await soon(lambda: nothing_polls(sim))
        closed = asyncio.create_task(client.wait_for(sim.open_trade().id, has_deposit))
        assert await soon(lambda: not nothing_polls(sim))
        await client.close()
        with pytest.raises(ClosedError):
            await closed

    play(sim, story)


def test_streams_tell_of_themselves(sim: Simulator, sender: Client) -> None:
    assert sender.stream_stats() == StreamStats(*[0] * 11)
    assert sender.followed_trades() == []
    opened = sim.open_trade()
    with sender.events(opened.id) as one, sender.events(opened.id) as two:
        next(one)
        next(two)
        sim.emit(opened, "trade.one")
        next(one)
        assert soon_after(lambda: sender.followed_trades()[0].lag == 1)
        stats = sender.stream_stats()
        assert (stats.streams, stats.trades, stats.silent, stats.gaps) == (2, 1, 0, 0)
        assert stats.polls >= 2
        assert stats.events >= 2
        [followed] = sender.followed_trades()
        assert isinstance(followed, FollowedTrade)
        assert (followed.trade_id, followed.streams, followed.lag) == (opened.id, 2, 1)
        assert (followed.failures, followed.silent, followed.error) == (0, False, None)
        assert followed.last_good_poll is not None
        assert 0 <= followed.last_good_poll < 10
    assert soon_after(lambda: sender.followed_trades() == [])
    with pytest.raises(AttributeError):
        stats.polls = 5  # type: ignore[misc]


def test_trouble_shows_until_it_is_over(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    with sender.events(opened.id) as events:
        next(events)
        sim.fault("GET /trades/{id}/events", "status", status=503, times=3)
        sim.cut()
        sim.emit(opened, "trade.one")

        def is_told() -> bool:
            [followed] = sender.followed_trades()
            return followed.failures > 0 and getattr(followed.error, "kind", None) == "server"

        reader = Thread(target=next, args=(events,))
        reader.start()
        assert soon_after(is_told)
        reader.join()
        assert soon_after(lambda: sender.followed_trades()[0].error is None)
        assert sender.stream_stats().reconnects >= 1
