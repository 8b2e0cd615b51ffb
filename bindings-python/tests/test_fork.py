"""After a fork: a clear error or a fresh start, and a store that loses nothing on either side."""

from autoplus.testing import Simulator
from conftest import Program

HEAD = """
import os
from autoplus import Client, ClosedError

def open_trade(client, name):
    return client.open_trade("{guild}", crypto="ltc", sender="{sender}", receiver="{receiver}", operation=name).id

def fork(work):
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            print(repr(error), flush=True)
            os._exit(1)
        os._exit(0)
    return child

def end(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
"""


def run(sim: Simulator, start: Program, program: str, store: str | None = None) -> tuple[str, str]:
    head = HEAD.format(guild=sim.guild, sender=sim.sender.id, receiver=sim.receiver.id)
    out, err = start(head + program, store=store).communicate(timeout=20)
    return out, err


def test_a_used_client_says_so_and_its_parent_goes_on(sim: Simulator, start: Program, store: str) -> None:
    program = """
client = Client.from_env()
first = open_trade(client, "1")

def work():
    for call in (client.stats, client.pending_operations, client.recover, lambda: open_trade(client, "1")):
        try:
            call()
        except ClosedError as error:
            assert "fork" in str(error)
        else:
            raise AssertionError("it went on")
    with Client.from_env() as fresh:
        assert open_trade(fresh, "1") == first
        open_trade(fresh, "2")

assert end(fork(work)) == 0
assert open_trade(client, "1") == first
open_trade(client, "3")
print(len(client.known_trades()))
"""
    assert run(sim, start, program, store) == ("3\n", "")
    assert sim.check(creates=3) == []


def test_memory_stays_with_the_parent(sim: Simulator, start: Program) -> None:
    program = """
client = Client.from_env()
client.stats()

def work():
    try:
        client.stats()
    except ClosedError as error:
        assert "fork" in str(error)
    else:
        raise AssertionError("it went on")
    Client.from_env().stats()

assert end(fork(work)) == 0
client.stats()
"""
    assert run(sim, start, program) == ("", "")


def test_an_unused_client_starts_afresh(sim: Simulator, start: Program, store: str) -> None:
    program = """
client = Client.from_env()

def work():
    open_trade(client, "1")

assert end(fork(work)) == end(fork(work)) == 0
open_trade(client, "1")
open_trade(client, "2")
print(len(client.known_trades()))
"""
    assert run(sim, start, program, store) == ("2\n", "")
    assert sim.check(creates=2) == []
