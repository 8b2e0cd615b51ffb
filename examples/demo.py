"""Plays two whole trades, each between two languages, over real HTTP on one simulator, and prints what happens.

Python buys from Node, then Kotlin buys from Rust. Exit code 0 only if every step of both trades happened.
"""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHOP = {
    "Rust": [str(ROOT / "target/debug/shop")],
    "Node": ["node", str(ROOT / "examples/node/shop.mjs")],
}
BUYER = {
    "Python": [sys.executable, "-u", str(ROOT / "examples/python/buyer.py")],
    "Kotlin": [str(ROOT / "examples/kotlin/run.sh"), "buyer"],
}
SHOP_TERMS = "One licence key for Example 3, delivered at once."
BUYER_TERMS = "I release within a minute of delivery."
TIME_LIMIT = 60.0


@dataclass
class Deal:
    order: str
    crypto: str
    price: str
    payout_address: str
    return_address: str


@dataclass
class Simulator:
    process: subprocess.Popen[str]
    base_url: str
    world: dict[str, object] = field(default_factory=dict)

    @classmethod
    def start(cls) -> Simulator:
        program = ROOT / "target/debug/autoplus-simulator"
        command = [str(program), "--port", "0", "--with-parent"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        line = process.stdout.readline()
        simulator = cls(process, line.rsplit(" ", 1)[-1].strip())
        simulator.world = simulator.control(do="world")
        return simulator

    def control(self, **command: object) -> dict[str, object]:
        url = self.base_url.removesuffix("/v1") + "/control"
        with urllib.request.urlopen(url, data=json.dumps(command).encode(), timeout=10) as answer:
            result: dict[str, object] = json.load(answer)
            return result

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=10)


class Party:
    """One example program; its lines go to the common timeline."""

    def __init__(self, who: str, command: list[str], environment: dict[str, str], timeline: Timeline) -> None:
        self.who = who
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.reader = threading.Thread(target=self._read, args=(timeline,), daemon=True)
        self.reader.start()

    def _read(self, timeline: Timeline) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            timeline.put(self.who, line.rstrip())

    def finish(self, deadline: float) -> int:
        try:
            code = self.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = -1
        self.reader.join(timeout=5)
        return code


class Timeline:
    """Prints what each party says, in the order in which it was said."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.said: queue.SimpleQueue[str] = queue.SimpleQueue()

    def put(self, who: str, line: str) -> None:
        print(f"  {time.monotonic() - self.began:6.2f} s  {who:<14}  {line}", flush=True)
        self.said.put(line)


def play(simulator: Simulator, sender: str, receiver: str, deal: Deal) -> list[str]:
    """One trade from opening to payout; what went wrong, or nothing."""
    print(f"\n{sender} buys from {receiver}: order {deal.order} for {deal.price} {deal.crypto}\n")
    users = simulator.world["users"]
    assert isinstance(users, dict)
    timeline = Timeline()
    with tempfile.TemporaryDirectory() as folder:
        goods = Path(folder, "goods")
        shared = ["--order", deal.order, "--crypto", deal.crypto, "--price", deal.price]
        shared += ["--shop-terms", SHOP_TERMS, "--buyer-terms", BUYER_TERMS]
        for_shop = ["--guild", str(simulator.world["guild"]), "--buyer", users["sender"]["id"]]
        for_shop += ["--payout-address", deal.payout_address, "--deliver-to", str(goods)]
        deadline = time.monotonic() + TIME_LIMIT
        shop = Party(
            f"{receiver} shop", SHOP[receiver] + shared + for_shop, environment(simulator, "receiver", folder), timeline
        )
        trade = wait_for_trade(timeline, deadline)
        if trade is None:
            shop.finish(0)
            return [f"the {receiver} shop opened no trade"]
        for_buyer = ["--trade", trade, "--shop", users["receiver"]["id"], "--return-address", deal.return_address]
        for_buyer += ["--record", str(Path(folder, "record")), "--goods", str(goods)]
        buyer = Party(
            f"{sender} buyer", BUYER[sender] + shared + for_buyer, environment(simulator, "sender", folder), timeline
        )
        codes = {party.who: party.finish(deadline) for party in (buyer, shop)}
        wrong = [f"{who} ended with code {code}" for who, code in codes.items() if code != 0]
        if not goods.exists():
            wrong.append("the goods were never delivered")
    return wrong + judge(simulator, trade, deal, shop.lines + buyer.lines)


def environment(simulator: Simulator, role: str, folder: str) -> dict[str, str]:
    users = simulator.world["users"]
    assert isinstance(users, dict)
    own = {"AUTOPLUS_BASE_URL": simulator.base_url, "AUTOPLUS_TOKEN": users[role]["token"]}
    own |= {"AUTOPLUS_USER_ID": users[role]["id"], "AUTOPLUS_STORE": f"sqlite:{Path(folder, role)}.db"}
    return {**os.environ, **own}


def wait_for_trade(timeline: Timeline, deadline: float) -> str | None:
    while (left := deadline - time.monotonic()) > 0:
        try:
            line = timeline.said.get(timeout=left)
        except queue.Empty:
            return None
        if found := re.match(r"opened trade (\d+) ", line):
            return found.group(1)
    return None


def judge(simulator: Simulator, trade: str, deal: Deal, said: list[str]) -> list[str]:
    """Compares what the escrow saw with what was agreed, and looks for secrets in what was printed."""
    wrong = []
    url = f"{simulator.base_url}/trades/{trade}/events?offset=0&timeout=0"
    headers = {"Authorization": "Bearer sim-token-receiver"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        events = json.loads(answer.read(), parse_float=str, parse_int=str)["events"]
    last = events[-1]
    outcome = last["changes"].get("outcome")
    if last["type"] != "trade.closed" or outcome != "released":
        wrong.append(f"the trade ended with {last['type']} and outcome {outcome}, not released")
    end = last["trade"]
    if end.get("amount") != deal.price:
        wrong.append(f"the escrow received {end.get('amount')}, not exactly {deal.price}")
    requests = [request for request in simulator.control(do="requests", clear=True) if trade in request["path"]]  # type: ignore[attr-defined]
    confirmed = [json.loads(request["body"]) for request in requests if "confirm-" in request["path"]]
    secrets = {body["confirmationCode"] for body in confirmed} | {"sim-token-sender", "sim-token-receiver"}
    if len(confirmed) != 2:
        wrong.append(f"{len(confirmed)} challenges were confirmed, not a release and a claim")
    if any(secret in line for secret in secrets for line in said):
        wrong.append("a secret was printed")
    print(f"\n  result   {outcome}; {len(events)} events, {len(requests)} requests, {len(confirmed)} challenges (***)")
    print(f"  amount   {end.get('amount')} {end['crypto']}, network fees {end.get('fees')} {end['crypto']}")
    print(f"  deposit  {end.get('txid')}\n  payout   {end.get('settlementTxid')}")
    return wrong


def main() -> int:
    ltc = Deal("41", "ltc", "0.12345678", *["ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"] * 2)
    btc = Deal("42", "btc", "0.015", *["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"] * 2)
    simulator = Simulator.start()
    try:
        wrong = play(simulator, "Python", "Node", ltc) + play(simulator, "Kotlin", "Rust", btc)
    finally:
        simulator.stop()
    print()
    for why in wrong:
        print(f"wrong: {why}")
    print("both trades were played to the end" if not wrong else "the demo did not go as it should")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
