"""The shop and the buyer against each other, over HTTP on one simulator."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

import pytest

from autoplus import Client, OpenedTrade, OutcomeUnknownError, Timeouts, Trade
from autoplus.testing import Simulator, User
from deal import act_on, recover

HERE = Path(__file__).resolve().parent
ADDRESS = {
    "ltc": "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9",
    "btc": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
}
TERMS = ["--shop-terms", "one licence key", "--buyer-terms", "paid at once"]
AGREED = {"sender_terms": "paid at once", "receiver_terms": "one licence key"}


running: list[subprocess.Popen[str]] = []


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A fresh simulator. Both programs outlast its end, so a test that failed half-way ends them."""
    with Simulator() as simulator:
        yield simulator
    while running:
        program = running.pop()
        program.kill()
        program.communicate()


@dataclass
class Played:
    shop: list[str]
    buyer: list[str]
    goods: bool


def start(sim: Simulator, program: str, user: User, *arguments: str) -> subprocess.Popen[str]:
    settings = {"AUTOPLUS_BASE_URL": sim.base_url, "AUTOPLUS_TOKEN": user.token, "AUTOPLUS_USER_ID": user.id}
    command = [sys.executable, "-u", str(HERE / program), *arguments]
    started = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True)
    running.append(started)
    return started


def deal(crypto: str = "ltc") -> list[str]:
    return ["--order", "42", "--crypto", crypto, "--price", "0.5", *TERMS]


def shop(sim: Simulator, folder: Path, *arguments: str, crypto: str = "ltc") -> subprocess.Popen[str]:
    own = ["--payout-address", ADDRESS[crypto], "--deliver-to", str(folder / "goods"), "--buyer", sim.sender.id]
    kept = ["--store", f"sqlite:{folder / 'shop.db'}"]
    return start(sim, "shop.py", sim.receiver, *deal(crypto), *own, *kept, *arguments)


def buyer(sim: Simulator, folder: Path, trade: str, *arguments: str, crypto: str = "ltc") -> subprocess.Popen[str]:
    own = ["--trade", trade, "--shop", sim.receiver.id, "--return-address", ADDRESS[crypto]]
    kept = ["--record", str(folder / "record.db"), "--store", f"sqlite:{folder / 'buyer.db'}"]
    own += ["--goods", str(folder / "goods")]
    return start(sim, "buyer.py", sim.sender, *deal(crypto), *own, *kept, *arguments)


def hear(program: subprocess.Popen[str], beginning: str) -> str:
    """Waits until the program says a line that begins so; one that never does is ended."""
    assert program.stdout is not None
    patience = Timer(60, program.kill)
    patience.start()
    try:
        for line in program.stdout:
            if line.startswith(beginning):
                return line.rstrip()
    finally:
        patience.cancel()
    raise AssertionError(f"it ended without {beginning!r}")


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def reach(sim: Simulator, trade: OpenedTrade, status: str) -> None:
    wait_until(lambda: bool(sim.inspect(trade)["status"] == status))


def handled(sim: Simulator, event: int) -> None:
    """Waits until somebody is through with an event and polls for what comes after it."""
    wait_until(lambda: any(request.query.get("offset") == str(event) for request in sim.requests()))


def end(program: subprocess.Popen[str]) -> list[str]:
    said = program.communicate(timeout=20)[0]
    assert program.returncode == 0, said
    assert "sim-token-" not in said
    return said.splitlines()


def play(sim: Simulator, folder: Path, *, crypto: str = "ltc", pay: tuple[str, ...] = ()) -> Played:
    """One trade from opening to its end."""
    shopping = shop(sim, folder, "--guild", sim.guild, crypto=crypto)
    opened = hear(shopping, "opened trade ")
    buying = buyer(sim, folder, opened.split()[2], *pay, crypto=crypto)
    bought = end(buying)
    return Played(end(shopping), bought, (folder / "goods").exists())


@pytest.mark.parametrize("crypto", ["ltc", "btc"])
def test_a_paid_order_is_delivered_and_released(sim: Simulator, tmp_path: Path, crypto: str) -> None:
    played = play(sim, tmp_path, crypto=crypto)
    assert played.goods
    assert f"escrow holds 0.5 {crypto}: delivering order 42" in played.shop
    assert played.shop[-1] == "trade closed: released"
    assert played.buyer[-1] == "trade closed: released, and the goods are here"


