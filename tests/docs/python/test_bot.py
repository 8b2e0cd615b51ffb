"""How a bot is tested: its own code, against a whole AutoPlus in the process."""

from __future__ import annotations

# ANCHOR: fixtures
from collections.abc import Iterator
from decimal import Decimal

import pytest
from known import until_known

from autoplus import ChallengeExpiredError, Client, Timeouts
from autoplus.testing import Simulator


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def buyer(sim: Simulator) -> Iterator[Client]:
    user = sim.sender
    impatient = Timeouts(attempt=0.5, call=2)
    with Client(user.token, user_id=user.id, base_url=sim.base_url, timeouts=impatient) as client:
        yield client


# ANCHOR_END: fixtures


# ANCHOR: bot
def release(client: Client, trade_id: str) -> None:
    challenge = client.request_release(client.trade(trade_id))
    until_known(lambda: challenge.confirm(operation="release:42"), pause=0.1)


# ANCHOR_END: bot


# ANCHOR: fault
@pytest.mark.parametrize("lost", ["lost_before", "lost_after"])
def test_funds_are_released_once_whatever_is_lost(sim: Simulator, buyer: Client, lost: str) -> None:
    trade = sim.open_trade(until="waitingAction")
    sim.fault("POST /trades/{id}/confirm-action", lost, times=2)
    release(buyer, trade.id)
    assert sim.inspect(trade)["effects"]["actions"] == 1
    assert sim.check() == []  # no rule was broken: nothing moved twice, nothing that wasn't confirmed


# ANCHOR_END: fault


# ANCHOR: time
def test_an_old_challenge_moves_nothing(sim: Simulator, buyer: Client) -> None:
    trade = sim.open_trade(until="waitingAction")
    challenge = buyer.request_release(buyer.trade(trade.id))
    sim.advance(61)  # virtual: it takes no time
    with pytest.raises(ChallengeExpiredError):
        challenge.confirm()
    assert sim.inspect(trade)["status"] == "waitingAction"


# ANCHOR_END: time


# ANCHOR: play
def test_a_deposit_that_is_too_small(sim: Simulator, buyer: Client) -> None:
    trade = sim.open_trade(until="waitingReceive")
    sim.deposit(trade, "0.4")
    sim.confirm_deposit(trade)
    assert not buyer.trade(trade.id).covers(Decimal("0.5"), "ltc")
    sim.act(trade, "receiver", "return")  # the other side, in Discord
    assert buyer.trade(trade.id).status == "waitingReturnAddress"


# ANCHOR_END: play
