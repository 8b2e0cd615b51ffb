"""Inside asyncio: cancelling, many at once, several loops, and one wake for many results."""

import asyncio
import inspect
import time
import warnings
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import pytest

from autoplus import AsyncClient, ClosedError, InvalidError, NotFoundError, StreamEnd, TradeEvent
from autoplus.testing import Simulator
from conftest import play, soon


def test_a_release_from_start_to_end(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        trade = await client.trade(sim.open_trade(until="waitingAction").id)
        challenge = await client.request_release(trade)
        assert challenge.recipient == sim.receiver.id
        assert (await challenge.confirm(operation="release:1")).status == "waitingAddress"
        with suppress(InvalidError):  # Refused, or the stored result: nothing goes out twice.
            await challenge.confirm()
        assert sum(request.path.endswith("/confirm-action") for request in sim.requests()) == 1

    play(sim, story)


def test_errors_are_raised_where_they_are_awaited(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        with pytest.raises(NotFoundError) as raised:
            await client.trade("300000000000000009")
        assert raised.value.status == 404

    play(sim, story)


def test_calls_are_coroutines_that_send_nothing_before_they_are_awaited(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        assert inspect.iscoroutinefunction(client.stats)
        task = asyncio.create_task(client.stats())
        assert (await task).trades > 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            client.stats().close()
        assert len(sim.requests()) == 1

    play(sim, story)


def test_64_at_once(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        ids = [sim.open_trade().id for _ in range(64)]
        trades = await asyncio.gather(*map(client.trade, ids))
        assert [trade.id for trade in trades] == ids

    play(sim, story)


@pytest.mark.parametrize("watches_pipes", [True, False])
def test_many_results_share_one_wake(sim: Simulator, watches_pipes: bool) -> None:
    async def story(client: AsyncClient) -> None:
        loop: Any = asyncio.get_running_loop()
        watch, wake, wakes = loop.add_reader, loop.call_soon_threadsafe, []

        def watching(pipe: int, drain: Any) -> Any:
            if not watches_pipes:
                raise NotImplementedError

            def woken() -> None:
                wakes.append("pipe")
                drain()

            return watch(pipe, woken)

        def counting(*arguments: Any) -> Any:
            wakes.append("thread")
            return wake(*arguments)

        loop.add_reader, loop.call_soon_threadsafe = watching, counting
        await client.stats()
        wakes.clear()
        tasks = [asyncio.create_task(client.stats()) for _ in range(32)]
        await asyncio.sleep(0)
        time.sleep(0.5)  # The loop is busy while all the answers come.
        await asyncio.gather(*tasks)
        del loop.add_reader, loop.call_soon_threadsafe
        assert 1 <= len(wakes) <= 4
        assert {*wakes} == {"pipe" if watches_pipes else "thread"}

    play(sim, story)


def test_what_ends_the_program_in_a_task_leaves_the_other_tasks_their_results(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> list[bool | BaseException]:
        async def one(ends: bool) -> bool:
            await client.stats()
            if ends:
                raise KeyboardInterrupt
            return True

        return await asyncio.gather(*(one(at == 2) for at in range(8)), return_exceptions=True)

    loop = asyncio.new_event_loop()
    client = AsyncClient(base_url=sim.base_url)
    try:
        task = loop.create_task(story(client))
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(task)
        done = loop.run_until_complete(asyncio.wait_for(task, 10))
        assert [type(result) for result in done] == [bool, bool, KeyboardInterrupt] + [bool] * 5
    finally:
        loop.run_until_complete(client.close())
        loop.close()


def test_each_task_goes_on_in_its_own_context(sim: Simulator) -> None:
    name: ContextVar[int] = ContextVar("name")

    async def story(client: AsyncClient) -> None:
        async def one(number: int) -> bool:
            name.set(number)
            await client.stats()
            task = asyncio.current_task()
            return name.get() == number and task is not None and task.get_name() == str(number)

        tasks = [asyncio.create_task(one(number), name=str(number)) for number in range(16)]
        assert await asyncio.gather(*tasks) == [True] * 16

    play(sim, story)


def test_a_cancelled_read_stops_at_once(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        sim.fault("GET /stats", "slow", seconds=5)
        began = time.monotonic()
        task = asyncio.create_task(client.stats())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - began < 1
        sim.fault("GET /transactions", "slow", seconds=5)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.transactions(), 0.1)
        assert (await client.stats()).trades > 0

    play(sim, story)


def test_a_cancelled_mutation_goes_on(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        trade = await client.trade(sim.open_trade(until="waitingTermsAcceptance").id)
        sim.fault("PUT /trades/{id}/terms", "slow", seconds=0.3)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.set_terms(trade, "for the bike"), 0.1)
        await client.close()
        assert [request.status for request in sim.requests() if request.method == "PUT"] == [200]
        with pytest.raises(ClosedError):
            await client.stats()

    play(sim, story)


def test_a_stream_is_followed_to_its_end(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        opened = sim.open_trade(until="waitingAddress")
        async with client.events(opened.id) as events:
            first = await anext(events)
            sim.act(opened, "receiver", "claim")
            types = [event.type async for event in events]
            assert (first.type, types[-1]) == ("trade.snapshot", "trade.closed")
            assert events.end == StreamEnd("closed", "released")  # type: ignore[arg-type]

    play(sim, story)


def test_a_cancelled_next_loses_nothing(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        opened = sim.open_trade()
        async with client.events(opened.id) as events:
            await anext(events)
            for _ in range(5):
                with pytest.raises(asyncio.TimeoutError):
                    await asyncio.wait_for(anext(events), 0.02)
            sim.emit(opened, "trade.one")
            sim.emit(opened, "trade.two")
            assert [(await anext(events)).type, (await anext(events)).type] == ["trade.one", "trade.two"]

    play(sim, story)


def test_leaving_the_block_frees_the_poll(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        opened = sim.open_trade()
        async with client.events(opened.id) as events:
            async for _ in events:
                break
            waiting: asyncio.Task[TradeEvent] = asyncio.ensure_future(anext(events))
            assert await soon(lambda: sim.inspect(opened)["polls"] == 1)
        with pytest.raises(StopAsyncIteration):
            await waiting
        assert await soon(lambda: sim.inspect(opened)["polls"] == 0)

    play(sim, story)


def test_a_client_serves_one_loop_after_another(sim: Simulator) -> None:
    client = AsyncClient(sim.sender.token, base_url=sim.base_url)
    for _ in range(3):
        assert asyncio.run(client.stats()).trades > 0

    async def abandoned() -> None:
        sim.fault("GET /stats", "slow", seconds=0.2)
        task = asyncio.ensure_future(client.stats())
        await asyncio.sleep(0.05)
        assert not task.done()

    asyncio.run(abandoned())
    time.sleep(0.3)
    assert asyncio.run(client.stats()).trades > 0
    asyncio.run(client.close())


def test_outside_of_a_loop_nothing_can_be_awaited(sim: Simulator) -> None:
    client = AsyncClient(base_url=sim.base_url)
    call = client.stats()
    with pytest.raises(RuntimeError, match="no running event loop"):
        call.send(None)
    assert not sim.requests()


def test_an_event_that_comes_in_the_moment_of_cancelling_is_kept(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        opened = sim.open_trade()
        async with client.events(opened.id) as events:
            first = await anext(events)
            waiting = asyncio.create_task(events.next_batch(5))
            assert await soon(lambda: sim.inspect(opened)["polls"] == 1)
            sim.emit(opened, "trade.one")
            time.sleep(0.3)  # The answer is here and the loop was woken, but nobody looked yet.
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert events.offset == first.offset
            assert (await anext(events)).type == "trade.one"

    play(sim, story)
