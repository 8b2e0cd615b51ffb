"""A store outlasts its clients; one that can't be used stops a call before anything is sent."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from autoplus import Client, OutcomeUnknownError, StoreError, Timeouts
from autoplus.testing import Simulator
from conftest import Program

OPEN = """
from autoplus import Client
client = Client.from_env()
client.open_trade("{guild}", crypto="ltc", sender="{sender}", receiver="{receiver}", operation="42")
"""
# Another process, since SQLite's locks are between processes.
HOLD = """
import sqlite3, time
connection = sqlite3.connect("{path}", isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(60)
"""
NEWER = "PRAGMA application_id = 0x61706c75; PRAGMA user_version = 1000"


def open_trade(sim: Simulator, client: Client) -> str:
    people = {"sender": sim.sender.id, "receiver": sim.receiver.id}
    return client.open_trade(sim.guild, crypto="ltc", **people, operation="42").id


def test_names_outlast_a_client(sim: Simulator, keeper: Client, store: str) -> None:
    opened = open_trade(sim, keeper)
    keeper.close()
    with Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, store=store) as reopened:
        assert open_trade(sim, reopened) == opened
        assert reopened.known_trades() == [opened]
        assert reopened.recover() == []
    assert sim.check(creates=1) == []


def test_what_was_unknown_outlasts_a_client(sim: Simulator, keeper: Client, store: str) -> None:
    limits = Timeouts(call=0.4, attempt=0.2)
    sim.fault("POST /guilds/{guildId}/trades", "lost_after", times=99)
    hasty = Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, store=store, timeouts=limits)
    with hasty, pytest.raises(OutcomeUnknownError):
        open_trade(sim, hasty)
    sim.calm()
    (settlement,) = keeper.recover()
    assert settlement.opened is not None
    assert open_trade(sim, keeper) == settlement.opened.id
    assert sim.check(creates=1) == []


def test_the_environment_names_a_store_for_its_owner_alone(sim: Simulator, start: Program, tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    program = OPEN.format(guild=sim.guild, sender=sim.sender.id, receiver=sim.receiver.id)
    assert start(program, store=f"sqlite:{path}").communicate(timeout=20) == ("", "")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [left.name for left in tmp_path.iterdir()] == ["shop.db"]
    kept = path.read_bytes()
    assert b'"name":"42"' in kept
    assert sim.sender.token.encode() not in kept


def test_a_store_that_is_held_stops_a_call_before_anything_is_sent(
    sim: Simulator, start: Program, keeper: Client, tmp_path: Path
) -> None:
    process = start(HOLD.format(path=tmp_path / "shop.db"))
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with pytest.raises(StoreError, match=r"locked by another process .* nothing was sent") as raised:
        open_trade(sim, keeper)
    assert raised.value.kind == "store"
    assert sim.requests() == []
    process.kill()
    process.wait()
    open_trade(sim, keeper)
    assert sim.check(creates=1) == []


@pytest.mark.parametrize(
    ("made", "advice"),
    [
        ("CREATE TABLE sold (item)", "another program's database; name a file of its own"),
        (f"CREATE TABLE sold (item); {NEWER}", r"newer version of autoplus .*; upgrade this program"),
        (b"no database at all, but long enough" * 200, r"damaged .* left as it is: restore it from a backup"),
    ],
)
def test_a_file_that_is_no_store_of_this_version_is_refused_and_left_alone(
    sim: Simulator, tmp_path: Path, made: str | bytes, advice: str
) -> None:
    path = tmp_path / "shop.db"
    if isinstance(made, bytes):
        path.write_bytes(made)
    else:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.executescript(made)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=advice):
        Client(sim.sender.token, base_url=sim.base_url, store=f"sqlite:{path}")
    assert path.read_bytes() == before


def test_a_file_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere/shop\.db can't be made"):
        Client(store=f"sqlite:{tmp_path / 'nowhere' / 'shop.db'}")
