"""Blocking calls: Ctrl-C gets through at once, the GIL is free, threads share a client."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from autoplus import Client, Watched, WatchedEvent
from autoplus.testing import Simulator
from conftest import soon_after


@contextmanager
def ctrl_c_after(seconds: float) -> Iterator[None]:
    """Sends SIGINT to this process; the block must end with KeyboardInterrupt right then."""
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    began = time.monotonic()
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        timer.join()
    assert time.monotonic() - began < seconds + 0.3


def test_ctrl_c_interrupts_a_read(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    sim.fault("GET /trades/{id}", "slow", seconds=5)
    with ctrl_c_after(0.1):
        sender.trade(opened.id)
    assert sender.trade(opened.id).id == opened.id


def test_ctrl_c_interrupts_a_stream_and_loses_nothing(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    with sender.events(opened.id) as events:
        first = next(events)
        with ctrl_c_after(0.1):
            next(events)
        sim.act(opened, "receiver", "confirm_identification")
        assert next(events).id > first.id


def test_ctrl_c_interrupts_a_watch_and_loses_nothing(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    with sender.watch([opened.id]) as watch:
        next(watch)
        with ctrl_c_after(0.1):
            next(watch)
        with ctrl_c_after(0.1):
            sender.wait_for(opened.id, lambda trade: False)
        sim.emit(opened, "trade.one")
        item = next(watch)
        assert isinstance(item, WatchedEvent)
        assert item.event.type == "trade.one"


def test_ctrl_c_ends_a_for_each_once_its_handlers_returned(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    handled: list[str] = []

    def handle(item: Watched) -> None:
        time.sleep(0.2)
        handled.append(item.trade_id)

    with sender.watch([opened.id]) as watch:
        for wanted in (1, 1, 2):
            if wanted == 2:
                sim.emit(opened, "trade.one")
            with ctrl_c_after(0.15):
                watch.for_each(handle, at_once=4)
            assert len(handled) == wanted


def test_a_mutation_goes_on_after_ctrl_c(sim: Simulator, sender: Client) -> None:
    trade = sender.trade(sim.open_trade(until="waitingTermsAcceptance").id)
    sim.fault("PUT /trades/{id}/terms", "slow", seconds=0.4)
    with ctrl_c_after(0.1):
        sender.set_terms(trade, "for the bike")

    def answers() -> list[int | None]:
        return [request.status for request in sim.requests() if request.method == "PUT"]

    assert answers() == [None]
    assert soon_after(lambda: answers() == [200])


def test_closing_waits_for_a_mutation_under_way(sim: Simulator, sender: Client) -> None:
    trade = sender.trade(sim.open_trade(until="waitingTermsAcceptance").id)
    sim.fault("PUT /trades/{id}/terms", "slow", seconds=0.4)
    with ctrl_c_after(0.1):
        sender.set_terms(trade, "for the bike")
    sender.close()
    assert [request.status for request in sim.requests() if request.method == "PUT"] == [200]


def test_other_threads_run_while_one_waits(sim: Simulator, sender: Client) -> None:
    sim.fault("GET /stats", "slow", seconds=0.3)
    counted = 0
    done = threading.Event()

    def wait() -> None:
        sender.stats()
        done.set()

    thread = threading.Thread(target=wait)
    thread.start()
    while not done.is_set():
        counted += 1
        time.sleep(0.001)
    thread.join()
    assert counted > 50


def test_threads_share_a_client(sim: Simulator, sender: Client) -> None:
    ids = [sim.open_trade().id for _ in range(8)]
    with ThreadPoolExecutor(16) as pool:
        trades = list(pool.map(sender.trade, ids * 20))
    assert [trade.id for trade in trades] == ids * 20


def test_a_stream_can_be_closed_from_another_thread(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    events = sender.events(opened.id)
    next(events)
    threading.Timer(0.1, events.close).start()
    began = time.monotonic()
    assert next(events, None) is None
    assert time.monotonic() - began < 2
    assert soon_after(lambda: sim.inspect(opened)["polls"] == 0)