def test_an_underpaid_order_is_returned_and_never_delivered(sim: Simulator, tmp_path: Path) -> None:
    played = play(sim, tmp_path, pay=("--pay", "0.49999999"))
    assert not played.goods
    assert "escrow holds 0.49999999 ltc, not the agreed 0.5 ltc: not delivered" in played.shop
    assert played.shop[-1] == "trade closed: returned"
    assert played.buyer[-1] == "trade closed: returned"


def test_an_order_is_paid_once(sim: Simulator, tmp_path: Path) -> None:
    first = play(sim, tmp_path)
    assert any(line.startswith("paid 0.5 ltc") for line in first.buyer)
    (tmp_path / "goods").unlink()
    opened = sim.open_trade(until="waitingReceive", **AGREED)
    buying = buyer(sim, tmp_path, opened.id)
    assert "not paying again" in hear(buying, "order 42 ")
    sim.close_trade(opened, "canceled")
    assert end(buying) == ["trade closed: canceled"]
    assert sim.inspect(opened).get("amount") is None


def test_a_shop_goes_on_with_a_trade_that_it_is_told_of(sim: Simulator, tmp_path: Path) -> None:
    opened = sim.open_trade()
    shopping, buying = shop(sim, tmp_path, "--trade", opened.id), buyer(sim, tmp_path, opened.id)
    assert end(buying)[-1] == "trade closed: released, and the goods are here"
    assert end(shopping)[-1] == "trade closed: released"


def test_a_trade_that_staff_close_ends_both(sim: Simulator, tmp_path: Path) -> None:
    opened = sim.open_trade(until="waitingAction", **AGREED)
    buying = buyer(sim, tmp_path, opened.id)
    wait_until(lambda: any(request.path == f"/trades/{opened.id}" for request in sim.requests()))
    sim.close_trade(opened, "canceled")
    assert end(buying)[-1] == "trade closed: canceled"


def test_an_order_is_delivered_once_however_many_events_come(sim: Simulator, tmp_path: Path) -> None:
    opened = sim.open_trade(until="waitingAction", **AGREED)
    shopping = shop(sim, tmp_path, "--trade", opened.id)
    hear(shopping, "escrow holds 0.5 ltc: delivering")
    for _ in range(3):
        handled(sim, sim.emit(opened, "trade.updated", {}))
    sim.act(opened, "sender", "release")
    said = end(shopping)
    assert not [line for line in said if "deliver" in line]
    assert said[-1] == "trade closed: released"


def test_nothing_is_delivered_by_an_event_that_is_old(sim: Simulator, tmp_path: Path) -> None:
    opened = sim.open_trade(until="waitingAction", **AGREED)
    sim.fault("GET /trades/{id}", "overtaken", act={"user": "receiver", "act": "return"})
    shopping = shop(sim, tmp_path, "--trade", opened.id)
    reach(sim, opened, "waitingReturnAddress")
    sim.act(opened, "sender", "claim")
    assert end(shopping) == ["trade closed: returned"]
    assert not (tmp_path / "goods").exists()


def test_odd_text_of_the_other_side_ends_nothing(sim: Simulator, tmp_path: Path) -> None:
    opened = sim.open_trade(until="waitingTermsAcceptance", receiver_terms="one licence key")
    sim.patch(opened, {"terms.sender.text": r'"\ud83d\u001b[2J"'})
    shopping = shop(sim, tmp_path, "--trade", opened.id)
    assert hear(shopping, "their terms are not what was agreed").endswith(r": '\ud83d\x1b[2J'")
    sim.close_trade(opened, "canceled")
    assert end(shopping) == ["trade closed: canceled"]


@pytest.mark.parametrize("lost", ["lost_before", "lost_after"])
def test_what_is_unknown_is_asked_until_it_is_known(sim: Simulator, tmp_path: Path, lost: str) -> None:
    for confirmation in ("action", "claim"):
        sim.fault(f"POST /trades/{{id}}/confirm-{confirmation}", lost, times=5)
    played = play(sim, tmp_path)
    assert played.buyer[-1] == "trade closed: released, and the goods are here"
    assert played.shop[-1] == "trade closed: released"
    assert sim.check(creates=1) == []
    asked = [line for line in played.buyer + played.shop if line.startswith("not known yet")]
    assert lost == "lost_after" or len(asked) == 2


