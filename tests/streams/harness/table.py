"""The results as Markdown, which reads well in a terminal too."""

from __future__ import annotations

from common import markdown

from .goals import Goal, peers_of
from .measuring import Figures, Plan

PROTOCOLS = {"h2": "TLS, HTTP/2 with 100 streams a connection", "h1": "HTTP/1.1 without TLS"}

HEAD = [
    "stack", "KiB peak / idle", "opened in s", "CPU µs: opening", "idle", "both", "times the peer's",
    "CPU µs an event", "p50 / p99 ms", "connections", "polls of a trade at once", "lost", "CPU of others", "notes",
]  # fmt: skip


def tables(results: list[Figures]) -> str:
    """One table for each protocol."""
    parts = []
    for protocol, title in PROTOCOLS.items():
        rows = [_row(figures, results) for figures in results if figures.protocol == protocol]
        if rows:
            parts.append(f"## {title}\n\n{markdown.table([HEAD, *rows])}")
    return "\n\n".join(parts)


def verdicts(found: list[Goal], unfinished: int) -> str:
    """Goal by goal. Of what did not finish nothing can be said."""
    rows = [["goal", "holds", "seen"]]
    rows += [[goal.text, "yes" if goal.holds else "**no**", goal.shown] for goal in found]
    missed = sum(not goal.holds for goal in found)
    end = "All goals hold." if not missed else f"{missed} of {len(found)} goals do not hold."
    if unfinished:
        end = f"{unfinished} did not finish, of which no goal is judged. Of the others: {end}"
    return f"## Goals\n\n{markdown.table(rows)}\n\n{end}"


def preface(plan: Plan, profile: str) -> str:
    """What was measured, and how to read it."""
    return (
        f"# {plan.streams} streams in one process\n\n"
        f"Written by `make streams` ({profile} build). Each stack follows {plan.streams} trades from one process, "
        "alone with a fresh server, one after another in the same run. Memory is what the process grew by since it was "
        "ready and warm, divided by the streams; CPU is the process's own, per stream, for opening and for "
        f"{plan.hold} s of idling, in which each poll ends once and is sent again. Then {plan.rate} events a second "
        f"happen to random trades for {plan.event_seconds:.0f} s; the time runs from the server's event to the "
        "consumer's hand, with the server on the same cores. Peers open at most 100 streams at once, the library as it "
        "sees fit. JVMs run with a young generation of 16 MiB, so that garbage not yet collected doesn't count as "
        "held. Where others had much of the processors meanwhile (last column but one), the figures say little.\n"
    )


def of_earlier_runs(kept: list[Figures]) -> str:
    """Which rows were not measured together with the others."""
    names = sorted({figures.driver.name for figures in kept})
    return f"Measured in an earlier run: {', '.join(names)}." if names else ""


def _row(figures: Figures, results: list[Figures]) -> list[str]:
    driver = figures.driver
    notes = [*([driver.note] if driver.note and figures.protocol == "h2" else []), *figures.failures]
    return [
        f"**{driver.name}**" if driver.ours else driver.name,
        f"{figures.kib_peak:.1f} / {figures.kib_idle:.1f}",
        f"{figures.opening_seconds:.1f}",
        f"{figures.opening_cpu:.0f}",
        f"{figures.idle_cpu:.0f}",
        f"{figures.cpu:.0f}",
        _ratio(figures, results),
        f"{figures.events_cpu:.0f}",
        "-" if figures.p50_ms is None else f"{figures.p50_ms:.1f} / {figures.p99_ms:.1f}",
        str(figures.connections),
        str(figures.most_at_once),
        str(figures.lost),
        f"{max(figures.others, 0):.0%}",
        markdown.cell("; ".join(notes)),
    ]


def _ratio(figures: Figures, results: list[Figures]) -> str:
    """Of the CPU for opening and one idle period."""
    peers = peers_of(figures, results) if figures.driver.ours else []
    if not peers:
        return ""
    peer = min(peers, key=lambda peer: peer.cpu)
    return f"{figures.cpu / peer.cpu:.2f} ({peer.driver.name})"
