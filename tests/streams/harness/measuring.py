"""One driver against a fresh server: opening, one idle period, then events."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from common.processes import Program, ProgramFailed, Usage, busy_micros

from .drivers import Built, Driver

STANDSTILL = 60.0
"""Seconds without any progress after which nothing more is hoped for: what is late isn't lost."""


@dataclass(frozen=True)
class Plan:
    """What every driver goes through."""

    streams: int
    hold: int
    """Seconds that a poll is held, and that the idle period lasts."""
    rate: int
    """Events a second over all trades."""
    event_seconds: float
    opening_limit: float
    """Seconds within which all streams must be established; so long the library is patient with trouble."""


@dataclass(frozen=True)
class Figures:
    """What one run showed."""

    driver: Driver
    protocol: str
    streams: int
    kib_peak: float
    kib_idle: float
    opening_seconds: float
    opening_cpu: float
    """CPU µs per stream."""
    idle_cpu: float
    """CPU µs per stream for one idle period, in which each poll is sent once more."""
    events_cpu: float
    """CPU µs per event, idle polls of that time included."""
    p50_ms: float | None
    p99_ms: float | None
    lost: int
    """Streams that never stood, or stood no longer."""
    missing: int
    """Events that never came."""
    twice: int
    """Events that came more often than they happened."""
    dropped: int
    """Polls that the client gave up."""
    most_at_once: int
    connections: int
    others: float
    """The share of the processors that neither the driver nor the server had, but somebody else, during the events."""
    errors: dict[str, int]

    @property
    def cpu(self) -> float:
        """CPU µs per stream for opening and one idle period."""
        return self.opening_cpu + self.idle_cpu

    @property
    def failures(self) -> list[str]:
        """Why this run is no success, whatever it cost."""
        found = []
        if self.lost:
            found.append(f"{self.lost} streams lost")
        if self.missing:
            found.append(f"{self.missing} events never came")
        if self.twice:
            found.append(f"{self.twice} events too many")
        if self.errors:
            most = max(self.errors, key=lambda text: self.errors[text])
            found.append(f"{sum(self.errors.values())} errors, mostly: {most}")
        return found

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Figures:
        """What :meth:`as_json` gave."""
        return cls(**kept | {"driver": Driver(**kept["driver"])})


def measure(driver: Driver, protocol: str, plan: Plan, built: Built, logs: Path) -> Figures:
    """Runs one driver; the server and the driver end with this call."""
    name = f"{driver.name}-{protocol}"
    serving = [str(built.server), "--protocol", protocol, "--trades", str(plan.streams)]
    with Program(serving, logs / f"{name}-server.log") as server:
        where = server.answer()
        environment = {
            "STREAMS_URL": where["url"],
            "STREAMS_CA_FILE": where["caFile"] or "",
            "STREAMS_FIRST_TRADE": where["firstTrade"],
            "STREAMS_COUNT": str(plan.streams),
            "STREAMS_HOLD": str(plan.hold),
            "STREAMS_PATIENCE": str(int(plan.opening_limit)),
        }
        with Program(driver.command(built), logs / f"{name}.log", environment) as program:
            if (line := program.line()) != "ready":
                raise ProgramFailed(f"{driver.name} said {line!r} in place of ready")
            return _run(driver, protocol, plan, server, program)


def _run(driver: Driver, protocol: str, plan: Plan, server: Program, program: Program) -> Figures:
    usage = Usage(program.pid)
    time.sleep(0.5)
    usage.forget_peak()
    base_kib, cpu = usage.resident_kib(), [usage.cpu_micros()]

    began = time.monotonic()
    program.tell("open")
    _wait_until_established(server, program, plan)
    opening_seconds = time.monotonic() - began
    cpu.append(usage.cpu_micros())

    time.sleep(plan.hold)
    cpu.append(usage.cpu_micros())
    peak_kib, idle_kib = usage.peak_kib(), usage.resident_kib()
    idle = server.ask("stats")

    serving = Usage(server.pid)
    others = busy_micros() - cpu[-1] - serving.cpu_micros()
    server.ask(f"emit {plan.rate}")
    event_seconds = _wait_until_emitted(server, plan)
    server.ask("stop")
    cpu.append(usage.cpu_micros())
    others = busy_micros() - cpu[-1] - serving.cpu_micros() - others
    report, end = _settled(server, program, plan)
    latencies = sorted(report["latenciesMicros"])

    opening, idling, handling = (later - sooner for sooner, later in pairwise(cpu))
    return Figures(
        driver=driver,
        protocol=protocol,
        streams=plan.streams,
        kib_peak=(peak_kib - base_kib) / plan.streams,
        kib_idle=(idle_kib - base_kib) / plan.streams,
        opening_seconds=opening_seconds,
        opening_cpu=opening / plan.streams,
        idle_cpu=idling / plan.streams,
        events_cpu=handling / max(end["emitted"], 1),
        p50_ms=_percentile(latencies, 0.50),
        p99_ms=_percentile(latencies, 0.99),
        lost=_lost(end, plan),
        missing=max(end["emitted"] - len(latencies), 0),
        twice=max(len(latencies) - end["emitted"], 0),
        dropped=end["dropped"],
        most_at_once=end["mostAtOnce"],
        connections=idle["connections"],
        others=others / (event_seconds * 1e6 * (os.cpu_count() or 1)),
        errors=dict(Counter(report["errors"])),
    )


def _wait_until_established(server: Program, program: Program, plan: Plan) -> None:
    """Until all streams stood once, or should have."""
    until = time.monotonic() + plan.opening_limit
    while server.ask("stats")["established"] < plan.streams and time.monotonic() < until:
        program.check()
        time.sleep(0.1)


def _wait_until_emitted(server: Program, plan: Plan) -> float:
    """Until the time for events is over and, late or not, as many happened as should; how long that was, in seconds."""
    began = time.monotonic()
    time.sleep(plan.event_seconds)
    while server.ask("stats")["emitted"] < plan.rate * plan.event_seconds:
        time.sleep(0.1)
    return time.monotonic() - began


def _settled(server: Program, program: Program, plan: Plan) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the driver and the server saw, once all is there or nothing moves any more."""
    most, moved = 0, time.monotonic()
    while True:
        time.sleep(1)
        report, stats = program.ask("report"), server.ask("stats")
        came, lost = len(report["latenciesMicros"]), _lost(stats, plan)
        if came + plan.streams - lost > most:
            most, moved = came + plan.streams - lost, time.monotonic()
        if (came >= stats["emitted"] and not lost) or time.monotonic() > moved + STANDSTILL:
            return report, stats


def _lost(stats: dict[str, Any], plan: Plan) -> int:
    """Streams that never stood, or stand no longer."""
    return int(plan.streams - stats["established"] + stats["lost"])


def _percentile(ordered: list[int], share: float) -> float | None:
    """In milliseconds; none if nothing came."""
    if not ordered:
        return None
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] / 1000
