"""Many trades as one stream, blocking."""

import threading
import time
from collections import defaultdict
from threading import Timer

import pytest

from autoplus import (
    Client,
    ClosedError,
    InvalidError,
    NotFoundError,
    OperationInProgressError,
    StreamEnd,
    Watch,
    Watched,
    WatchedEnd,
    WatchedEvent,
    WatchedFailure,
)
from autoplus.testing import Simulator
from conftest import soon_after

MISSING = "300000000000000009"


def told(item: Watched) -> str:
    match item:
        case WatchedEvent(event):
            return str(event.type)
        case WatchedEnd(_, StreamEnd(kind, outcome)):
            return f"{kind} {outcome}"
        case WatchedFailure(_, error, over):
            return f"{error.kind} {over}"


def test_everything_of_all_trades_comes_and_one_bad_trade_harms_none(sim: Simulator, sender: Client) -> None:
    one, two = sim.open_trade(), sim.open_trade()
    with sender.watch([one.id, MISSING]) as watch:
        assert isinstance(watch, Watch)
        items = {item.trade_id: item for item in (next(watch), next(watch))}
        failure = items[MISSING]
        assert isinstance(failure, WatchedFailure)
        assert isinstance(failure.error, NotFoundError)
        assert failure.over
        assert told(items[one.id]) == "trade.snapshot"
        assert watch.add(two.id)
        assert not watch.add(two.id)
        item = next(watch)
        assert (item.trade_id, told(item)) == (two.id, "trade.snapshot")
        assert watch.trades() == sorted([one.id, two.id])
        sim.close_trade(two, "canceled")
        assert [told(next(watch)), told(end := next(watch))] == ["trade.closed", "closed canceled"]
        assert isinstance(end, WatchedEnd)
        assert end.trade_id == two.id
        assert end.last_known is not None
        assert end.last_known.id == two.id
        sim.emit(one, "trade.one")
        assert told(next(watch)) == "trade.one"
        assert watch.trades() == [one.id]
    assert next(watch, None) is None
    assert watch.next_batch(5) == []
    assert watch.take() is None
    assert soon_after(lambda: bool(sim.polls()["waiting"] == 0))


def test_what_is_removed_comes_no_more(sim: Simulator, sender: Client) -> None:
    one, two = sim.open_trade(), sim.open_trade()
    with sender.watch([one.id, two.id]) as watch:
        next(watch)
        next(watch)
        assert watch.remove(one.id)
        assert not watch.remove(one.id)
        assert soon_after(lambda: bool(sim.polls(one)["waiting"] == 0))
        sim.emit(one, "trade.one")
        sim.emit(two, "trade.two")
        assert told(next(watch)) == "trade.two"
        assert sender.stream_stats().trades == 1


def test_items_never_change_and_tell_what_they_are(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    with sender.watch(iter([opened.id])) as watch:
        item = next(watch)
        assert isinstance(item, WatchedEvent)
        assert WatchedEvent(item.event) == item
        with pytest.raises(AttributeError):
            item.event = None  # type: ignore[misc, assignment]
        assert repr(item).startswith("WatchedEvent(event=TradeEvent(id=")
    assert repr(sender.watch([], consumer="bot")) == "Watch(consumer='bot')"


def test_trades_are_thread_ids(sender: Client) -> None:
    with pytest.raises(TypeError, match=r"^trades: .* one str$"):
        sender.watch("300000000000000001")
    with pytest.raises(TypeError):
        sender.watch([5])  # type: ignore[list-item]
    with pytest.raises(InvalidError, match="trade id"):
        sender.watch(["../5"])
    with pytest.raises(InvalidError, match="trade id"):
        sender.watch([]).add("")
    with pytest.raises(TypeError, match="expected what the watch gave and got str"):
        sender.watch([]).done("5")  # type: ignore[arg-type]


def test_a_named_watch_goes_on_where_it_was(sim: Simulator, store: str) -> None:
    trades = [sim.open_trade().id for _ in range(5)]

    def another() -> Client:
        return Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, store=store)

    with another() as client, client.watch(trades, consumer="bot") as watch:
        items = [item for item in (watch.take() for _ in range(5)) if item is not None]
        assert {item.trade_id for item in items} == set(trades)
        for item in items[:3]:
            watch.done(item)
        second = client.watch(trades[:1], consumer="bot")
        [refused] = second.next_batch(5)
        assert isinstance(refused, WatchedFailure)
        assert isinstance(refused.error, OperationInProgressError)
        assert not refused.over
        second.close()
    with another() as client, client.watch(trades, consumer="bot") as watch:
        again = {item.trade_id: told(item) for item in (next(watch), next(watch))}
        assert again == {item.trade_id: "trade.snapshot" for item in items[3:]}
        sim.emit(items[0].trade_id, "trade.one")
        assert told(next(watch)) == "trade.one"


