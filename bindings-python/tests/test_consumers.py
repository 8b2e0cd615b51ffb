"""Streams under a consumer's name: what was finished stays finished, what wasn't comes again."""

import itertools

import pytest

from autoplus import AsyncClient, Client, InvalidError, OperationInProgressError
from autoplus.testing import Simulator
from conftest import Program, play, soon_after


def another(sim: Simulator, store: str) -> Client:
    return Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, store=store)


def test_a_name_outlasts_the_client(sim: Simulator, store: str) -> None:
    opened = sim.open_trade()
    with another(sim, store) as client, client.events(opened.id, consumer="shop") as events:
        assert events.consumer == "shop"
        assert next(events).type == "trade.snapshot"
        for type in ("trade.one", "trade.two"):
            sim.emit(opened, type)
        assert [event.type for event in itertools.islice(events, 2)] == ["trade.one", "trade.two"]
        assert events.last_known is not None
        assert events.last_known.id == opened.id
    sim.emit(opened, "trade.three")
    with another(sim, store) as client, client.events(opened.id, consumer="shop") as events:
        # `trade.two` was handed out and nobody came back for the next one.
        assert [event.type for event in itertools.islice(events, 2)] == ["trade.two", "trade.three"]
        events.commit()
    sim.emit(opened, "trade.four")
    with another(sim, store) as client:
        assert next(client.events(opened.id, consumer="shop")).type == "trade.four"
        assert next(client.events(opened.id, consumer="books")).type == "trade.snapshot"
        assert next(client.events(opened.id)).type == "trade.snapshot"


def test_what_a_killed_process_was_at_comes_again(sim: Simulator, store: str, start: Program) -> None:
    opened = sim.open_trade()
    program = f"""
import os, signal
from autoplus import Client
with Client.from_env().events("{opened.id}", consumer="shop") as events:
    for event in events:
        print(event.type, flush=True)
        if event.type == "trade.one":
            os.kill(os.getpid(), signal.SIGKILL)
"""
    process = start(program, store=store)
    assert process.stdout is not None
    assert process.stdout.readline() == "trade.snapshot\n"
    sim.emit(opened, "trade.one")
    process.communicate(timeout=10)
    with another(sim, store) as client:
        assert next(client.events(opened.id, consumer="shop")).type == "trade.one"


def test_a_name_has_one_reader(sim: Simulator, store: str) -> None:
    opened = sim.open_trade()
    with another(sim, store) as client, another(sim, store) as other:
        first = client.events(opened.id, consumer="shop")
        next(first)
        before = len(sim.requests())
        for second in (client.events(opened.id, consumer="shop"), other.events(opened.id, consumer="shop")):
            with pytest.raises(OperationInProgressError, match='consumer "shop" already reads trade'):
                next(second)
        assert len(sim.requests()) == before
        first.close()

        def is_free() -> bool:
            with other.events(opened.id, consumer="shop") as events:
                try:
                    return next(events).type == "trade.snapshot"
                except OperationInProgressError:
                    return False

        assert soon_after(is_free)


def test_an_offset_counts_more_than_the_name(sim: Simulator, keeper: Client) -> None:
    opened = sim.open_trade()
    with keeper.events(opened.id, consumer="shop") as events:
        offset = next(events).offset
        sim.emit(opened, "trade.one")
        next(events)
        events.commit()
    with keeper.events(opened.id, consumer="shop", start_after=offset) as events:
        assert next(events).type == "trade.one"


def test_a_batch_is_finished_by_the_next_one(sim: Simulator, keeper: Client) -> None:
    opened = sim.open_trade()
    with keeper.events(opened.id, consumer="shop") as events:
        next(events)
        sim.happen(opened, count=6)
        taken: list[int] = []
        while len(taken) < 6:
            batch = [event.id for event in events.next_batch(3)]
            taken += batch
    with keeper.events(opened.id, consumer="shop") as events:
        assert next(events).id == batch[0]


def test_a_name_has_to_be_one(sim: Simulator, sender: Client) -> None:
    for odd in ("", "x" * 129, "a\nb"):
        with pytest.raises(InvalidError, match=r"^consumer: "):
            sender.events("300000000000000001", consumer=odd)
        with pytest.raises(InvalidError, match=r"^consumer: "):
            sender.watch([], consumer=odd)
    assert repr(sender.events("1", consumer="shop")) == "EventStream(trade_id='1', consumer='shop')"


def test_inside_asyncio_break_leaves_an_event_unfinished_and_commit_finishes_it(sim: Simulator, store: str) -> None:
    opened = sim.open_trade()
    sim.emit(opened, "trade.one")

    async def first_of(client: AsyncClient, *, commit: bool) -> str:
        async with client.events(opened.id, consumer="shop") as events:
            assert events.consumer == "shop"
            async for event in events:
                assert events.offset == event.offset
                assert events.last_known == event.trade
                shown = f"trade_id='{opened.id}', consumer='shop', offset={event.offset}"
                assert repr(events) == f"AsyncEventStream({shown})"
                seen = str(event.type)
                break
            if commit:
                await events.commit()
        return seen

    async def story(client: AsyncClient) -> None:
        assert await first_of(client, commit=False) == "trade.snapshot"
        assert await first_of(client, commit=True) == "trade.snapshot"
        sim.emit(opened, "trade.two")
        assert await first_of(client, commit=False) == "trade.two"
        assert await first_of(client, commit=True) == "trade.two"

    play(sim, story, store)
