"""What a process left behind by a kill, Ctrl-C or a cancelled task is settled once, and nobody's live work is taken."""

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from threading import Timer
from typing import Any

import pytest

from autoplus import AsyncClient, Client, OperationInProgressError, Trade
from autoplus.testing import Simulator
from conftest import Program

CREATE = "POST /guilds/{guildId}/trades"
RELEASE = "POST /trades/{id}/confirm-action"
CLAIM = "POST /trades/{id}/confirm-claim"
ADDRESS = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"
ARRIVED: list[tuple[str, dict[str, int]]] = [("slow", {"seconds": 30}), ("lost_after", {"times": 99})]
LOST: tuple[str, dict[str, int]] = ("lost_before", {"times": 99})

OPEN = """
from autoplus import Client
opened = Client.from_env().open_trade("{guild}", crypto="ltc", sender="{sender}", receiver="{receiver}", operation="42")
print(opened.id, flush=True)
"""
CONFIRM = """
from autoplus import Client, Timeouts
client = Client.from_env(timeouts=Timeouts(attempt={attempt}))
client.{request}.confirm(operation="42")
"""
RECOVER = """
from autoplus import Client
with Client.from_env() as client:
    for settlement in client.recover():
        print(settlement.to_json())
"""


def opening(sim: Simulator) -> str:
    return OPEN.format(guild=sim.guild, sender=sim.sender.id, receiver=sim.receiver.id)


