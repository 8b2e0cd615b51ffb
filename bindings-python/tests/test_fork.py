"""After a fork: a clear error or a fresh start, and a store that loses nothing on either side."""

import pytest

from autoplus import Client
from autoplus.testing import Simulator
from conftest import Program
from forking import FORKING

HEAD = """
from autoplus import Client, ClosedError

def open_trade(client, name):
    return client.open_trade("{guild}", crypto="ltc", sender="{sender}", receiver="{receiver}", operation=name).id
"""


def run(sim: Simulator, start: Program, program: str, store: str | None = None) -> tuple[str, str]:
    head = HEAD.format(guild=sim.guild, sender=sim.sender.id, receiver=sim.receiver.id)
    out, err = start(FORKING + head + program, store=store).communicate(timeout=20)
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


@pytest.mark.parametrize("whose", ["client", "Client.from_env()"])
def test_what_a_child_keeps_outlasts_its_parents_client(sim: Simulator, start: Program, store: str, whose: str) -> None:
    program = f"""
client = Client.from_env()
began, begin = os.pipe()
closed, close = os.pipe()

def work():
    mine = {whose}
    open_trade(mine, "1")
    os.write(begin, b"x")
    os.read(closed, 1)
    open_trade(mine, "2")
    os.kill(os.getpid(), 9)

child = fork(work)
os.read(began, 1)
client.close()
del client
os.write(close, b"x")
print(end(child))
"""
    assert run(sim, start, program, store) == ("-9\n", "")
    with Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, store=store) as later:
        assert len(later.known_trades()) == 2


def test_a_child_that_lives_on_holds_nothing_of_its_dead_parents(sim: Simulator, start: Program, store: str) -> None:
    sim.fault("POST /guilds/{guildId}/trades", "slow", seconds=30)
    program = """
import threading, time
client = Client.from_env()
threading.Thread(target=open_trade, args=(client, "1"), daemon=True).start()
while not client.pending_operations():
    time.sleep(0.01)
time.sleep(0.2)

def work():
    os.close(1), os.close(2)
    mine = Client.from_env()
    mine.known_trades()
    time.sleep(10)

fork(work)
print("forked", flush=True)
time.sleep(0.5)
os.kill(os.getpid(), 9)
"""
    assert run(sim, start, program, store) == ("forked\n", "")
    with Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, store=store) as later:
        assert [settlement.verdict for settlement in later.recover()] == ["done"]
    assert sim.check(creates=1) == []
