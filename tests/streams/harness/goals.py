"""What must hold, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .measuring import Figures

SHARE_OF_PEER = 1 / 3
KIB = 20.0
P99_MS = 50.0


@dataclass(frozen=True)
class Goal:
    """One goal and how far it was reached."""

    text: str
    holds: bool
    shown: str


def goals(results: list[Figures]) -> Iterator[Goal]:
    """All that can be judged from these results."""
    for ours in (figures for figures in results if figures.driver.ours):
        if ours.protocol == "h2":
            yield from _cpu(ours, results)
            yield _at_most(ours, "memory at most", ours.kib_peak, KIB, "KiB a stream")
        if ours.p99_ms is not None:
            yield _at_most(ours, "99 % of events within", ours.p99_ms, P99_MS, "ms")
        lost = ours.failures
        yield Goal(f"{_name(ours)}: nothing lost", not lost, "; ".join(lost) or "no stream, no event")


def _cpu(ours: Figures, results: list[Figures]) -> Iterator[Goal]:
    peers = peers_of(ours, results)
    if not peers:
        return
    for what, own, theirs in [
        ("idle", ours.idle_cpu, min(peers, key=lambda peer: peer.idle_cpu)),
        ("opened and idle", ours.cpu, min(peers, key=lambda peer: peer.cpu)),
    ]:
        cost = theirs.idle_cpu if what == "idle" else theirs.cpu
        share = own / cost
        yield Goal(
            f"{_name(ours)}: CPU of a stream, {what}, at most a third of {theirs.driver.name}'s",
            # Streams that were lost cost nothing.
            share <= SHARE_OF_PEER and not ours.lost,
            f"{own:.0f} µs of {cost:.0f} µs: {share:.2f}",
        )


def peers_of(ours: Figures, results: list[Figures]) -> list[Figures]:
    """Those of the same language that do what they do by default; for Rust, which has none here, all."""
    peers = [one for one in results if one.driver.by_default and one.protocol == ours.protocol]
    return [peer for peer in peers if peer.driver.language == ours.driver.language] or peers


def _at_most(ours: Figures, what: str, value: float, limit: float, unit: str) -> Goal:
    holds = value <= limit and not ours.lost
    return Goal(f"{_name(ours)}: {what} {limit:.0f} {unit}", holds, f"{value:.1f}")


def _name(figures: Figures) -> str:
    return f"{figures.driver.name} over {figures.protocol}"
