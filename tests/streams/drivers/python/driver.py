"""What both drivers in Python do: obey the lines of run.py and keep what events tell."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

RETRY = 1.0
"""Seconds before a stream that failed goes on."""


@dataclass(frozen=True)
class Settings:
    """What run.py sets in the environment."""

    url: str
    ca_file: str | None
    first_trade: int
    count: int
    hold: int
    patience: int

    @classmethod
    def read(cls) -> Settings:
        read = os.environ
        return cls(
            url=read["STREAMS_URL"],
            ca_file=read["STREAMS_CA_FILE"] or None,
            first_trade=int(read["STREAMS_FIRST_TRADE"]),
            count=int(read["STREAMS_COUNT"]),
            hold=int(read["STREAMS_HOLD"]),
            patience=int(read["STREAMS_PATIENCE"]),
        )

    @property
    def trades(self) -> list[str]:
        return [str(self.first_trade + at) for at in range(self.count)]

    @property
    def spare_trade(self) -> str:
        """One that nobody counts, to warm up with."""
        return str(self.first_trade + self.count)


@dataclass
class Seen:
    """What came in, and what went wrong."""

    snapshots: int = 0
    latencies: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def event(self, sent_at_micros: int | None) -> None:
        if sent_at_micros is None:
            self.snapshots += 1
        else:
            self.latencies.append(time.time_ns() // 1000 - sent_at_micros)

    def report(self) -> str:
        seen = {"snapshots": self.snapshots, "latenciesMicros": self.latencies, "errors": self.errors}
        return json.dumps(seen, separators=(",", ":"))


async def obey(seen: Seen, follow: Callable[[], Awaitable[None]]) -> None:
    """Says that it is ready, then does what it is told until nobody is left to tell."""
    following: asyncio.Future[None] | None = None
    say("ready")
    while command := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if command == "open":
            following = asyncio.ensure_future(follow())
        elif command == "report":
            if following is not None and following.done():
                following.result()
            say(seen.report())
        else:
            raise ValueError(f"expected open or report, and got {command!r}")
    # Ten thousand polls end with the process; nothing is under way that closing would wait for.
    os._exit(0)


def say(line: str) -> None:
    print(line, flush=True)