def test_a_challenge_that_ran_out_is_replaced_once_nothing_moved(sim: Simulator, tmp_path: Path) -> None:
    opened = sim.open_trade(until="waitingAction", **AGREED)
    (tmp_path / "goods").write_text("here")
    sim.fault("POST /trades/{id}/confirm-action", "lost_before", times=99)
    buying = buyer(sim, tmp_path, opened.id)
    hear(buying, "not known yet")
    sim.advance(3600)
    sim.calm()
    hear(buying, "looking again: ")
    reach(sim, opened, "waitingAddress")
    sim.act(opened, "receiver", "claim")
    assert end(buying)[-1] == "trade closed: released, and the goods are here"
    assert sim.check() == []


def kill(sim: Simulator, program: subprocess.Popen[str], route: str) -> None:
    """Ends a program with SIGKILL while it waits for an answer."""
    wait_until(lambda: any(request.path.endswith(route) for request in sim.requests()))
    program.kill()
    program.wait()


def test_a_shop_that_is_killed_while_it_opens_a_trade_goes_on_with_that_trade(sim: Simulator, tmp_path: Path) -> None:
    sim.fault("POST /guilds/{guildId}/trades", "slow", seconds=30)
    kill(sim, shop(sim, tmp_path, "--guild", sim.guild), "/trades")
    shopping = shop(sim, tmp_path, "--guild", sim.guild)
    assert hear(shopping, "from an earlier run") == "from an earlier run: open_trade order:42: done, once"
    opened = hear(shopping, "opened trade ").split()[2]
    assert [trade["id"] for trade in sim.trades()] == [opened]
    hear(shopping, "confirmed who")
    sim.close_trade(opened, "canceled")
    assert end(shopping)[-1] == "trade closed: canceled"
    assert sim.check(creates=1) == []


def test_a_shop_that_starts_again_goes_on_behind_what_it_handled(sim: Simulator, tmp_path: Path) -> None:
    opened = sim.open_trade()
    shopping = shop(sim, tmp_path, "--trade", opened.id)
    hear(shopping, "confirmed who")
    last = sim.emit(opened, "trade.updated", {})
    handled(sim, last)
    shopping.kill()
    shopping.wait()
    seen = len(sim.requests())
    shopping = shop(sim, tmp_path, "--trade", opened.id)

    def polls() -> list[str | None]:
        return [request.query.get("offset") for request in sim.requests()[seen:] if request.path.endswith("/events")]

    wait_until(lambda: bool(polls()))
    assert polls() == [str(last)]
    sim.close_trade(opened, "canceled")
    assert end(shopping) == ["trade closed: canceled"]


def test_a_buyer_that_is_killed_while_it_releases_learns_that_it_did(sim: Simulator, tmp_path: Path) -> None:
    opened = sim.open_trade(until="waitingAction", **AGREED)
    (tmp_path / "goods").write_text("here")
    sim.fault("POST /trades/{id}/confirm-action", "slow", seconds=30)
    kill(sim, buyer(sim, tmp_path, opened.id), "/confirm-action")
    buying = buyer(sim, tmp_path, opened.id)
    assert "release release:42: done" in hear(buying, "from an earlier run")
    sim.act(opened, "receiver", "claim")
    assert end(buying)[-1] == "trade closed: released, and the goods are here"
    assert sim.inspect(opened)["effects"]["actions"] == 1
    assert sim.check() == []


def test_what_an_earlier_run_left_open_is_settled_before_it_is_begun_anew(
    sim: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("deal.PAUSE", 0.2)
    opened = sim.open_trade(until="waitingAction")
    account, store, limits = sim.sender, f"sqlite:{tmp_path / 'buyer.db'}", Timeouts(call=0.6, attempt=0.3)

    def run() -> Client:
        return Client(account.token, user_id=account.id, base_url=sim.base_url, store=store, timeouts=limits)

    sim.fault("POST /trades/{id}/confirm-action", "lost_before", times=99)
    with run() as earlier, pytest.raises(OutcomeUnknownError):
        earlier.request_release(earlier.trade(opened.id)).confirm(operation="release:42")
    sim.calm()
    with run() as client:
        recover(client)

        def release(trade: Trade) -> None:
            client.request_release(trade).confirm(operation="release:42")

        sim.advance(3600)
        act_on(client, client.trade(opened.id), release)
    said = capsys.readouterr().out
    assert "from an earlier run: release release:42: still unknown" in said
    assert "looking again: " in said
    assert sim.inspect(opened)["effects"]["actions"] == 1
    assert sim.check() == []