def test_workers_take_and_finish_by_themselves(sim: Simulator, sender: Client) -> None:
    one, two = sim.open_trade(), sim.open_trade()
    with sender.watch([one.id, two.id]) as watch:
        first, second = watch.take(), watch.take()
        assert first is not None
        assert second is not None
        assert {first.trade_id, second.trade_id} == {one.id, two.id}
        sim.emit(first.trade_id, "trade.first")
        sim.emit(second.trade_id, "trade.second")
        watch.done(second)
        later = watch.take()
        assert later is not None
        assert told(later) == "trade.second"
        watch.done(first)
        watch.done(first)
        later = watch.take()
        assert later is not None
        assert told(later) == "trade.first"


def test_each_trade_keeps_its_order_among_several_workers(sim: Simulator, sender: Client) -> None:
    trades = [sim.open_trade().id for _ in range(6)]
    seen: dict[str, list[int]] = defaultdict(list)
    busy: set[str] = set()
    most, lock = 0, threading.Lock()

    def handle(item: Watched) -> None:
        nonlocal most
        assert isinstance(item, WatchedEvent)
        with lock:
            assert item.trade_id not in busy
            busy.add(item.trade_id)
            most = max(most, len(busy))
        time.sleep(0.002)
        with lock:
            busy.remove(item.trade_id)
            seen[item.trade_id].append(item.event.id)
            if sum(map(len, seen.values())) == 6 + 120:
                watch.close()

    with sender.watch(trades) as watch:
        expected: dict[str, list[int]] = defaultdict(list)

        def happen() -> None:
            for event in sim.happen(count=120):
                expected[event["trade"]].append(event["id"])

        Timer(0.2, happen).start()
        watch.for_each(handle, at_once=3)
    assert {trade: ids[1:] for trade, ids in seen.items() if ids[1:]} == expected
    assert most == 3
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("autoplus-watch")]


def test_the_first_error_of_a_handler_is_raised_once_the_others_returned(sim: Simulator, sender: Client) -> None:
    trades = [sim.open_trade().id for _ in range(3)]
    started, returned = threading.Barrier(2), []

    def handle(item: Watched) -> None:
        if item.trade_id == trades[0]:
            started.wait(5)
            raise LookupError("first")
        if item.trade_id == trades[1]:
            started.wait(5)
            time.sleep(0.3)
            returned.append(item.trade_id)

    with sender.watch(trades) as watch:
        with pytest.raises(LookupError, match="first"):
            watch.for_each(handle, at_once=4)
        assert returned == [trades[1]]
        # What the failed handler was at comes again, to whoever asks next.
        item = watch.take()
        assert item is not None
        assert (item.trade_id, told(item)) == (trades[0], "trade.snapshot")
        watch.done(item)
        sim.emit(trades[0], "trade.one")
        assert told(next(watch)) == "trade.one"


def test_an_error_ends_the_wait_for_what_comes_next(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()

    def fails(item: Watched) -> None:
        time.sleep(0.2)  # Nothing else comes; the watch waits meanwhile.
        raise LookupError(told(item))

    with sender.watch([opened.id]) as watch:
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(LookupError, match=r"trade\.snapshot"):
                watch.for_each(fails)
            assert time.monotonic() - began < 3
        assert [told(item) for item in watch.next_batch(5)] == ["trade.snapshot"]
        sim.emit(opened, "trade.one")
        assert told(next(watch)) == "trade.one"
        assert next(iter(watch.trades())) == opened.id


def test_a_failure_or_an_end_that_a_handler_failed_at_comes_again(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()

    def fails(item: Watched) -> None:
        if not isinstance(item, WatchedEvent):
            raise LookupError(told(item))

    with sender.watch([MISSING]) as watch:
        for _ in range(2):
            with pytest.raises(LookupError, match="not_found True"):
                watch.for_each(fails)
        assert watch.remove(MISSING)
        watch.add(opened.id)
        assert told(next(watch)) == "trade.snapshot"
        sim.close_trade(opened, "canceled")
        for _ in range(2):  # Going over to workers finishes what `next` gave.
            with pytest.raises(LookupError, match="closed canceled"):
                watch.for_each(fails)
        assert told(next(watch)) == "closed canceled"


def test_a_watch_ends_with_its_client(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    watch = sender.watch([opened.id])
    next(watch)
    Timer(0.1, sender.close).start()
    with pytest.raises(ClosedError):
        next(watch)
    with pytest.raises(ClosedError):
        sender.watch([])
