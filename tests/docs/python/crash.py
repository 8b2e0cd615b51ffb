"""A bot that is killed in the middle of moving money, and starts again over the same file."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from tempfile import TemporaryDirectory

from known import until_known
from other_side import PATIENCE

from autoplus import Client, SettledBy, TradeEvent, Verdict, WatchedEvent, steps
from autoplus.testing import Simulator, User

alarms: list[str] = []


# ANCHOR: names
def open_trade(client: Client, guild: str, buyer: str) -> str:
    """The name is on the disk before the first byte leaves. The same name again gives the same trade."""
    opened = until_known(
        lambda: client.open_trade(guild, crypto="ltc", sender=buyer, receiver=str(client.user_id), operation="order:42")
    )
    return opened.id


def release(client: Client, trade_id: str) -> None:
    challenge = client.request_release(client.trade(trade_id))
    until_known(lambda: challenge.confirm(operation="release:42"))


# ANCHOR_END: names


# ANCHOR: recover
def settle(client: Client) -> None:
    """The first thing after a start, before anything is begun."""
    for settlement in client.recover():
        name = settlement.operation.name
        match settlement.verdict:
            case Verdict.DONE:
                print(name, "took effect, once:", settlement.message)
            case Verdict.NOT_DONE:
                print(name, "did nothing and can't any more: call it again if it is still wanted")
            case Verdict.UNKNOWN:
                tell_a_person(name, settlement.message)  # and never begin it anew; recover() again later


# ANCHOR_END: recover


# ANCHOR: go_on
def go_on(client: Client) -> None:
    """The store knows the trades, and how far each was read under this name."""
    with client.watch(client.known_trades(), consumer="bot") as watch:
        for item in watch:
            if isinstance(item, WatchedEvent):
                handle(client, item.event)
            # ANCHOR_END: go_on
            return


handled: list[TradeEvent] = []


def handle(client: Client, event: TradeEvent) -> None:
    handled.append(event)


def tell_a_person(name: str, message: str) -> None:
    alarms.append(f"{name}: {message}")


def killed(user: User, what: str, *args: str, when: Callable[[], bool]) -> None:
    """Runs this file as a process of its own and ends it with SIGKILL as soon as its request took effect."""
    own = {"AUTOPLUS_BASE_URL": sim.base_url, "AUTOPLUS_TOKEN": user.token, "AUTOPLUS_USER_ID": user.id}
    bot = subprocess.Popen([sys.executable, __file__, what, *args], env={**os.environ, **own})
    deadline = time.monotonic() + PATIENCE
    while not when():
        assert bot.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    bot.kill()
    bot.wait()


def opening_is_settled() -> None:
    sim.fault("POST /guilds/{guildId}/trades", "slow", seconds=30)
    killed(sim.receiver, "open", sim.guild, sim.sender.id, when=lambda: sim.trades() != [])
    user = sim.receiver
    with Client(user.token, user_id=user.id, base_url=sim.base_url, store="sqlite:bot.db") as client:
        (settlement,) = client.recover()
        assert (settlement.verdict, settlement.by) == (Verdict.DONE, SettledBy.REPLAY)
        assert settlement.opened is not None
        assert open_trade(client, sim.guild, sim.sender.id) == settlement.opened.id
    assert sim.check(creates=1) == []


def release_is_settled() -> None:
    trade = sim.open_trade(until="waitingAction")
    sim.fault("POST /trades/{id}/confirm-action", "slow", seconds=30)
    killed(sim.sender, "release", trade.id, when=lambda: sim.inspect(trade)["status"] == "waitingAddress")
    user = sim.sender
    with Client(user.token, user_id=user.id, base_url=sim.base_url, store="sqlite:bot.db") as client:
        settle(client)
        assert client.pending_operations() == []
        assert client.known_trades() == [trade.id]
        go_on(client)  # the snapshot that was being handled at the kill comes again, as the trade stands now
        assert [event.trade.status for event in handled] == ["waitingAddress"]
        assert client.next_step(client.trade(trade.id)) == steps.Wait()
    assert sim.inspect(trade)["effects"]["actions"] == 1
    assert sim.check() == []
    assert alarms == []


if len(sys.argv) > 1:
    with Client.from_env(store="sqlite:bot.db") as client:
        if sys.argv[1] == "open":
            open_trade(client, *sys.argv[2:])
        for event in client.events(sys.argv[2], consumer="bot"):
            release(client, event.trade.id)
else:
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        for story in (opening_is_settled, release_is_settled):
            with Simulator() as sim:
                story()
        os.chdir("/")
