"""The interpreter ends while everything is open: quietly, soon, by its own exit code, and no mutation is cut in two."""

import time

import pytest

from autoplus import Client
from autoplus.testing import Simulator
from conftest import Program

OPEN = """
import threading, time
from autoplus import Client
client = Client.from_env()
events, watch, notes = client.events("{trade}"), client.watch(["{trade}"]), client.stream_notes()
print(next(events).type, next(watch).event.type)
waits = [lambda: next(events), watch.take, lambda: watch.for_each(print), lambda: notes.next_batch(9), client.stats]
for wait in waits:
    threading.Thread(target=wait, daemon=True).start()
time.sleep(0.2)
"""

LOOP = """
import asyncio, sys
from autoplus import AsyncClient
client = AsyncClient.from_env()
events, watch, notes = client.events("{trade}"), client.watch(["{trade}"]), client.stream_notes()

async def main():
    print((await anext(events)).type, (await anext(watch)).event.type)
    tasks = [asyncio.create_task(wait) for wait in (anext(events), anext(watch), anext(notes), client.stats())]
    await asyncio.sleep(0.2)
    {how}
"""

NEVER_CLOSED = "loop = asyncio.new_event_loop(); loop.run_until_complete(main())"
ENDS = {
    "at its end": (OPEN, "", 0, ""),
    "by sys.exit": (OPEN + "import sys; sys.exit(3)", "", 3, ""),
    "by an exception": (OPEN + "raise RuntimeError('oh')", "", 1, "RuntimeError: oh\n"),
    "by os._exit": (OPEN + "import os, sys; sys.stdout.flush(); os._exit(4)", "", 4, ""),
    "with references in a cycle": (OPEN + "cycle = [client, events, watch, notes]; cycle.append(cycle)", "", 0, ""),
    "with its loop closed": (LOOP + "asyncio.run(main())", "pass", 0, ""),
    "by sys.exit in a task": (LOOP + "asyncio.run(main())", "sys.exit(3)", 3, ""),
    "with a loop that was never closed": (LOOP + NEVER_CLOSED, "import os; sys.stdout.flush(); os._exit(5)", 5, ""),
}


@pytest.mark.parametrize("end", ENDS)
def test_it_ends_with_everything_open(sim: Simulator, start: Program, end: str) -> None:
    program, how, code, said = ENDS[end]
    opened = sim.open_trade()
    sim.fault("GET /stats", "slow", seconds=30)
    began = time.monotonic()
    process = start(program.replace("{trade}", opened.id).replace("{how}", how))
    out, err = process.communicate(timeout=20)
    assert out == "trade.snapshot trade.snapshot\n"
    assert err.endswith(said)
    assert bool(err) == bool(said), err
    assert process.returncode == code
    assert time.monotonic() - began < 6


LAST_ANSWER = """
import asyncio
from autoplus import AsyncClient
client = AsyncClient.from_env()

class Loop(asyncio.SelectorEventLoop):
    def add_reader(self, *arguments):
        if not {watches_pipes}:
            raise NotImplementedError
        super().add_reader(*arguments)

async def main():
    tasks = [asyncio.create_task(client.stats()) for _ in range(8)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)

Loop().run_until_complete(main())
"""


@pytest.mark.parametrize("watches_pipes", [True, False])
def test_it_may_end_while_answers_still_come(sim: Simulator, start: Program, watches_pipes: bool) -> None:
    program = LAST_ANSWER.replace("{watches_pipes}", str(watches_pipes))
    for _ in range(6):
        for process in [start(program) for _ in range(6)]:
            _, err = process.communicate(timeout=30)
            assert "Fatal" not in err, err
            assert process.returncode == 0, err


def test_mutations_of_many_clients_land_side_by_side(sim: Simulator, start: Program) -> None:
    trades = [sim.open_trade(until="waitingTermsAcceptance").id for _ in range(12)]
    sim.fault("PUT /trades/{id}/terms", "slow", seconds=2, times=99)
    program = f"""
import threading, time
from autoplus import Client
clients = [Client.from_env() for _ in range(12)]
for client, trade in zip(clients, {trades}):
    threading.Thread(target=client.set_terms, args=(client.trade(trade), "for the bike"), daemon=True).start()
time.sleep(0.7)
"""
    began = time.monotonic()
    assert start(program).communicate(timeout=30) == ("", "")
    assert time.monotonic() - began < 8
    assert [request.status for request in sim.requests() if request.method == "PUT"] == [200] * 12


def test_a_client_that_was_dropped_ends_its_streams(sim: Simulator, sender: Client) -> None:
    opened = sim.open_trade()
    client = Client(sim.sender.token, base_url=sim.base_url)
    events = client.events(opened.id)
    next(events)
    del client, events
    end = time.monotonic() + 5
    while sim.inspect(opened)["polls"] and time.monotonic() < end:
        time.sleep(0.01)
    assert sim.inspect(opened)["polls"] == 0
