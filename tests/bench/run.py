"""What a call costs: the library in every language beside its peers, in one run.

run.py --release --tls --write tests/bench/RESULT.md --plots docs/pictures     the figures
run.py --release --quick --guard                                                   does what must hold, hold?
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from harness import rounds, starts, syncs, tables
from harness.figures import Results
from harness.goals import verdicts
from harness.stacks import ROOT, STACKS, START, WORKS, Built, Stack

LOGS = ROOT / ".build/bench"
LANGUAGES = {"rust": ["rust"], "python": ["python", "python-async"], "node": ["node"], "kotlin": ["jvm"]}
USUAL, STARTS = rounds.Plan(rounds=15, sample=0.2, steady=4, jit=(3.0, 15.0)), 15
QUICK, QUICK_STARTS = rounds.Plan(rounds=5, sample=0.05, steady=2, jit=(0.7, 3.0), warm=(0.0, 0.5)), 4


def main() -> int:
    given = arguments()
    LOGS.mkdir(parents=True, exist_ok=True)
    built = Built("release" if given.release else "debug", given.python)
    plan, cold = (QUICK, QUICK_STARTS) if given.quick else (USUAL, STARTS)
    results = Results.read(json.loads(given.read.read_text())) if given.read else measured(given, plan, cold, built)

    found = list(verdicts(results))
    parts = [tables.preface(plan, cold, built.profile, given.quick), tables.tables(results), tables.store(results)]
    parts.append(tables.verdicts(found))
    if results.broken:
        parts.append("## Not finished\n\n" + "\n\n".join(results.broken))
    text = "\n\n".join(part for part in parts if part)
    print(text)
    if given.write:
        given.write.write_text(text + "\n")
    if given.json:
        given.json.write_text(json.dumps(results.as_json(), indent=1))
    if given.plots:
        # Only who draws needs matplotlib.
        from harness.plots import draw

        draw(results, given.plots)
    missed = given.guard and not all(one.holds for one in found)
    return 1 if missed or results.broken else 0


def measured(given: argparse.Namespace, plan: rounds.Plan, cold: int, built: Built) -> Results:
    results = Results()
    for group in (group for language in given.only for group in LANGUAGES[language]):
        stacks = [stack for stack in STACKS if stack.group == group and _asked(stack, given)]
        works = [work for work in WORKS if work in given.works]
        for protocol in ["plain", "tls"] if given.tls else ["plain"]:
            if stacks and works:
                rounds.measure(stacks, works, protocol, plan, built, LOGS, results)
            if stacks and START in given.works:
                starts.measure([one for one in stacks if not one.stored], protocol, cold, built, LOGS, results)
        if group == "rust" and "pay" in works:
            stored = next(stack for stack in STACKS if stack.stored)
            results.syncs = syncs.for_each_operation(stored, built, LOGS)
    return results


def _asked(stack: Stack, given: argparse.Namespace) -> bool:
    """Whether it is named, or nobody is. One that stores is there for ``pay`` alone."""
    named = not given.stacks or any(name.lower() in stack.name.lower() for name in given.stacks)
    return named and ("pay" in given.works or not stack.stored)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    venv = ROOT / ".build/bench/venv/bin/python"
    works = [*WORKS, START]
    parser.add_argument("--only", nargs="+", choices=list(LANGUAGES), default=list(LANGUAGES))
    parser.add_argument("--works", nargs="+", choices=works, default=works)
    parser.add_argument("--stacks", nargs="+", help="parts of names; all of a language unless told")
    parser.add_argument("--tls", action="store_true", help="over TLS too")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: less than three minutes")
    parser.add_argument("--guard", action="store_true", help="fail if something doesn't hold that has to")
    parser.add_argument("--release", action="store_true", help="the optimised builds")
    parser.add_argument("--python", default=str(venv if venv.exists() else sys.executable))
    parser.add_argument("--write", type=Path, help="the Markdown file to write")
    parser.add_argument("--json", type=Path, help="a file for the samples")
    parser.add_argument("--read", type=Path, help="take the samples from such a file and measure nothing")
    parser.add_argument("--plots", type=Path, help="a folder for the pictures (needs matplotlib)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
