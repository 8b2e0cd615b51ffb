"""Ten thousand streams in one process: the library in every language beside its peers, in one run.

run.py --release --write tests/streams/RESULT.md     the figures
run.py --quick                                       a short check that nothing is lost
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from pathlib import Path

from harness.drivers import DRIVERS, ROOT, Built, named
from harness.goals import goals
from harness.measuring import Figures, Plan, ProgramFailed, measure
from harness.table import of_earlier_runs, preface, tables, verdicts

SPARE_FILES = 500
"""File descriptors that a process needs beside one for each stream."""
LOGS = ROOT / ".build/streams"
FIGURES = LOGS / "figures.json"


def main() -> int:
    given = arguments()
    plan = Plan(given.streams, given.hold, given.rate, given.event_seconds, given.opening_limit)
    try:
        drivers = named(given.only)
        raise_file_limit(plan.streams)
    except ValueError as why:
        print(why, file=sys.stderr)
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    built = Built("release" if given.release else "debug", given.python)

    results: list[Figures] = []
    broken: list[str] = []
    for protocol in given.protocols:
        for driver in drivers:
            if driver.tuned and protocol == "h1":
                continue
            print(f"{driver.name} over {protocol} … ", end="", file=sys.stderr, flush=True)
            try:
                figures = measure(driver, protocol, plan, built, LOGS)
            except ProgramFailed as why:
                broken.append(f"{driver.name} over {protocol}: {why}")
                print("failed", file=sys.stderr)
                continue
            results.append(figures)
            print("; ".join(figures.failures) or "nothing lost", file=sys.stderr)

    kept = earlier(results) if given.keep else []
    text = conclude(results, kept, broken, plan, built, given)
    print(text)
    if given.write:
        given.write.write_text(text + "\n")
        FIGURES.write_text(json.dumps([one.as_json() for one in in_order(results + kept)], indent=1))
    failed = bool(broken) or any(figures.failures for figures in results if figures.driver.ours)
    if not given.quick:
        failed = failed or not all(goal.holds for goal in goals(results + kept))
    return 1 if failed else 0


def earlier(results: list[Figures]) -> list[Figures]:
    """What the last written run measured and this one didn't."""
    measured = {(one.driver.name, one.protocol) for one in results}
    read = [Figures.read(kept) for kept in json.loads(FIGURES.read_text())]
    return [one for one in read if (one.driver.name, one.protocol) not in measured]


def in_order(results: list[Figures]) -> list[Figures]:
    names = [driver.name for driver in DRIVERS]
    return sorted(results, key=lambda one: (one.protocol != "h2", names.index(one.driver.name)))


def conclude(
    results: list[Figures],
    kept: list[Figures],
    broken: list[str],
    plan: Plan,
    built: Built,
    given: argparse.Namespace,
) -> str:
    parts = [preface(plan, built.profile), of_earlier_runs(kept)]
    results = in_order(results + kept)
    parts.append(tables(results))
    # A few streams for a few seconds prove nothing about cost.
    if not given.quick:
        parts.append(verdicts(list(goals(results)), len(broken)))
    if broken:
        parts.append("## Not finished\n\n" + "\n\n".join(broken))
    return "\n\n".join(part.strip() for part in parts if part)


def raise_file_limit(streams: int) -> None:
    """Children inherit it.

    :raises ValueError: The system doesn't allow as many as are needed.
    """
    needed = streams + SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY not in (soft, hard) and hard < needed:
        raise ValueError(
            f"{streams} streams need {needed} open files in a process and this system allows {hard}: "
            f"raise the hard limit (ulimit -Hn), or pass --streams {max(hard - SPARE_FILES, 1)}"
        )
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    everyone = [driver.name for driver in DRIVERS]
    ours = [driver.name for driver in DRIVERS if driver.ours]
    parser.add_argument("--quick", action="store_true", help="300 streams of the library alone, for seconds")
    parser.add_argument("--streams", type=int)
    parser.add_argument("--hold", type=int, help="seconds that a poll is held")
    parser.add_argument("--rate", type=int, help="events a second")
    parser.add_argument("--event-seconds", type=float)
    parser.add_argument("--opening-limit", type=float, help="seconds until all streams must stand")
    parser.add_argument("--only", nargs="+", metavar="DRIVER", help=f"of {', '.join(everyone)}")
    parser.add_argument("--keep", action="store_true", help="take the others from the last run that was written")
    parser.add_argument("--protocols", nargs="+", choices=["h2", "h1"], default=["h2", "h1"])
    parser.add_argument("--release", action="store_true", help="the optimised builds")
    parser.add_argument("--python", default=sys.executable, help="an interpreter with the library and aiohttp")
    parser.add_argument("--write", type=Path, help="the Markdown file to write")
    usual = {"streams": 10_000, "hold": 30, "rate": 1_000, "event_seconds": 20.0, "opening_limit": 300.0}
    short = {"streams": 300, "hold": 1, "rate": 300, "event_seconds": 1.0, "opening_limit": 120.0}
    given = parser.parse_args()
    for name, value in (short if given.quick else usual).items():
        if getattr(given, name) is None:
            setattr(given, name, value)
    given.only = given.only or (ours if given.quick else everyone)
    return given


if __name__ == "__main__":
    sys.exit(main())
