"""The programs that are measured, and how each is started."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


YOUNG = "-Xmn16m"
"""A young generation of 16 MiB: with hundreds, which is the default here, nothing is collected in a run this short, and
what was thrown away would count as held."""


@dataclass(frozen=True)
class Built:
    """Where the compiled parts of a build are."""

    profile: str
    """``debug`` or ``release``, as cargo calls its folders."""
    python: str
    """The interpreter that has the library and the peer installed."""

    @property
    def folder(self) -> Path:
        return TARGET / self.profile

    @property
    def server(self) -> Path:
        return self.folder / "streams-server"


@dataclass(frozen=True)
class Driver:
    """One program."""

    name: str
    language: str
    ours: bool = False
    tuned: bool = False
    """A peer that is set up for this very load: shown, and not what the library is judged by."""
    note: str = ""
    """What a reader of the table has to know about it over TLS."""

    @property
    def by_default(self) -> bool:
        """A peer that does what it does by default."""
        return not (self.ours or self.tuned)

    def command(self, built: Built) -> list[str]:
        script = "autoplus" if self.ours else self.name.partition(" ")[0]
        if self.language == "Rust":
            return [str(built.folder / "streams-rust")]
        if self.language == "Python":
            return [built.python, str(HERE / "drivers/python" / f"with_{script}.py")]
        if self.language == "Node":
            return ["node", str(HERE / "drivers/node" / f"with-{script}.mjs"), *(["--tuned"] if self.tuned else [])]
        classes = HERE / "drivers/kotlin/target" / ("release" if built.profile == "release" else "")
        main = "WithAutoplusKt" if self.ours else "WithJavaNetHttpKt"
        return ["java", YOUNG, "-cp", f"{classes}/classes:{classes}/lib/*", f"gg.autoplus.streams.{main}"]


DRIVERS = [
    Driver("rust", "Rust", ours=True),
    Driver("python", "Python", ours=True),
    Driver("aiohttp", "Python", note="knows no HTTP/2: HTTP/1.1 over TLS; its limit of 100 connections is lifted"),
    Driver("node", "Node", ours=True),
    Driver("undici", "Node", note="`allowH2`; sends one request at a time on a connection even so"),
    Driver("undici (tuned)", "Node", tuned=True, note="`allowH2` and `pipelining: 100`"),
    Driver("kotlin", "JVM", ours=True),
    Driver(
        "java.net.http",
        "JVM",
        note="one client refuses what exceeds a connection's streams: a client for every 90 trades",
    ),
]


def named(names: list[str]) -> list[Driver]:
    """The drivers of these names, in the usual order.

    :raises ValueError: There is none of a name.
    """
    known = {driver.name for driver in DRIVERS}
    if unknown := set(names) - known:
        raise ValueError(f"no driver {', '.join(sorted(unknown))}: there are {', '.join(sorted(known))}")
    return [driver for driver in DRIVERS if driver.name in names]
