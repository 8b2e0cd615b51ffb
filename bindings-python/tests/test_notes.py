"""What is told of the streams: in both faces, in order, and to an end."""

import asyncio
import pickle
import threading
import time

import pytest

from autoplus import AsyncClient, Client, ClosedError, StreamChange, StreamNote, Timeouts
from autoplus.testing import Simulator
from conftest import play


def test_trouble_and_its_end_are_told(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    sim.fault("GET /trades/{id}/events", "status", status=503, times=2)
    with sender.stream_notes() as notes:
        with sender.events(opened.id) as events:
            next(events)
        told = [next(notes) for _ in range(4)]
    assert [note.change for note in told] == ["opened", "failing", "recovered", "closed"]
    assert {note.trade_id for note in told} == {opened.id}
    assert told[1].change is StreamChange.FAILING
    assert told[1].error is not None
    assert told[1].error.kind == "server"
    assert told[0].error is None
    assert told[0].silent_for is None


def test_silence_says_how_long(sim: Simulator) -> None:
    opened = sim.open_trade()
    limits = Timeouts(poll=1, poll_grace=0.2)
    with (
        Client(sim.sender.token, base_url=sim.base_url, timeouts=limits) as client,
        client.stream_notes() as notes,
        client.events(opened.id) as events,
    ):
        next(events)
        sim.fault("GET /trades/{id}/events", "lost_before", times=99)
        waiting = threading.Thread(target=next, args=(events, None))
        waiting.start()
        silent = next(note for note in notes if note.change == StreamChange.SILENT)
        events.close()
        waiting.join()
    assert silent.silent_for is not None
    assert 1.2 <= silent.silent_for < 5


def test_notes_are_values(sim: Simulator, sender: Client) -> None:
    with sender.stream_notes() as notes, sender.events(sim.open_trade().id) as events:
        next(events)
        note = next(notes)
    assert note == pickle.loads(pickle.dumps(note)) == StreamNote(note.trade_id, StreamChange.OPENED, None, None)
    assert hash(note) == hash(pickle.loads(pickle.dumps(note)))
    assert note.to_dict() == {"trade_id": note.trade_id, "change": "opened", "error": None, "silent_for": None}
    with pytest.raises(AttributeError):
        note.change = StreamChange.GAP  # type: ignore[misc]
    match note:
        case StreamNote(trade_id, "opened", None, None):
            assert trade_id == note.trade_id
        case _:
            raise AssertionError(note)


def test_many_come_in_one_batch_and_the_oldest_are_given_up(sim: Simulator, sender: Client) -> None:
    ids = [sim.open_trade().id for _ in range(8)]
    with sender.stream_notes() as notes:
        with sender.watch(ids) as watch:
            for _ in ids:
                watch.take()
        batch = notes.next_batch(100)
        assert sorted(note.trade_id for note in batch if note.change == "opened") == sorted(ids)
        for _ in range(70):
            with sender.watch(ids) as watch:
                watch.take()
        assert notes.missed == 0
        assert len(notes.next_batch(5)) == 5
        assert notes.missed > 0
        missed = notes.missed
    assert notes.missed == missed
    assert repr(notes) == f"StreamNotes(missed={missed})"


def test_closing_ends_whoever_waits(sim: Simulator, sender: Client) -> None:
    with sender.stream_notes() as notes:
        threading.Timer(0.1, notes.close).start()
        began = time.monotonic()
        assert list(notes) == []
        assert time.monotonic() - began < 2
    assert next(notes, None) is None
    assert notes.next_batch(3) == []
    with sender.stream_notes() as notes:
        threading.Timer(0.1, sender.close).start()
        assert list(notes) == []
    with pytest.raises(ClosedError):
        sender.stream_notes()


def test_a_closed_one_hears_nothing_more(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    with sender.stream_notes() as closed, sender.stream_notes() as notes:
        closed.close()
        with sender.events(opened.id) as events:
            next(events)
        assert [note.change for note in (next(notes), next(notes))] == ["opened", "closed"]
        assert next(closed, None) is None


def test_notes_inside_asyncio(sim: Simulator) -> None:
    async def story(client: AsyncClient) -> None:
        opened = sim.open_trade()
        sim.fault("GET /trades/{id}/events", "status", status=503, times=1)
        async with client.stream_notes() as notes:
            async with client.events(opened.id) as events:
                await anext(events)
            told = []
            async for note in notes:
                told.append(str(note.change))
                if note.change == StreamChange.CLOSED:
                    break
            assert told == ["opened", "failing", "recovered", "closed"]
            waiting = asyncio.create_task(notes.next_batch(9))
            await asyncio.sleep(0.05)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            async with client.events(opened.id) as events:
                await anext(events)
            assert [note.change for note in await notes.next_batch(9)] == ["opened", "closed"]
            assert notes.missed == 0
            assert repr(notes) == "AsyncStreamNotes(missed=0)"
            last = asyncio.create_task(anext(notes, None))
            await asyncio.sleep(0.05)
            await client.close()
            assert await last is None

    play(sim, story)


def test_listening_sends_nothing(sim: Simulator, sender: Client) -> None:
    with sender.stream_notes() as notes:
        threading.Timer(0.2, notes.close).start()
        assert list(notes) == []
    assert sim.requests() == []