def soon(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def sent(sim: Simulator, route: str) -> int:
    tail = route.rpartition("/")[2]
    return sum(request.method == "POST" and request.path.endswith(tail) for request in sim.requests())


def killed(sim: Simulator, process: "subprocess.Popen[str]", route: str) -> None:
    """Ends a process with SIGKILL once its request came in, and with it whatever went wrong on the way."""
    soon(lambda: sent(sim, route) > 0)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    sim.calm()


def recovered(start: Program, store: str, user: str = "sender") -> list[dict[str, Any]]:
    """What ``recover`` tells in a new process."""
    out, err = start(RECOVER, user=user, store=store).communicate(timeout=20)
    assert err == ""
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize(("fault", "details"), [*ARRIVED, LOST])
def test_a_trade_whose_opening_was_killed_is_opened_once(
    sim: Simulator, start: Program, store: str, fault: str, details: dict[str, int]
) -> None:
    sim.fault(CREATE, fault, **details)
    killed(sim, start(opening(sim), store=store), CREATE)
    (settlement,) = recovered(start, store)
    assert (settlement["verdict"], settlement["by"]) == ("done", "replay")
    (trade,) = sim.trades()
    assert trade["effects"]["creates"] == 1
    assert settlement["opened"]["id"] == trade["id"]
    assert len({request.headers["idempotency-key"] for request in sim.requests()}) == 1
    assert recovered(start, store) == []
    out, _ = start(opening(sim), store=store).communicate(timeout=20)
    assert out == f"{trade['id']}\n"
    assert sim.check(creates=1) == []


@pytest.mark.parametrize(("fault", "details"), ARRIVED)
def test_a_release_whose_confirmation_was_killed_is_settled_by_reading(
    sim: Simulator, start: Program, store: str, fault: str, details: dict[str, int]
) -> None:
    opened = sim.open_trade(until="waitingAction")
    sim.fault(RELEASE, fault, **details)
    request = f'request_release(client.trade("{opened.id}"))'
    killed(sim, start(CONFIRM.format(request=request, attempt=20), store=store), RELEASE)
    (settlement,) = recovered(start, store)
    assert (settlement["verdict"], settlement["by"]) == ("done", "reading")
    assert settlement["trade"]["status"] == "waitingAddress"
    assert recovered(start, store) == []
    assert sim.inspect(opened)["effects"]["actions"] == 1
    assert sim.check() == []


def test_a_release_that_never_arrived_is_disproven_and_made_once(
    sim: Simulator, start: Program, store: str, keeper: Client
) -> None:
    opened = sim.open_trade(until="waitingAction")
    fault, details = LOST
    sim.fault(RELEASE, fault, **details)
    request = f'request_release(client.trade("{opened.id}"))'
    killed(sim, start(CONFIRM.format(request=request, attempt=0.5), store=store), RELEASE)
    assert [settlement.verdict for settlement in keeper.recover()] == ["unknown"]
    with pytest.raises(OperationInProgressError):
        keeper.request_release(keeper.trade(opened.id))
    sim.advance(3600)
    time.sleep(0.5)  # What was sent may be on its way for as long as an attempt takes.
    assert [(settlement.verdict, settlement.by) for settlement in keeper.recover()] == [("not_done", "reading")]
    assert sim.inspect(opened)["effects"]["actions"] == 0
    keeper.request_release(keeper.trade(opened.id)).confirm(operation="42")
    assert sim.inspect(opened)["effects"]["actions"] == 1
    assert sim.check() == []


def test_a_claim_whose_confirmation_was_killed_is_settled_by_reading(
    sim: Simulator, start: Program, store: str
) -> None:
    opened = sim.open_trade(until="waitingAddress")
    sim.fault(CLAIM, "slow", seconds=30)
    request = f'request_claim(client.trade("{opened.id}"), "{ADDRESS}")'
    killed(sim, start(CONFIRM.format(request=request, attempt=20), user="receiver", store=store), CLAIM)
    (settlement,) = recovered(start, store, "receiver")
    assert (settlement["verdict"], settlement["by"]) == ("done", "reading")
    assert settlement["operation"]["values"]["address"] == ADDRESS
    assert settlement["execution"]["executionId"]
    assert recovered(start, store, "receiver") == []
    assert sim.inspect(opened)["effects"]["executions"] == 1
    assert sim.check() == []


def test_what_a_living_process_is_at_is_not_taken(sim: Simulator, start: Program, store: str, keeper: Client) -> None:
    sim.fault(CREATE, "slow", seconds=1.5)
    process = start(opening(sim), store=store)
    soon(lambda: sent(sim, CREATE) > 0)
    assert keeper.recover() == []
    (operation,) = keeper.pending_operations()
    assert (operation.name, operation.state) == ("42", "running")
    settlement = keeper.resolve(operation)
    assert (settlement.verdict, settlement.by) == ("unknown", None)
    with pytest.raises(OperationInProgressError) as raised:
        keeper.forget("42")
    assert raised.value.operation == operation
    # The same name waits for the other process and gets what that got.
    people = {"sender": sim.sender.id, "receiver": sim.receiver.id}
    theirs = keeper.open_trade(sim.guild, crypto="ltc", **people, operation="42")
    assert process.communicate(timeout=20) == (f"{theirs.id}\n", "")
    assert sent(sim, CREATE) == 1
    assert keeper.pending_operations() == []
    assert keeper.resolve(operation).opened == theirs


def test_the_outcome_of_a_confirmation_after_ctrl_c_lands_in_the_store(
    sim: Simulator, keeper: Client, store: str
) -> None:
    trade = keeper.trade(sim.open_trade(until="waitingAction").id)
    challenge = keeper.request_release(trade)
    sim.fault(RELEASE, "slow", seconds=0.6)
    timer = Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        challenge.confirm(operation="42")
    timer.join()
    with Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, store=store) as other:
        (operation,) = other.pending_operations()
        assert operation.state == "running"
        keeper.close()
        assert other.pending_operations() == []
        settlement = other.resolve(operation)
    assert (settlement.verdict, settlement.by) == ("done", "record")
    assert settlement.trade is not None
    assert settlement.trade.status == "waitingAddress"
    assert sim.inspect(trade)["effects"]["actions"] == 1
    assert sim.check() == []


def test_the_outcome_of_a_cancelled_confirmation_lands_in_the_store(sim: Simulator, keeper: Client, store: str) -> None:
    async def main() -> Trade:
        account = sim.sender
        client = AsyncClient(account.token, user_id=account.id, base_url=sim.base_url, store=store)
        trade = await client.trade(sim.open_trade(until="waitingAction").id)
        challenge = await client.request_release(trade)
        sim.fault(RELEASE, "slow", seconds=0.6)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(challenge.confirm(operation="42"), 0.2)
        (operation,) = keeper.pending_operations()
        assert operation.state == "running"
        await client.close()
        assert keeper.resolve(operation).by == "record"
        return trade

    trade = asyncio.run(main())
    assert sim.inspect(trade)["effects"]["actions"] == 1
    assert sim.check() == []
