"""Any thread and any event loop: they share clients, streams and challenges, and one that ends harms no other."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvloop

from autoplus import AsyncClient, AutoPlusError, Client, Stats, Trade
from autoplus.testing import Simulator
from conftest import soon_after

LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.SelectorEventLoop,
    "uvloop": uvloop.new_event_loop,
}


def client_of(sim: Simulator) -> AsyncClient:
    return AsyncClient(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url)


@pytest.mark.parametrize("kind", LOOPS)
def test_a_trade_in_each_kind_of_loop(sim: Simulator, kind: str) -> None:
    opened = sim.open_trade(until="waitingAction")

    async def story() -> list[str]:
        async with client_of(sim) as client, client.events(opened.id, consumer="bot") as events:
            trade = (await anext(events)).trade
            challenge = await client.request_release(trade)
            await challenge.confirm()
            trades = await asyncio.gather(*(client.trade(opened.id) for _ in range(50)))
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.wait_for(opened.id, lambda trade: False), 0.1)
            return [trade.status for trade in trades]

    loop = LOOPS[kind]()
    try:
        assert loop.run_until_complete(story()) == ["waitingAddress"] * 50
    finally:
        loop.close()


def test_loops_in_several_threads_share_a_client(sim: Simulator) -> None:
    ids = [sim.open_trade().id for _ in range(8)]
    client = client_of(sim)

    async def story(mine: str) -> list[str]:
        async with client.events(mine) as events:
            first = await anext(events)
            trades = await asyncio.gather(*map(client.trade, ids))
            return [first.trade.id, *(trade.id for trade in trades)]

    def play(kind: str, mine: str) -> list[str]:
        loop = LOOPS[kind]()
        try:
            return loop.run_until_complete(story(mine))
        finally:
            loop.close()

    with ThreadPoolExecutor(8) as pool:
        kinds = ["asyncio", "uvloop"] * 4
        assert list(pool.map(play, kinds, ids)) == [[mine, *ids] for mine in ids]
    asyncio.run(client.close())


def test_a_loop_that_was_closed_harms_no_other(sim: Simulator) -> None:
    client = client_of(sim)
    sim.fault("GET /stats", "slow", seconds=0.3, times=50)

    tasks: list[asyncio.Future[Stats]] = []

    async def leave() -> None:
        tasks.extend(asyncio.ensure_future(client.stats()) for _ in range(50))
        await asyncio.sleep(0.05)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(leave())
    loop.close()
    time.sleep(0.5)  # The answers come, and the loop that wanted them is gone.
    for task in tasks:
        task._log_destroy_pending = False  # type: ignore[attr-defined]
    tasks.clear()

    async def go_on() -> int:
        async with client:
            return (await client.transactions()).__len__()

    assert asyncio.run(go_on()) > 0


def test_without_a_loop_a_call_says_what_is_wrong(sim: Simulator) -> None:
    call = client_of(sim).stats()
    with pytest.raises(RuntimeError, match="no running event loop"):
        call.send(None)
    assert sim.requests() == []


def test_a_stream_goes_from_thread_to_thread(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    seen: list[str] = []
    with sender.events(opened.id) as events:
        for number in range(5):
            thread = threading.Thread(target=lambda: seen.append(next(events).type))
            thread.start()
            thread.join(5)
            sim.emit(opened, f"trade.n{number}")
    assert seen == ["trade.snapshot", "trade.n0", "trade.n1", "trade.n2", "trade.n3"]


def test_threads_confirm_a_challenge_once(sim: Simulator, sender: Client) -> None:
    challenge = sender.request_release(sender.trade(sim.open_trade(until="waitingAction").id))

    def confirm(_: int) -> Trade | AutoPlusError:
        try:
            return challenge.confirm()
        except AutoPlusError as error:
            return error

    with ThreadPoolExecutor(12) as pool:
        results = list(pool.map(confirm, range(24)))
    assert any(isinstance(result, Trade) for result in results)
    assert sum(request.path.endswith("/confirm-action") for request in sim.requests()) == 1
    assert sim.check() == []


def test_threads_come_and_go(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    for _ in range(100):
        thread = threading.Thread(target=sender.trade, args=(opened.id,))
        thread.start()
        thread.join(5)
    assert threading.active_count() < 20
    assert soon_after(lambda: sim.polls()["connections"] <= 4)
