"""Searches everything that the matrix's runners printed for the tokens and the confirmation codes.

    scan.py [--matrix] [--planted] PRINTS... [--also PLACE...]

Each PRINTS is a file of `MATRIX_PRINTS`, with `PRINTS.codes` beside it. `--also` names further files and folders, which
are searched for the secrets of all runners: whole logs, store files. `--matrix` demands that every scenario is there,
`--planted` that a secret is found in every PRINTS. Exits with 1 on any hit, without `--planted`, and if there was
nothing to search.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from forms import Needles

MATRIX = Path(__file__).resolve().parent.parent / "matrix"
STEM = "sim-token-"
"""Every token of the simulator begins so, those too that a scenario sets."""
SHORTEST = 8
"""A secret below this many characters, such as `late`, is an ordinary word."""
SCENARIO = re.compile(rb"^=== scenario (.*)$", re.MULTILINE)
PRINT = re.compile(rb"^--- (.+?) ", re.MULTILINE)
PLANNED = re.compile(r'confirmationCode":\s*"([^"$*]+)"')
SHOWN = 60


class Runner:
    """What one runner printed, and the secrets that its scenarios knew."""

    def __init__(self, prints: Path) -> None:
        self.prints = prints
        self.text = prints.read_bytes()
        lines = Path(f"{prints}.codes").read_text(encoding="utf-8").splitlines()
        self.scenarios = [json.loads(line) for line in lines]
        self.tokens = {token for scenario in self.scenarios for token in scenario["tokens"]}
        self.codes = {code for scenario in self.scenarios for code in scenario["codes"]}
        self.kinds = {kind.decode() for kind in PRINT.findall(self.text)}

    def complaints(self, every_scenario: bool) -> Iterator[str]:
        """Why a scan of this would prove nothing."""
        if not self.tokens or not self.codes:
            yield f"{len(self.tokens)} tokens and {len(self.codes)} codes are known: nothing to search for"
        starts = [*SCENARIO.finditer(self.text)]
        ends = [start.start() for start in starts[1:]] + [len(self.text)]
        printed = {
            start[1].decode(): len(PRINT.findall(self.text, start.end(), end))
            for start, end in zip(starts, ends, strict=True)
        }
        told = {scenario["scenario"] for scenario in self.scenarios}
        expected = {"/".join(path.with_suffix("").parts[-2:]) for path in MATRIX.glob("*/*.yaml")}
        for name in sorted((expected if every_scenario else set()) | told | set(printed)):
            if name not in told or not printed.get(name):
                yield f"{name}: {printed.get(name, 0)} prints, {'its' if name in told else 'no'} secrets told"

    def hits(self, needles: Needles) -> Iterator[str]:
        starts = [*SCENARIO.finditer(self.text)]
        for hit in needles.find(self.text):
            before = [start[1].decode() for start in starts if start.start() < hit.start]
            yield f"{before[-1] if before else 'before any scenario'}, {hit.told(self.text, SHOWN)}"


def planned_codes() -> set[str]:
    """Codes that scenarios let the simulator answer with."""
    found = {code for path in MATRIX.glob("*/*.yaml") for code in PLANNED.findall(path.read_text(encoding="utf-8"))}
    return {code for code in found if len(code) >= SHORTEST}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prints", nargs="+", type=Path, metavar="PRINTS")
    parser.add_argument("--also", nargs="+", type=Path, default=[], metavar="PLACE")
    parser.add_argument("--matrix", action="store_true", help="every scenario must be there")
    parser.add_argument("--planted", action="store_true", help="every runner printed a secret on purpose")
    arguments = parser.parse_args()
    runners = [Runner(prints) for prints in arguments.prints]
    codes = planned_codes().union(*(runner.codes for runner in runners))
    tokens = {STEM}.union(*(runner.tokens for runner in runners))
    needles = Needles(tokens | codes)
    failed = False
    for runner in runners:
        problems = [*runner.complaints(arguments.matrix)]
        hits = [*runner.hits(needles)]
        if arguments.planted:
            problems += [] if hits else ["a secret was printed on purpose, and it isn't found"]
        else:
            problems += [f"a secret at {hit}" for hit in hits]
        size = len(runner.text) / 1e6
        print(
            f"{runner.prints.name}: {len(runner.scenarios)} scenarios, {len(runner.kinds)} kinds of prints, "
            f"{size:.1f} MB, {len(runner.tokens)} tokens, {len(runner.codes)} codes, {len(hits)} hits"
        )
        for problem in problems:
            print(f"  {problem}")
        failed |= bool(problems)
    for place in arguments.also:
        failed |= not search(place, needles)
    return 1 if failed else 0


def search(place: Path, needles: Needles) -> bool:
    """Whether a file, or all files of a folder, were there to search and hold no secret."""
    files = [file for file in [place, *place.rglob("*")] if file.is_file()]
    size, hits = 0, []
    for file in files:
        text = file.read_bytes()
        size += len(text)
        hits += [f"{file}, {hit.told(text, SHOWN)}" for hit in needles.find(text)]
    print(f"{place}: {len(files)} files, {size / 1e6:.1f} MB, {len(hits)} hits")
    for hit in hits:
        print(f"  a secret at {hit}")
    return bool(size) and not hits


if __name__ == "__main__":
    sys.exit(main())
