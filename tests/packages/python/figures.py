"""The processor time of importing the package and getting a first typed answer, over a program that does nothing."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys

from autoplus.testing import Simulator

GOAL = 15.0
"""Milliseconds over the bare interpreter."""
BARE = "pass"
IMPORT = "import autoplus"
ANSWER = """
from autoplus import Client
with Client("{token}", base_url="{url}") as client:
    trade = client.trade("{trade}")
    assert trade.status == "waitingAction" and trade.amount and trade.opened_at
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    runs: int = parser.parse_args().runs
    with Simulator() as sim:
        opened = sim.open_trade(until="waitingAction")
        answer = ANSWER.format(token=sim.sender.token, url=sim.base_url, trade=opened.id)
        programs = {"bare": BARE, "import": IMPORT, "answer": answer}
        for program in programs.values():
            milliseconds(program)
        # Side by side, so that a busy moment hits all of them.
        seen = [{name: milliseconds(program) for name, program in programs.items()} for _ in range(runs)]
    bare, imported, answered = (statistics.median(run[name] for run in seen) for name in programs)
    version = sys.version.split()[0]
    print(
        f"CPython {version}: bare {bare:.1f} ms, import +{imported - bare:.1f} ms, "
        f"import and first answer +{answered - bare:.1f} ms of processor time (median of {runs}; goal {GOAL:.0f})"
    )
    return 0 if answered - bare <= GOAL else 1


def milliseconds(program: str) -> float:
    """User and system time of a process."""
    process = subprocess.Popen([sys.executable, "-c", program])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"the program failed:\n{program}")
    return (used.ru_utime + used.ru_stime) * 1000


if __name__ == "__main__":
    sys.exit(main())
