"""Tasks that are cancelled at random instants while events arrive: nothing is lost, nothing comes twice, nothing stays
open on the server's side."""

import asyncio
import random
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from autoplus import AsyncClient, OpenedTrade, TradeEvent, Watched, WatchedEvent
from autoplus.testing import Simulator
from conftest import play, soon

T = TypeVar("T")
INSTANTS = 1000


@contextmanager
def events_arrive(sim: Simulator, trades: list[OpenedTrade], chance: random.Random) -> Iterator[dict[str, list[int]]]:
    """Events happen in the background until the block is left; gives the ids of each trade's."""
    happened: dict[str, list[int]] = defaultdict(list)
    over = threading.Event()

    def arrive() -> None:
        while not over.wait(chance.uniform(0, 0.004)):
            trade = chance.choice(trades).id
            happened[trade] += [event["id"] for event in sim.happen(trade, count=chance.randint(1, 3))]

    thread = threading.Thread(target=arrive)
    thread.start()
    try:
        yield happened
    finally:
        over.set()
        thread.join()


async def cancelled_at_random(call: Callable[[], Awaitable[T]], chance: random.Random) -> T | None:
    """What a call gives, unless it was cancelled before: after some turns of the loop, or after some time; now and then
    the loop is busy just then, so that the answer and the cancellation meet in one turn."""
    task = asyncio.ensure_future(call())
    match chance.randrange(3):
        case 0:
            for _ in range(chance.randrange(6)):
                await asyncio.sleep(0)
        case 1:
            await asyncio.sleep(chance.uniform(0, 0.004))
        case _:
            await asyncio.sleep(0)
            time.sleep(chance.uniform(0, 0.002))
            for _ in range(chance.randrange(3)):
                await asyncio.sleep(0)
    task.cancel()
    try:
        return await task
    except asyncio.CancelledError:
        return None


async def nothing_stays_open(sim: Simulator, client: AsyncClient) -> None:
    assert await soon(lambda: bool(sim.polls()["waiting"] == 0))
    assert sim.polls()["most"] <= 2
    await client.close()
    assert await soon(lambda: bool(sim.polls()["connections"] == 0))


@pytest.mark.parametrize("consumer", [None, "shop"])
def test_a_cancelled_next_loses_no_event(sim: Simulator, store: str, consumer: str | None) -> None:
    chance = random.Random(consumer)

    async def story(client: AsyncClient) -> None:
        opened = sim.open_trade()
        taken: list[int] = []
        cancelled = 0
        events = client.events(opened.id, consumer=consumer)
        [first] = await events.next_batch(1)

        def call() -> Awaitable[list[TradeEvent]]:
            return events.next_batch(chance.randint(1, 4))

        with events_arrive(sim, [opened], chance) as happened:
            for _ in range(INSTANTS):
                batch = await cancelled_at_random(call, chance)
                cancelled += batch is None
                taken += [event.id for event in batch or []]
                assert events.offset == (taken[-1] if taken else first.offset)
        while len(taken) < len(happened[opened.id]):
            taken += [event.id for event in await events.next_batch(100)]
        assert taken == happened[opened.id]
        assert 100 < cancelled < INSTANTS
        await events.aclose()
        await nothing_stays_open(sim, client)

    play(sim, story, store)


def test_a_cancelled_task_of_a_watch_loses_no_event(sim: Simulator, store: str) -> None:
    chance = random.Random(2)

    async def story(client: AsyncClient) -> None:
        trades = [sim.open_trade() for _ in range(5)]
        taken: dict[str, list[int]] = defaultdict(list)
        watch = client.watch([trade.id for trade in trades], consumer="bot")

        def note(items: list[Watched]) -> None:
            for item in items:
                assert isinstance(item, WatchedEvent)
                taken[item.trade_id].append(item.event.id)

        for _ in trades:
            await watch.next_batch(1)  # A snapshot, with all that was before it.
        with events_arrive(sim, trades, chance) as happened:
            for _ in range(INSTANTS):
                note(await cancelled_at_random(lambda: watch.next_batch(chance.randint(1, 9)), chance) or [])
        while sum(map(len, taken.values())) < sum(map(len, happened.values())):
            note(await watch.next_batch(100))
        assert taken == happened
        await watch.aclose()
        await nothing_stays_open(sim, client)

    play(sim, story, store)


def test_workers_that_are_cancelled_lose_no_event(sim: Simulator, store: str) -> None:
    chance = random.Random(3)

    async def story(client: AsyncClient) -> None:
        trades = [sim.open_trade() for _ in range(5)]
        handled: dict[str, list[int]] = defaultdict(list)
        watch = client.watch([trade.id for trade in trades], consumer="bot")

        async def handle(item: Watched) -> None:
            assert isinstance(item, WatchedEvent)
            await asyncio.sleep(chance.choice([0, 0, 0.001]))
            # An item comes again if its handler was cancelled, or right after it returned: but never an earlier one.
            ids = handled[item.trade_id]
            assert not ids or item.event.id >= ids[-1]
            if item.event.id not in ids:
                ids.append(item.event.id)

        for _ in trades:
            snapshot = await watch.take()
            assert snapshot is not None
            await watch.done(snapshot)
        with events_arrive(sim, trades, chance) as happened:
            for _ in range(INSTANTS // 4):
                await cancelled_at_random(lambda: watch.for_each(handle, chance.randint(1, 6)), chance)

        def is_through() -> bool:
            return handled == happened

        working = asyncio.create_task(watch.for_each(handle))
        assert await soon(is_through), (handled, happened)
        await watch.aclose()
        await working
        await nothing_stays_open(sim, client)

    play(sim, story, store)
