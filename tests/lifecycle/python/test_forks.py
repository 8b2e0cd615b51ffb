"""Processes that are forked: a fresh start or a clear error in the child, never a hang, nothing lost on either side."""

import pickle
import textwrap
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from autoplus import Client, NotFoundError, Operation, Trade
from autoplus.testing import Simulator
from conftest import Program
from forking import FORKING

HEAD = """
import os, sys, threading, time
from autoplus import AsyncClient, Client, ClosedError, OperationInProgressError

def open_trade(client, name):
    arguments = dict(crypto="ltc", sender="{sender}", receiver="{receiver}", operation=name)
    while True:
        try:
            return client.open_trade("{guild}", **arguments).id
        except OperationInProgressError:  # Another one between the same two.
            time.sleep(0.01)
"""


def run(sim: Simulator, start: Program, program: str, store: str | None = None) -> tuple[str, str]:
    head = HEAD.format(guild=sim.guild, sender=sim.sender.id, receiver=sim.receiver.id)
    out, err = start(FORKING + head + textwrap.dedent(program), store=store).communicate(timeout=50)
    return out, err


def test_a_pool_of_forked_workers_over_one_file(sim: Simulator, start: Program, store: str) -> None:
    program = """
    import multiprocessing

    def work(number):
        with Client.from_env() as client:
            return open_trade(client, f"order:{number % 12}")

    client = Client.from_env()
    stream = client.events(open_trade(client, "order:0"))
    next(stream)
    with multiprocessing.get_context("fork").Pool(4) as pool:
        opened = pool.map(work, range(24))
    print(len(set(opened)), len(client.known_trades()))
    stream.close()
    """
    assert run(sim, start, program, store) == ("12 12\n", "")
    assert sim.check(creates=12) == []


def test_a_preloading_server_whose_client_was_not_used(sim: Simulator, start: Program, store: str) -> None:
    program = """
    client = Client.from_env()  # As in the module of an application that is loaded before the workers are forked.

    def serve():
        for request in range(5):
            open_trade(client, f"{os.getpid()}:{request}")
            client.stats()

    workers = [fork(serve) for _ in range(4)]
    print([end(worker) for worker in workers])
    """
    assert run(sim, start, program, store) == ("[0, 0, 0, 0]\n", "")
    assert sim.check(creates=20) == []


def test_a_preloading_server_whose_client_was_used(sim: Simulator, start: Program, store: str) -> None:
    program = """
    client = Client.from_env()
    watch = client.watch([open_trade(client, "1")], consumer="bot")
    notes = client.stream_notes()
    next(watch)

    def serve():
        calls = [client.stats, lambda: open_trade(client, "2"), client.stream_notes]
        calls += [lambda: client.events("300000000000000001").next_batch(1), client.pending_operations]
        for call in calls:
            try:
                call()
            except ClosedError as error:
                assert "fork" in str(error), error
            else:
                raise AssertionError("it went on")
        with Client.from_env() as mine:
            open_trade(mine, f"{os.getpid()}")

    workers = [fork(serve) for _ in range(4)]
    print([end(worker) for worker in workers])
    print(next(notes).change, client.stats().trades > 0)
    """
    assert run(sim, start, program, store) == ("[0, 0, 0, 0]\nopened True\n", "")
    assert sim.check(creates=5) == []


def test_a_stream_that_was_begun_before_a_fork_says_so(sim: Simulator, start: Program) -> None:
    program = """
    client = Client.from_env()
    trade = open_trade(client, "1")
    events, watch = client.events(trade), client.watch([trade])
    next(events), next(watch)

    def work():
        for waiting in (events, watch):
            try:
                next(waiting)
            except ClosedError as error:
                assert "fork" in str(error), error
            else:
                raise AssertionError("it went on")
        events.close(), watch.close()

    print(end(fork(work)))
    """
    assert run(sim, start, program) == ("0\n", "")


