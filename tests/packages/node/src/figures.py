"""What the package costs: CPU from the start of Node to the first typed answer, beside bare Node, and its size.

`figures.py NODE PROJECT TARBALLS`: PROJECT has the packages installed, with `answer.mjs`, `import.mjs` and `bare.mjs`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROUNDS = 41
GOAL_MS = 20
MOST_MB = 4


def cpu_ms(command: list[str], folder: Path) -> float:
    """CPU of one process with all its threads, user and system."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed")
    return (used.ru_utime + used.ru_stime) * 1000


def main() -> int:
    node, project, tarballs = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    url = os.environ["FIGURES_URL"]
    programs = {
        "Node that does nothing": ["bare.mjs"],
        "import alone": ["import.mjs"],
        "import and the first typed answer": ["answer.mjs", url],
    }
    for program in programs.values():
        cpu_ms([node, *program], project)
    seen: dict[str, list[float]] = {name: [] for name in programs}
    # One after another in each round, so that what else the machine does meets all of them alike.
    for _ in range(ROUNDS):
        for name, program in programs.items():
            seen[name].append(cpu_ms([node, *program], project))
    bare = statistics.median(seen["Node that does nothing"])
    print(f"CPU, median of {ROUNDS} (quartiles); over bare Node")
    for name, times in seen.items():
        low, middle, high = statistics.quantiles(times, n=4)
        print(f"  {name:<36} {middle:6.1f} ms ({low:.1f} to {high:.1f})   {middle - bare:+6.1f} ms")
    over = statistics.median(seen["import and the first typed answer"]) - bare
    sizes = {path.name: path.stat().st_size / 1e6 for path in sorted(tarballs.glob("*.tgz"))}
    for name, size in sizes.items():
        print(f"  {name:<36} {size:6.2f} MB packed")
    good = [over <= GOAL_MS, bool(sizes) and max(sizes.values()) <= MOST_MB]
    print(f"first typed answer: {over:.1f} ms over bare Node, {'within' if good[0] else 'MORE THAN'} {GOAL_MS} ms")
    print(f"{sum(good)} passed, {len(good) - sum(good)} failed")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
