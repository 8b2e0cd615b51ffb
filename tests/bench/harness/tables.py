"""The results as Markdown."""

from __future__ import annotations

from common import markdown

from .figures import Cell, Results
from .goals import Verdict
from .rounds import Plan
from .stacks import GROUPS, START, WORKS
from .starts import BARE

NOISY = 0.2
"""A share of the processors that others may have had at most: more, and caches are never warm."""
PROTOCOLS = {"plain": "HTTP/1.1 without TLS", "tls": "HTTP/1.1 over TLS, connections kept"}


def preface(plan: Plan, starts: int, profile: str, quick: bool) -> str:
    """What was measured, and how to read it."""
    return (
        "# What a call costs\n\n"
        f"Written by `make bench` ({profile} build). CPU time of the whole process with all its threads, as the system "
        "counts it: the median, and in brackets the middle half. All programs of a language ran in the same minutes, "
        f"warm, in {plan.rounds} rounds of a shuffled order, with about {plan.sample:g} s of CPU a sample. `x` is the "
        "cost beside the library's first row: above 1 a peer costs more. The server on the same cores isn't counted. "
        "In Rust all three have a runtime of one thread; the library adds its own background thread.\n\n"
        f"`start` is a fresh process up to the first typed answer, less the bare runtime ({starts} rounds): "
        "`python -c ''`, for the async ones with `asyncio.run`; `node -e 0`; a JVM with an empty main."
        + ("\n\nIn so short a run the slower stacks of the JVM are not compiled to their best." if quick else "")
    )


def tables(results: Results) -> str:
    """One table for each language and protocol."""
    parts = []
    for protocol, title in PROTOCOLS.items():
        found = [group for group in GROUPS if any(results.of(group, work, protocol) for work in [*WORKS, START])]
        if not found:
            continue
        parts.append(f"## {title}")
        for group in found:
            others = results.others.get(f"{group} {protocol}")
            noisy = ": too much for the figures to say anything" if (others or 0.0) > NOISY else ""
            busy = "" if others is None else f"\n\nOthers had {others:.0%} of the processors meanwhile{noisy}."
            parts.append(f"### {GROUPS[group]}\n\n{_table(results, group, protocol)}{busy}")
    return "\n\n".join(parts)


def store(results: Results) -> str:
    """What operations in a file cost beside those in memory."""
    rows = [["language", "memory, µs", "sqlite, µs", "the store's share of CPU", "waiting, µs"]]
    for cell in (cell for cell in results.cells if cell.stored and cell.protocol == "plain"):
        memory = results.find(cell.group, cell.stack.partition(", sqlite")[0], "pay", "plain")
        if memory is None:
            continue
        own, wall = sorted(cell.wall)[len(cell.wall) // 2], sorted(memory.wall)[len(memory.wall) // 2]
        share = 1 - memory.middle / cell.middle
        rows.append([cell.group, f"{memory.middle:.0f}", f"{cell.middle:.0f}", f"{share:.0%}", f"{own - wall:.0f}"])
    if len(rows) == 1:
        return ""
    counted = (
        ""
        if results.syncs is None
        else f" Each operation waits for the disk {results.syncs:.2f} times (fsync and fdatasync, counted by strace)."
    )
    return (
        "## The store\n\nOne `pay`: a trade is opened, a release requested and confirmed. `waiting` is by how much "
        f"longer all of it took with the file.{counted}\n\n{markdown.table(rows)}"
    )


def verdicts(found: list[Verdict]) -> str:
    """Goal by goal."""
    rows = [["what", "against", "has to hold", "goal", "seen", "verdict"]]
    rows += [[one.what, one.against, one.must, one.wanted, one.seen, one.said] for one in found]
    missed = sum(not one.holds for one in found)
    reached = sum(one.said == "goal reached" for one in found)
    end = f"{len(found)} figures: {len(found) - missed} hold, of which {reached} reach the goal; {missed} missed."
    return f"## Figures\n\n{markdown.table(rows)}\n\n{end}"


def _table(results: Results, group: str, protocol: str) -> str:
    works = [work for work in [*WORKS, START] if results.of(group, work, protocol)]
    stacks = list(
        dict.fromkeys(cell.stack for cell in results.cells if (cell.group, cell.protocol) == (group, protocol))
    )
    head = ["stack", *(f"{work}, {results.of(group, work, protocol)[0].unit}" for work in works)]
    rows = []
    for stack in stacks:
        cells = [results.find(group, stack, work, protocol) for work in works]
        ours = any(cell is not None and cell.ours for cell in cells)
        shown = [_shown(cell, _basis(results, group, work, protocol)) for cell, work in zip(cells, works, strict=True)]
        rows.append([f"**{stack}**" if ours else stack, *shown])
    return markdown.table([head, *rows])


def _basis(results: Results, group: str, work: str, protocol: str) -> Cell | None:
    """The library's first row, that all others are compared with."""
    return next((cell for cell in results.of(group, work, protocol) if cell.ours and not cell.stored), None)


def _shown(cell: Cell | None, basis: Cell | None) -> str:
    if cell is None:
        return ""
    spread, scale = cell.spread, cell.scale
    digits = 2 if spread.middle / scale < 10 else 1 if spread.middle / scale < 100 else 0
    low, middle, high = (f"{value / scale:.{digits}f}" for value in (spread.low, spread.middle, spread.high))
    compared = cell is not basis and basis is not None and cell.stack != BARE and basis.middle > 0
    times = f" {cell.middle / basis.middle:.2f}x" if compared and basis is not None else ""
    return f"{middle} ({low}-{high}){times}"
