"""Many trades as one stream, inside asyncio."""

import asyncio
from collections import defaultdict

import pytest

from autoplus import AsyncClient, Watched, WatchedEnd, WatchedEvent, WatchedFailure
from autoplus.testing import Simulator
from conftest import play, soon


def test_a_watch_is_iterated(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        one, two = sim.open_trade(), sim.open_trade()
        async with client.watch([one.id, "300000000000000009"], consumer="bot") as watch:
            assert (watch.consumer, repr(watch)) == ("bot", "AsyncWatch(consumer='bot')")
            failures = {item.trade_id: item for item in [await anext(watch), await anext(watch)]}
            assert isinstance(failures["300000000000000009"], WatchedFailure)
            assert watch.add(two.id)
            assert (await anext(watch)).trade_id == two.id
            assert watch.trades() == sorted([one.id, two.id])
            assert watch.remove(one.id)
            sim.close_trade(two, "canceled")
            assert watch.add(one.id)
            sim.emit(one, "trade.one")
            last: dict[str, Watched] = {}
            async for item in watch:
                last[item.trade_id] = item
                if isinstance(last.get(two.id), WatchedEnd) and one.id in last:
                    break
            taken = asyncio.create_task(watch.take())
            await asyncio.sleep(0.05)
        assert await taken is None
        with pytest.raises(StopAsyncIteration):
            await anext(watch)
        assert await soon(lambda: bool(sim.polls()["waiting"] == 0))

    play(sim, story)


def test_each_trade_keeps_its_order_among_several_workers(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        trades = [sim.open_trade().id for _ in range(6)]
        seen: dict[str, list[int]] = defaultdict(list)
        busy: set[str] = set()
        most = 0

        async def handle(item: Watched) -> None:
            nonlocal most
            assert isinstance(item, WatchedEvent)
            assert item.trade_id not in busy
            busy.add(item.trade_id)
            most = max(most, len(busy))
            await asyncio.sleep(0.002)
            busy.remove(item.trade_id)
            seen[item.trade_id].append(item.event.id)
            if sum(map(len, seen.values())) == 6 + 120:
                await watch.aclose()

        async with client.watch(trades) as watch:
            working = asyncio.create_task(watch.for_each(handle, at_once=3))
            assert await soon(lambda: len(seen) == 6)
            expected: dict[str, list[int]] = defaultdict(list)
            for event in sim.happen(count=120):
                expected[event["trade"]].append(event["id"])
            await working
        assert {trade: ids[1:] for trade, ids in seen.items() if ids[1:]} == expected
        assert most == 3
        assert asyncio.all_tasks() == {
            asyncio.current_task(),
            *(task for task in asyncio.all_tasks() if not task.done()),
        }

    play(sim, story)


def test_the_first_error_of_a_handler_is_raised_once_the_others_returned(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        trades = [sim.open_trade().id for _ in range(3)]
        returned: list[str] = []

        async def handle(item: Watched) -> None:
            await asyncio.sleep(0.1)
            if item.trade_id == trades[0]:
                raise LookupError("first")
            await asyncio.sleep(0.2)
            returned.append(item.trade_id)
            if item.trade_id == trades[1]:
                raise KeyError("second")

        async with client.watch(trades) as watch:
            with pytest.raises(LookupError, match="first"):
                await watch.for_each(handle, at_once=4)
            assert sorted(returned) == sorted(trades[1:])
            again = {item.trade_id: item for item in await watch.next_batch(9)}
            assert set(again) == set(trades[:2])
            for trade in trades:
                sim.emit(trade, "trade.one")
            later: set[str] = set()
            while later != set(trades):
                later |= {item.trade_id for item in await watch.next_batch(9)}

    play(sim, story)


def test_a_handler_that_cancels_itself_is_an_error(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        async def handle(item: Watched) -> None:
            raise asyncio.CancelledError

        async with client.watch([sim.open_trade().id]) as watch:
            with pytest.raises(asyncio.CancelledError):
                await watch.for_each(handle)
            task = asyncio.current_task()
            assert task is not None
            assert len(await watch.next_batch(5)) == 1

    play(sim, story)


def test_cancelling_cancels_the_handlers_and_loses_nothing(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        trades = [sim.open_trade().id for _ in range(4)]
        begun: list[str] = []
        cancelled: list[str] = []

        async def hang(item: Watched) -> None:
            begun.append(item.trade_id)
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                await asyncio.sleep(0.05)  # A handler may tidy up.
                cancelled.append(item.trade_id)
                raise

        async with client.watch(trades) as watch:
            working = asyncio.create_task(watch.for_each(hang, at_once=2))
            assert await soon(lambda: len(begun) == 2)
            working.cancel()
            with pytest.raises(asyncio.CancelledError):
                await working
            assert sorted(cancelled) == sorted(begun)
            seen: set[str] = set()

            async def handle(item: Watched) -> None:
                seen.add(item.trade_id)
                if len(seen) == 4:
                    await watch.aclose()

            await watch.for_each(handle)
            assert seen == set(trades)

    play(sim, story)
