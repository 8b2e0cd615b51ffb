"""What must hold, what is wanted, and whether it is so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .figures import Cell, Results
from .stacks import START
from .starts import BARE

OURS = "autoplus"


@dataclass(frozen=True)
class Limit:
    """A share of the peer's cost, or milliseconds, and how a person says it."""

    value: float
    text: str


def less(times: float) -> Limit:
    return Limit(1 / times, f"{times:g}x less")


def at_most(share: float) -> Limit:
    return Limit(share, f"at most {share:g}x")


def millis(most: float) -> Limit:
    return Limit(most, f"at most {most:g} ms")


@dataclass(frozen=True)
class Goal:
    """One figure that is promised."""

    group: str
    ours: str
    work: str
    peer: str
    must: Limit
    wanted: Limit


GOALS = [
    Goal("python", OURS, "one", "requests + dataclass", less(10), less(15)),
    Goal("python", OURS, "one", "httpx + pydantic", less(6), less(9)),
    Goal("python", OURS, "one", "http.client + msgspec", less(1.3), less(1.7)),
    Goal("python-async", OURS, "one", "aiohttp + pydantic", less(1.2), less(1.5)),
    Goal("python-async", OURS, "many", "aiohttp + pydantic", less(2.5), less(3.5)),
    Goal("python-async", OURS, "many", "httpx + pydantic", less(40), less(50)),
    Goal("node", OURS, "one", "fetch", less(2.3), less(2.8)),
    Goal("node", OURS, "many", "fetch", less(5.5), less(8)),
    Goal("node", OURS, "one", "undici", at_most(1.15), at_most(1)),
    Goal("node", OURS, "many", "undici", less(1.2), less(1.8)),
    Goal("jvm", "autoplus, suspend", "many", "OkHttp + kotlinx", less(2), less(3.5)),
    Goal("jvm", "autoplus, suspend", "many", "java.net.http + Jackson", less(5), less(8)),
    Goal("jvm", "autoplus, suspend", "many", "ktor-cio + kotlinx", less(12), less(20)),
    Goal("jvm", "autoplus, suspend", "one", "OkHttp + kotlinx", at_most(1), less(1.3)),
    Goal("jvm", "autoplus, blocking", "one", "OkHttp + kotlinx", less(1.5), less(2)),
    Goal("python", OURS, "batch", "requests + dataclass", less(3), less(4)),
    Goal("node", OURS, "batch", "undici", at_most(1.3), at_most(1)),
    Goal("jvm", "autoplus, suspend", "batch", "OkHttp + kotlinx", at_most(1.3), at_most(1)),
    Goal("rust", OURS, "many", "hyper", at_most(2), at_most(1.5)),
    Goal("python", OURS, START, BARE, millis(15), millis(10)),
    Goal("python-async", OURS, START, BARE, millis(25), millis(15)),
    Goal("node", OURS, START, BARE, millis(20), millis(15)),
    Goal("jvm", "autoplus, suspend", START, "OkHttp + kotlinx", at_most(0.6), at_most(0.3)),
]

SYNCS = 1.0
"""Waits for the disk that an operation may cost: one, before it leaves."""


@dataclass(frozen=True)
class Verdict:
    """What became of a goal."""

    what: str
    against: str
    must: str
    wanted: str
    seen: str
    said: str
    holds: bool


def verdicts(results: Results) -> Iterator[Verdict]:
    """All that can be judged from these results; the ratios over the first connection, the ranks over TLS."""
    for goal in GOALS:
        ours = results.find(goal.group, goal.ours, goal.work, "plain")
        peer = results.find(goal.group, goal.peer, goal.work, "plain")
        if ours is not None and peer is not None:
            yield _judged(goal, ours, peer)
    if results.syncs is not None:
        holds = results.syncs <= SYNCS + 0.05
        yield Verdict(
            "rust: autoplus, sqlite, fsync for each operation",
            "-",
            f"at most {SYNCS:g}",
            f"at most {SYNCS:g}",
            f"{results.syncs:.2f}",
            "goal reached" if holds else f"**missed by {results.syncs - SYNCS:.2f}**",
            holds,
        )
    yield from _ranks(results)


def _judged(goal: Goal, ours: Cell, peer: Cell) -> Verdict:
    if goal.peer == BARE:
        value, seen = ours.middle / 1000, f"{ours.middle / 1000:.1f} ms"
    else:
        value = ours.middle / peer.middle
        own, theirs, unit = ours.middle / ours.scale, peer.middle / peer.scale, ours.unit
        less_by = f" ({1 / value:.1f}x less)" if value < 1 else ""
        seen = f"{own:.1f} of {theirs:.1f} {unit}: {value:.2f}x{less_by}"
    if value <= goal.wanted.value:
        said = "goal reached"
    elif value <= goal.must.value:
        said = f"holds; the goal is missed by {value / goal.wanted.value - 1:.0%}"
    else:
        said = f"**missed by {value / goal.must.value - 1:.0%}**"
    what = f"{goal.group}: {goal.ours}, {goal.work}"
    return Verdict(what, goal.peer, goal.must.text, goal.wanted.text, seen, said, value <= goal.must.value)


def _ranks(results: Results) -> Iterator[Verdict]:
    """Whoever costs more than the library without TLS does so with it."""
    for ours in (cell for cell in results.cells if cell.protocol == "tls" and cell.ours and not cell.stored):
        plain = results.find(ours.group, ours.stack, ours.work, "plain")
        if plain is None:
            continue
        overtaken = []
        for peer in results.of(ours.group, ours.work, "tls"):
            before = results.find(ours.group, peer.stack, ours.work, "plain")
            if before is None or peer.ours or peer.stack == BARE:
                continue
            if before.middle > plain.middle and peer.middle < ours.middle:
                overtaken.append(f"{peer.stack} ({ours.middle / peer.middle:.2f}x)")
        yield Verdict(
            f"{ours.group}: {ours.stack}, {ours.work} over TLS",
            "all peers",
            "the same ranks",
            "the same ranks",
            ", ".join(overtaken) or "as without TLS",
            "**missed**" if overtaken else "goal reached",
            not overtaken,
        )
