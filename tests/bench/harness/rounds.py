"""All programs of a language at once, warm, working in turn in rounds of a shuffled order."""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.processes import Program, ProgramFailed, Usage, busy_micros

from .figures import Cell, Results
from .stacks import IN_FLIGHT, Built, Stack

TRAILING = 0.03
"""Seconds after an answer in which what it leaves behind is still counted."""
NUMBER = 40_017
"""The opened trade's number in the server's answer."""
CHECKS = {
    "one": 31,
    "many": 31,
    "pay": NUMBER + 32,
    "batch": sum(event + 2 * event + 7 for event in range(1, 1001)),
}
"""What each work sums up once, from the server's answers."""


@dataclass(frozen=True)
class Plan:
    """How long and how often."""

    rounds: int
    sample: float
    """Seconds of CPU that a sample takes."""
    steady: int
    """Samples in a row that got no cheaper, after which a work counts as warm."""
    jit: tuple[float, float]
    """Seconds of CPU for which each work of a JVM is warmed at least and at most."""
    warm: tuple[float, float] = (0.0, 3.0)
    """The same for the others."""


class Runner:
    """A program that is ready to work."""

    def __init__(self, stack: Stack, program: Program) -> None:
        self.stack = stack
        self.times: dict[str, int] = {}
        self._program = program
        self._usage = Usage(program.pid)

    def sample(self, work: str, times: int) -> tuple[float, float]:
        """CPU and wall µs for each time.

        :raises ProgramFailed: It ended, or its answer isn't what the server said.
        """
        began, clock = self._usage.cpu_micros(), time.perf_counter()
        answer = self._program.ask(f"{work} {times}")
        wall = (time.perf_counter() - clock) * 1e6
        time.sleep(TRAILING)
        cpu = self._usage.cpu_micros() - began
        expected = CHECKS[work] * times
        if answer != {"check": expected}:
            raise ProgramFailed(
                f"{self.stack.name} answered {answer} to {work} {times}: it should have read {expected}"
            )
        return cpu / times, wall / times

    def cpu_micros(self) -> float:
        return self._usage.cpu_micros()

    def settle(self, work: str, plan: Plan) -> None:
        """Works until a sample costs no less than those before, and learns how often fills one."""
        least, times, stale = float("inf"), IN_FLIGHT if work == "many" else 1, 0
        shortest, longest = plan.jit if self.stack.group == "jvm" else plan.warm
        began = self.cpu_micros()
        while True:
            cpu, _ = self.sample(work, times)
            if cpu * times >= plan.sample * 0.5e6:
                stale = stale + 1 if cpu > 0.97 * least else 0
                least = min(least, cpu)
            times = _filling(work, plan.sample * 1e6, cpu, times)
            spent = (self.cpu_micros() - began) / 1e6
            settled = stale >= plan.steady and spent >= shortest
            if settled or (least != float("inf") and spent >= longest):
                break
        self.times[work] = times


def _filling(work: str, sample: float, cpu: float, times: int) -> int:
    """How often fills a sample, if each time costs so much; growing by steps, as the first times say little."""
    wanted = max(1, min(round(sample / max(cpu, 1.0)), times * 8))
    return max(1, round(wanted / IN_FLIGHT)) * IN_FLIGHT if work == "many" else wanted


def measure(
    stacks: list[Stack],
    works: list[str],
    protocol: str,
    plan: Plan,
    built: Built,
    logs: Path,
    results: Results,
) -> None:
    """Adds what the programs of one group cost; those that fail are told and left out."""
    group = stacks[0].group
    with ExitStack() as stack_of, serving(protocol, built, logs / f"{group}-{protocol}-server.log") as (server, where):
        folder = Path(stack_of.enter_context(tempfile.TemporaryDirectory(prefix="autoplus-bench-")))
        runners = list(_ready(stacks, where, folder, built, logs, stack_of, results))
        cells = {
            (runner.stack, work): Cell(group, runner.stack.name, work, protocol, runner.stack.ours, runner.stack.stored)
            for runner in runners
            for work in works
            if runner.stack.does(work)
        }
        _warm(runners, works, plan, results)
        began, busy, own = time.monotonic(), busy_micros(), _own(runners, server)
        turns = [(runner, work) for runner in runners for work in works if runner.stack.does(work)]
        for at in range(plan.rounds):
            print(f"\r{group} over {protocol}: round {at + 1} of {plan.rounds} ", end="", file=sys.stderr, flush=True)
            # One work after another, so that those who are compared work close together.
            random.shuffle(turns)
            turns.sort(key=lambda turn: turn[1])
            for runner, work in turns:
                if runner not in runners:
                    continue
                with _told(runner, runners, results):
                    cpu, wall = runner.sample(work, runner.times[work])
                    cells[runner.stack, work].cpu.append(cpu)
                    cells[runner.stack, work].wall.append(wall)
        print(file=sys.stderr)
        others = busy_micros() - busy - (_own(runners, server) - own)
        passed = (time.monotonic() - began) * 1e6 * (os.cpu_count() or 1)
        results.others[f"{group} {protocol}"] = max(others / passed, 0.0)
        results.cells += [cell for (stack, _), cell in cells.items() if stack in {one.stack for one in runners}]


def _warm(runners: list[Runner], works: list[str], plan: Plan, results: Results) -> None:
    """Side by side, as nothing is measured yet."""

    def warm(runner: Runner) -> None:
        with _told(runner, runners, results):
            # Twice, because a JIT throws away at one work what it compiled for another.
            for work in works * (2 if runner.stack.group == "jvm" else 1):
                if runner.stack.does(work):
                    runner.settle(work, plan)

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(warm, list(runners)))


@contextmanager
def serving(protocol: str, built: Built, log: Path) -> Iterator[tuple[Program, dict[str, Any]]]:
    """The server, and what a program is told of it."""
    flags = ["--tls"] if protocol == "tls" else []
    with Program([str(built.server), *flags], log, name="bench-server") as server:
        where = server.answer()
        told = {
            "BENCH_URL": where["url"],
            "BENCH_TRADE": where["trade"],
            "BENCH_CA_FILE": where["caFile"] or "",
            "BENCH_STORE": "memory",
        }
        # requests believes the environment more than what it is told.
        yield server, told | ({"REQUESTS_CA_BUNDLE": where["caFile"]} if where["caFile"] else {})


def _ready(
    stacks: list[Stack],
    where: dict[str, Any],
    folder: Path,
    built: Built,
    logs: Path,
    stack_of: ExitStack,
    results: Results,
) -> Iterator[Runner]:
    for at, stack in enumerate(stacks):
        store = {"BENCH_STORE": f"sqlite:{folder}/{at}.db"} if stack.stored else {}
        log = logs / f"{stack.group}-{at}.log"
        try:
            program = stack_of.enter_context(Program(stack.command(built), log, where | store, stack.name))
            if (line := program.line()) != "ready":
                raise ProgramFailed(f"{stack.name} said {line!r} in place of ready")
        except (ProgramFailed, OSError) as why:
            results.broken.append(f"{stack.group}: {why}")
            continue
        yield Runner(stack, program)


@contextmanager
def _told(runner: Runner, runners: list[Runner], results: Results) -> Iterator[None]:
    """A program that fails takes no further part."""
    try:
        yield
    except ProgramFailed as why:
        results.broken.append(f"{runner.stack.group}: {why}")
        runners.remove(runner)


def _own(runners: list[Runner], server: Program) -> float:
    return sum(runner.cpu_micros() for runner in runners) + Usage(server.pid).cpu_micros()
