"""The simulator as the package offers it."""

import threading
import time
import urllib.request

import pytest

from autoplus import Client
from autoplus.testing import ControlError, Simulator


def test_it_starts_in_milliseconds_and_stops() -> None:
    began = time.monotonic()
    with Simulator() as sim:
        assert time.monotonic() - began < 1
        with urllib.request.urlopen(f"{sim.base_url}/servers") as answer:
            assert answer.status == 200
    with pytest.raises(ControlError, match="closed"):
        sim.now()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{sim.base_url}/servers")


def test_each_one_is_a_world_of_its_own() -> None:
    with Simulator(seed=1) as one, Simulator(seed=1) as other:
        assert one.base_url != other.base_url
        assert one.open_trade().id == other.open_trade().id
        one.open_trade()
        with Client(base_url=other.base_url) as client:
            client.stats()
        assert (len(one.requests()), len(other.requests())) == (0, 1)


def test_wrong_commands_are_refused_with_advice(sim: Simulator) -> None:
    with pytest.raises(ControlError, match="open_trade"):
        sim.control({"do": "nothing"})
    with pytest.raises(ControlError):
        sim.deposit("1", "0.5")


def test_every_verb_has_its_method(sim: Simulator, sender: Client) -> None:
    start = sim.now()
    sim.advance(60)
    assert 60 <= (sim.now() - start).total_seconds() < 65
    opened = sim.open_trade(until="waitingReceive", crypto="btc")
    assert sim.deposit(opened, "0.1", txid="f" * 64) == "f" * 64
    sim.confirm_deposit(opened)
    sim.lock(opened)
    assert sender.trade(opened.id).fund_controls_locked
    sim.lock(opened, False)
    sim.support(opened)
    sim.support(opened, False)
    sim.reduce(opened, "0.02")
    assert sender.trade(opened.id).status == "waitingReduceAmountAddress"
    forced = sim.open_trade(until="waitingAction")
    sim.force(forced, "return")
    sim.emit(forced, "trade.something", {"a": 1})
    sim.expire_history(forced)
    sim.close_trade(forced, None)
    assert sim.inspect(forced)["closed"]
    assert sim.settings(hide_closed=False)["hide_closed"] is False
    sim.set_crypto("ltc", False)
    with pytest.raises(ControlError):
        sim.open_trade(crypto="ltc")
    user = sim.add_user()
    sim.revoke_token(user.token)
    assert repr(user.token) not in repr(user)
    sim.fault("GET /trades/{id}", "lost_before", times=100)
    sim.calm()
    assert sender.trade(forced.id)
    assert [trade["id"] for trade in sim.trades()] == [opened.id, forced.id]
    assert sim.check() == sim.check(opened) == []
    requests = sim.requests(clear=True)
    assert [request.path.split("/")[1] for request in requests] == ["trades"] * 3
    assert requests[0].headers["authorization"].startswith("Bearer ")
    assert not sim.requests()


def test_threads_can_drive_it(sim: Simulator) -> None:
    threads = [threading.Thread(target=sim.open_trade) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sim.open_trade().trade_id == 1009
