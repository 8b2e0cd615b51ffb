"""The shop and the buyer against each other, over HTTP on one simulator."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autoplus.testing import Simulator, User

HERE = Path(__file__).resolve().parent
ADDRESS = {
    "ltc": "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9",
    "btc": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
}


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@dataclass
class Played:
    trade: str
    shop: list[str]
    buyer: list[str]
    goods: bool


def start(sim: Simulator, program: str, user: User, *arguments: str) -> subprocess.Popen[str]:
    settings = {"AUTOPLUS_BASE_URL": sim.base_url, "AUTOPLUS_TOKEN": user.token, "AUTOPLUS_USER_ID": user.id}
    command = [sys.executable, "-u", str(HERE / program), *arguments]
    return subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True)


def play(
    sim: Simulator, folder: Path, *, crypto: str = "ltc", shop: tuple[str, ...] = (), buyer: tuple[str, ...] = ()
) -> Played:
    """One trade from opening to its end."""
    goods = folder / "goods"
    deal = ["--order", "42", "--crypto", crypto, "--price", "0.5"]
    deal += ["--shop-terms", "one licence key", "--buyer-terms", "paid at once"]
    payout = ["--payout-address", ADDRESS[crypto], "--deliver-to", str(goods), "--buyer", sim.sender.id]
    where = shop or ("--guild", sim.guild)
    shopping = start(sim, "shop.py", sim.receiver, *deal, *payout, *where)
    assert shopping.stdout is not None
    trade = shop[1] if shop else shopping.stdout.readline().split()[2]
    bought = ["--trade", trade, "--shop", sim.receiver.id, "--return-address", ADDRESS[crypto]]
    kept = ["--record", str(folder / "record.db"), "--goods", str(goods)]
    buying = start(sim, "buyer.py", sim.sender, *deal, *bought, *kept, *buyer)
    buyer_said = buying.communicate(timeout=20)[0]
    shop_said = shopping.communicate(timeout=20)[0]
    assert (buying.returncode, shopping.returncode) == (0, 0), shop_said + buyer_said
    assert "sim-token-" not in shop_said + buyer_said
    return Played(trade, shop_said.splitlines(), buyer_said.splitlines(), goods.exists())


@pytest.mark.parametrize("crypto", ["ltc", "btc"])
def test_a_paid_order_is_delivered_and_released(sim: Simulator, tmp_path: Path, crypto: str) -> None:
    played = play(sim, tmp_path, crypto=crypto)
    assert played.goods
    assert f"escrow holds 0.5 {crypto}: delivering order 42" in played.shop
    assert played.shop[-1] == "trade closed: released"
    assert played.buyer[-1] == "trade closed: released, and the goods are here"


def test_an_underpaid_order_is_returned_and_never_delivered(sim: Simulator, tmp_path: Path) -> None:
    played = play(sim, tmp_path, buyer=("--pay", "0.49999999"))
    assert not played.goods
    assert "escrow holds 0.49999999 ltc, not the agreed 0.5 ltc: not delivered" in played.shop
    assert played.shop[-1] == "trade closed: returned"
    assert played.buyer[-1] == "trade closed: returned"


def test_an_order_is_paid_once(sim: Simulator, tmp_path: Path) -> None:
    first = play(sim, tmp_path)
    assert any(line.startswith("paid 0.5 ltc") for line in first.buyer)
    opened = sim.open_trade(until="waitingReceive", sender_terms="paid at once", receiver_terms="one licence key")
    again = ["--order", "42", "--crypto", "ltc", "--price", "0.5", "--trade", opened.id, "--shop", sim.receiver.id]
    again += ["--shop-terms", "one licence key", "--buyer-terms", "paid at once", "--return-address", ADDRESS["ltc"]]
    again += ["--record", str(tmp_path / "record.db"), "--goods", str(tmp_path / "other")]
    buying = start(sim, "buyer.py", sim.sender, *again)
    assert buying.stdout is not None
    assert "not paying again" in buying.stdout.readline()
    sim.close_trade(opened, "canceled")
    assert buying.communicate(timeout=20)[0] == "trade closed: canceled\n"
    assert sim.inspect(opened).get("amount") is None


def test_a_shop_goes_on_with_a_trade_that_it_is_told_of(sim: Simulator, tmp_path: Path) -> None:
    opened = sim.open_trade()
    played = play(sim, tmp_path, shop=("--trade", opened.id))
    assert played.goods
    assert played.shop[-1] == "trade closed: released"


def test_a_trade_that_staff_close_ends_both(sim: Simulator, tmp_path: Path) -> None:
    opened = sim.open_trade(until="waitingAction", sender_terms="paid at once", receiver_terms="one licence key")
    deal = ["--order", "42", "--crypto", "ltc", "--price", "0.5", "--trade", opened.id, "--shop", sim.receiver.id]
    deal += ["--shop-terms", "one licence key", "--buyer-terms", "paid at once", "--return-address", ADDRESS["ltc"]]
    kept = ["--record", str(tmp_path / "record.db"), "--goods", str(tmp_path / "goods")]
    buying = start(sim, "buyer.py", sim.sender, *deal, *kept)
    while not any(request.path == f"/trades/{opened.id}" for request in sim.requests()):
        time.sleep(0.01)
    sim.close_trade(opened, "canceled")
    assert buying.communicate(timeout=20)[0].endswith("trade closed: canceled\n")
    assert buying.returncode == 0
