"""Counts the instructions of the core's hot paths and compares them with what they may take.

instructions.py            does each path keep its budget?
instructions.py --record   the counts of now become the budgets

Counts hardly vary from run to run, whatever else the machine does, so a change of a few per cent shows.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.stacks import HERE, TARGET

BUDGETS = HERE / "budgets.json"
TOLERANCE = 0.03
"""Above the budget: what another compiler's minor version may bring."""
FAR_BELOW = 0.10
"""Below the budget: it should be lowered, or the gain will be lost unnoticed."""

PATHS = {
    "decode": (500, 1, "a trade's text becomes a trade"),
    "read": (200, 1, "a call that reads a trade"),
    "open": (200, 1, "a call that opens a trade"),
    "confirm": (100, 1, "two calls: a release is requested and confirmed"),
    "batch": (4, 1000, "an event of a poll that brings 1000"),
}
"""How often each is done, how many items one time has, and what an item is."""


def main() -> int:
    given = arguments()
    program = TARGET / given.profile / "bench-instructions"
    if shutil.which("valgrind") is None or not program.exists():
        print(f"needs valgrind, and {program}: cargo build --release -p autoplus-bench", file=sys.stderr)
        return 2
    with ThreadPoolExecutor() as threads:
        counts = dict(zip(PATHS, threads.map(lambda path: an_item(program, path), PATHS), strict=True))
    if given.record:
        BUDGETS.write_text(json.dumps(counts, indent=2) + "\n")
    budgets = json.loads(BUDGETS.read_text())
    missed = [path for path, count in counts.items() if not told(path, count, budgets[path])]
    if missed:
        print(f"more instructions than they may take: {', '.join(missed)}. Where they go: README.md", file=sys.stderr)
    return 1 if missed else 0


def an_item(program: Path, path: str) -> int:
    """What one more item takes: what happens once drops out."""
    times, items, _ = PATHS[path]
    once, twice = count(program, path, times), count(program, path, 2 * times)
    return round((twice - once) / (times * items))


def count(program: Path, path: str, times: int) -> int:
    """Instructions of a whole run."""
    with tempfile.TemporaryDirectory(prefix="autoplus-bench-") as folder:
        out = Path(folder) / "callgrind.out"
        subprocess.run(
            ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}", program, path, str(times)], check=True
        )
        total = re.search(r"^(?:totals|summary): (\d+)", out.read_text(), re.MULTILINE)
    if total is None:
        raise ValueError(f"callgrind counted nothing for {path}")
    return int(total[1])


def told(path: str, count: int, budget: int) -> bool:
    """Prints a line; whether the budget is kept."""
    over = count / budget - 1
    note = "kept"
    if over > TOLERANCE:
        note = f"MISSED by {over:.1%} (3 % are allowed)"
    elif over < -FAR_BELOW:
        note = f"kept, and {-over:.0%} below: lower the budget (--record)"
    print(f"{path:8} {count:>9,} of {budget:>9,} instructions, {PATHS[path][2]}: {note}")
    return over <= TOLERANCE


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="write budgets.json")
    parser.add_argument("--profile", default="release", help="cargo's folder; budgets are for release")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