def test_forks_while_threads_are_busy_with_the_file(sim: Simulator, start: Program, store: str) -> None:
    program = """
    client = Client.from_env()
    open_trade(client, "0")
    over = threading.Event()

    def hammer():
        number = 0
        while not over.is_set():
            number += 1
            client.known_trades()
            open_trade(client, f"{threading.get_ident()}:{number % 5}")

    threads = [threading.Thread(target=hammer) for _ in range(3)]
    for thread in threads:
        thread.start()

    def work():
        with Client.from_env() as mine:
            assert mine.known_trades()
            open_trade(mine, "0")

    codes = [end(fork(work)) for _ in range(60)]
    over.set()
    for thread in threads:
        thread.join()
    print(sorted(set(codes)))
    """
    assert run(sim, start, program, store) == ("[0]\n", "")
    assert sim.check(creates=16) == []


def test_an_event_loop_in_the_parent_and_one_in_the_child(sim: Simulator, start: Program) -> None:
    program = """
    import asyncio

    async def call():
        async with AsyncClient.from_env() as client:
            return (await client.stats()).trades

    async def main():
        async with AsyncClient.from_env() as client:
            trades = (await client.stats()).trades
            async with client.events((await client.open_trade(
                "{guild}", crypto="ltc", sender="{sender}", receiver="{receiver}", operation="1"
            )).id) as events:
                await anext(events)
                waiting = asyncio.create_task(anext(events))
                await asyncio.sleep(0.05)

                def work():
                    asyncio._set_running_loop(None)
                    asyncio.set_event_loop(None)
                    assert asyncio.run(call()) == trades

                print(await asyncio.to_thread(end, fork(work)))
                waiting.cancel()
            assert (await client.stats()).trades == trades

    asyncio.run(main())
    """
    program = program.replace("{guild}", sim.guild).replace("{sender}", sim.sender.id)
    assert run(sim, start, program.replace("{receiver}", sim.receiver.id)) == ("0\n", "")


def test_a_child_that_ends_lets_its_own_mutation_finish(sim: Simulator, start: Program, store: str) -> None:
    sim.fault("POST /guilds/{guildId}/trades", "slow", seconds=0.7, skip=1)
    program = """
    client = Client.from_env()
    open_trade(client, "1")
    child = os.fork()
    if child == 0:
        mine = Client.from_env()
        threading.Thread(target=open_trade, args=(mine, "2"), daemon=True).start()
        while not mine.pending_operations():
            time.sleep(0.01)
        sys.exit(7)
    print(end(child))
    """
    assert run(sim, start, program, store) == ("7\n", "")
    assert sim.check(creates=2) == []
    with Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, store=store) as later:
        assert later.pending_operations() == []
        assert len(later.known_trades()) == 2


def fail(base_url: str, token: str) -> Trade:
    with Client(token, base_url=base_url) as client:
        return client.trade("300000000000000009")


def read(base_url: str, token: str, trade: str) -> Trade:
    with Client(token, base_url=base_url) as client:
        return client.trade(trade)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_values_and_errors_pass_between_processes(sim: Simulator, start: Program, method: str) -> None:
    opened = sim.open_trade(until="waitingAction")
    with ProcessPoolExecutor(1, get_context(method)) as pool:
        trade = pool.submit(read, sim.base_url, sim.sender.token, opened.id).result(20)
        assert trade == read(sim.base_url, sim.sender.token, opened.id)
        assert not trade.is_from_server
        with pytest.raises(NotFoundError) as raised:
            pool.submit(fail, sim.base_url, sim.sender.token).result(20)
    assert (raised.value.status, raised.value.code) == (404, "not_found")
    assert raised.value.request_id


def test_an_operation_is_settled_in_another_process(sim: Simulator, start: Program, store: str) -> None:
    with Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, store=store) as client:
        sim.fault("POST /guilds/{guildId}/trades", "lost_after", times=20)
        sim.fault("GET /trades/{id}", "lost_before", times=20)
        program = """
        import pickle
        from autoplus import OutcomeUnknownError, Timeouts
        client = Client.from_env(timeouts=Timeouts(attempt=0.2, call=0.4))
        try:
            open_trade(client, "1")
        except OutcomeUnknownError as error:
            print(pickle.dumps(error.operation).hex())
        """
        out, err = run(sim, start, program, store)
        assert err == ""
        sim.calm()
        operation = pickle.loads(bytes.fromhex(out))
        assert isinstance(operation, Operation)
        assert client.resolve(operation).verdict == "done"
    assert sim.check(creates=1) == []
