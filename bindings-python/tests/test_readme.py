"""What the README shows runs as it stands there."""

import re
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from autoplus import Client
from autoplus.testing import Simulator
from conftest import soon_after

README = Path(__file__).resolve().parent.parent / "README.md"
SHOP_LOOP, BOT_LOOP, NOTES, SIMULATED = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


def handled(sim: Simulator, event: int, program: Future[None]) -> None:
    """Waits until the program polls for what comes after an event."""
    while not any(request.query.get("offset") == str(event) for request in sim.requests()):
        if program.done():
            program.result()
            raise AssertionError("it ended too early")
        time.sleep(0.01)


@pytest.mark.parametrize(("amount", "orders"), [("0.50000001", ["42"]), ("0.49999999", [])])
def test_the_shop_loop_delivers_what_was_paid_once(
    sim: Simulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    amount: str,
    orders: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUTOPLUS_TOKEN", sim.receiver.token)
    monkeypatch.setenv("AUTOPLUS_USER_ID", sim.receiver.id)
    monkeypatch.setenv("AUTOPLUS_BASE_URL", sim.base_url)
    delivered: list[str] = []
    names = {
        "GUILD": sim.guild,
        "BUYER": sim.sender.id,
        "SHOP": sim.receiver.id,
        "delivered": delivered.__contains__,
        "deliver": delivered.append,
    }
    with ThreadPoolExecutor(1) as pool:
        program = pool.submit(exec, compile(SHOP_LOOP, str(README), "exec"), names)
        while not (program.done() or sim.trades()):
            time.sleep(0.01)
        trade = sim.trades()[0]["id"]
        try:
            for act in ("confirm_identification", "confirm_terms"):
                for user in ("sender", "receiver"):
                    sim.act(trade, user, act)
            sim.deposit(trade, amount)
            sim.confirm_deposit(trade)
            for _ in range(2):
                handled(sim, sim.emit(trade, "trade.updated", {}), program)
            assert delivered == orders
        finally:
            sim.close_trade(trade, "canceled")
        program.result(timeout=10)
    assert delivered == orders
    assert (tmp_path / "shop.db").exists()
    assert (f"escrow holds {amount} ltc" in capsys.readouterr().out) == bool(orders)


def test_the_bot_loop_tells_of_every_trade(
    sim: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUTOPLUS_TOKEN", sim.receiver.token)
    monkeypatch.setenv("AUTOPLUS_BASE_URL", sim.base_url)
    names: dict[str, Any] = {}
    said = ""

    def hear(line: str) -> bool:
        nonlocal said
        said += capsys.readouterr().out
        return line in said.splitlines()

    with ThreadPoolExecutor(1) as pool:
        program = pool.submit(exec, compile(BOT_LOOP, str(README), "exec"), names)
        try:
            assert soon_after(lambda: "watch" in names)
            opened = sim.open_trade()
            names["watch"].add(opened.id)
            assert soon_after(lambda: hear(f"{opened.id} trade.snapshot waitingIdentification")), said
            sim.close_trade(opened, "canceled")
            assert soon_after(lambda: hear(f"{opened.id} is over: canceled")), said
            names["watch"].add("300000000000000009")
            assert soon_after(lambda: hear("") or "300000000000000009 can't be followed" in said), said
        finally:
            names["watch"].close()
        program.result(timeout=10)


def test_the_notes_tell_of_trouble(sim: Simulator, sender: Client, capsys: pytest.CaptureFixture[str]) -> None:
    opened = sim.open_trade()
    exec(compile(NOTES, str(README), "exec"), {"client": sender})
    sim.fault("GET /trades/{id}/events", "status", status=503, times=1)
    with sender.events(opened.id) as events:
        next(events)
    sender.close()
    thread = next((thread for thread in threading.enumerate() if thread.name.endswith("(tell)")), None)
    if thread is not None:
        thread.join(5)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{opened.id} opened"
    assert said[1].startswith(f"{opened.id} failing ")
    assert said[2:] == [f"{opened.id} recovered", f"{opened.id} closed"]


def test_the_simulator_in_the_readme_works() -> None:
    exec(compile(SIMULATED, str(README), "exec"), {})
