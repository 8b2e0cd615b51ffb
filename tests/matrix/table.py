#!/usr/bin/env python3
"""Joins the runners' results: `table.py RESULTS...` (files or folders of .jsonl) prints scenario x runner.

Fails on every missing or failed cell. All five runners must be there, or those of `--runners a,b`.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RUNNERS = "rust,python-sync,python-async,node,kotlin"


def main() -> int:
    parser = argparse.ArgumentParser(description="prints scenario x runner; fails on every missing or failed cell")
    parser.add_argument("results", nargs="+", type=Path, help="what the runners wrote to MATRIX_RESULTS")
    parser.add_argument("--runners", default=RUNNERS, help="the runners that must be there (%(default)s)")
    arguments = parser.parse_args()

    cells: dict[str, dict[str, dict[str, Any]]] = {}
    files = [file for path in arguments.results for file in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path])]
    for path in files:
        if not path.exists():
            print(f"{path}: no such file; its runner wrote no results")
            continue
        for line in path.read_text().splitlines():
            row = json.loads(line)
            if row["scenario"] in cells.setdefault(row["runner"], {}):
                sys.exit(f"{path}: {row['runner']} tells {row['scenario']} twice")
            cells[row["runner"]][row["scenario"]] = row

    runners = arguments.runners.split(",")
    scenarios = sorted(path.relative_to(HERE).with_suffix("").as_posix() for path in HERE.glob("*/*.yaml"))
    unknown = {name for row in cells.values() for name in row} - set(scenarios)
    width = max(map(len, scenarios), default=8)
    print("scenario".ljust(width), *runners)
    passed = failed = 0
    bad = [f"{runner}: no results at all" for runner in runners if runner not in cells]
    for scenario in scenarios:
        line = []
        for runner in runners:
            row = cells.get(runner, {}).get(scenario)
            if row is None:
                line.append("missing")
                failed += 1
                if runner in cells:
                    bad.append(f"{scenario} [{runner}]: no result")
            elif row["ok"]:
                line.append("ok")
                passed += 1
            else:
                line.append("FAILED")
                failed += 1
                bad.append(f"{scenario} [{runner}]: {row.get('why', 'no reason given')}")
        print(scenario.ljust(width), *(text.ljust(len(runner)) for text, runner in zip(line, runners, strict=True)))
    strange = [f"{name}: a result of a scenario that isn't there" for name in sorted(unknown)]
    strange += [f"{name}: a runner that isn't known" for name in sorted(set(cells) - set(runners))]
    failed += len(strange)
    for text in bad + strange:
        print(text)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
