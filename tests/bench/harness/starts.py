"""Cold starts: fresh processes up to the first typed answer, beside the bare runtime."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

from common.processes import ProgramFailed

from .figures import Cell, Results
from .rounds import serving
from .stacks import START, Built, Stack, bare

BARE = "bare runtime"


def measure(stacks: list[Stack], protocol: str, rounds: int, built: Built, logs: Path, results: Results) -> None:
    """Adds what the programs of one group cost from their start to the first answer, less the bare runtime's cost.

    The bare runtime's own cost is added too, under its own name.
    """
    group = stacks[0].group
    runtime = bare(group, built)
    commands = {stack.name: [*stack.command(built), "once"] for stack in stacks}
    ours = {stack.name for stack in stacks if stack.ours}
    if runtime is not None:
        commands[BARE] = runtime
    taken: dict[str, list[float]] = {name: [] for name in commands}
    failed = set()
    with serving(protocol, built, logs / f"{group}-{protocol}-start-server.log") as (_, where):
        # The first start finds files that are not in memory yet, and is thrown away.
        for at in range(rounds + 1):
            print(f"\r{group} over {protocol}: start {at} of {rounds} ", end="", file=sys.stderr, flush=True)
            names = [name for name in commands if name not in failed]
            random.shuffle(names)
            for name in names:
                try:
                    cost = _start(commands[name], where, logs / f"{group}-start.log")
                except (ProgramFailed, OSError) as why:
                    results.broken.append(f"{group}: {name}: {why}")
                    failed.add(name)
                    continue
                taken[name].append(cost)
    print(file=sys.stderr)
    if BARE in failed:
        return
    for name in commands.keys() - failed:
        over = [0.0] * rounds if name == BARE or runtime is None else taken[BARE][1:]
        cell = Cell(group, name, START, protocol, name in ours)
        # Round by round, as neighbours had the same machine.
        cell.cpu = [cost - base for cost, base in zip(taken[name][1:], over, strict=True)]
        results.cells.append(cell)


def _start(command: list[str], where: dict[str, str], log: Path) -> float:
    """CPU µs of one process, all its threads and children included."""
    with log.open("wb") as complaints:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            env=os.environ | where,
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = log.read_text(errors="replace")[-2000:]
        raise ProgramFailed(f"ended with {process.returncode}; {log} ends with:\n{said}")
    return (usage.ru_utime + usage.ru_stime) * 1e6
