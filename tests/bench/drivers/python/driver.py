"""What all drivers in Python do: obey the lines of the harness, and read what they got to the last field."""

from __future__ import annotations

import os
import sys
from operator import attrgetter

# A cold start is measured too: nothing is imported before it is needed.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    Once = Callable[[], int]
    OnceAsync = Callable[[], Awaitable[int]]

URL = os.environ["BENCH_URL"]
TRADE = os.environ["BENCH_TRADE"]
CA_FILE = os.environ["BENCH_CA_FILE"] or None
TOKEN = "bench"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
GUILD = "100000000000000001"
AT_ONCE = 64

TRADE_URL = f"{URL}/trades/{TRADE}"
EVENTS_URL = f"{TRADE_URL}/events"
OPEN_URL = f"{URL}/guilds/{GUILD}/trades"
ACTION_URL = f"{TRADE_URL}/action"
CONFIRM_URL = f"{TRADE_URL}/confirm-action"
AFTER_FIRST = {"offset": "0"}
RELEASE = {"action": "release"}

_read_three = attrgetter("revision", "status", "amount")
_read_event = attrgetter("id", "type", "occurred_at", "trade")
_read_trade = attrgetter(
    "id",
    "trade_id",
    "revision",
    "opened_at",
    "crypto",
    "status",
    "sender",
    "receiver",
    "identification_revision",
    "identification_confirmed_by",
    "terms",
    "address",
    "fees",
    "fees_usd",
    "amount",
    "amount_usd",
    "received_at",
    "txid",
    "settlement_txid",
    "fund_controls_locked",
)
_read_terms = attrgetter("version", "sender", "receiver")
_read_side = attrgetter("text", "confirmed", "confirmed_at")


def read_three(trade: Any) -> int:
    revision: int = _read_three(trade)[0]
    return revision


def read_all(events: Any, changes: Callable[[Any], object] = attrgetter("changes")) -> int:
    """Every field of every event, and of its trade."""
    total = 0
    for event in events:
        id, _, _, trade = _read_event(event)
        changes(event)
        fields = _read_trade(trade)
        if (terms := fields[10]) is not None:
            _, sender, receiver = _read_terms(terms)
            _read_side(sender)
            _read_side(receiver)
        total += id + fields[2]
    return total


def obey(one: Once, pay: Once, batch: Once) -> None:
    """Works until nobody is left to tell what. Each work gives its share of the check."""
    one()
    if sys.argv[1:] == ["once"]:
        return
    from concurrent.futures import ThreadPoolExecutor

    threads = ThreadPoolExecutor(AT_ONCE)

    def repeat(work: Once, times: int) -> int:
        return sum(work() for _ in range(times))

    def many(times: int) -> int:
        return sum(threads.map(repeat, [one] * AT_ONCE, [times // AT_ONCE] * AT_ONCE))

    works = {"one": one, "pay": pay, "batch": batch}
    say("ready")
    for line in sys.stdin:
        work, times = line.split()
        done = many(int(times)) if work == "many" else repeat(works[work], int(times))
        say(f'{{"check": {done}}}')


async def obey_async(one: OnceAsync, pay: OnceAsync, batch: OnceAsync) -> None:
    """The same inside asyncio."""
    await one()
    if sys.argv[1:] == ["once"]:
        return
    from asyncio import gather, to_thread

    async def repeat(work: OnceAsync, times: int) -> int:
        total = 0
        for _ in range(times):
            total += await work()
        return total

    async def many(times: int) -> int:
        return sum(await gather(*(repeat(one, times // AT_ONCE) for _ in range(AT_ONCE))))

    works = {"one": one, "pay": pay, "batch": batch}
    say("ready")
    while line := await to_thread(sys.stdin.readline):
        work, times = line.split()
        done = await (many(int(times)) if work == "many" else repeat(works[work], int(times)))
        say(f'{{"check": {done}}}')


def say(line: str) -> None:
    print(line, flush=True)
