"""The programs that are measured, and how each is started."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))

WORKS = {
    "one": "one GET after another",
    "many": "64 GETs at once",
    "pay": "open, request a release, confirm it",
    "batch": "a batch of 1000 events, read in full",
}
START = "start"
"""From the start of the process to the first typed answer, over the bare runtime."""
IN_FLIGHT = 64

GROUPS = {
    "rust": "Rust",
    "python": "Python, sync",
    "python-async": "Python, async",
    "node": "Node",
    "jvm": "JVM",
}


@dataclass(frozen=True)
class Built:
    """Where the compiled parts of a build are."""

    profile: str
    """``debug`` or ``release``, as cargo calls its folders."""
    python: str
    """The interpreter that has the library and its peers installed."""

    @property
    def folder(self) -> Path:
        return TARGET / self.profile

    @property
    def server(self) -> Path:
        return self.folder / "bench-server"

    def java(self, main: str, *options: str) -> list[str]:
        """A Kotlin file's main, with what its stack needs and no more: a long class path costs a start."""
        target = HERE / "drivers/kotlin/target" / ("release" if self.profile == "release" else "")
        libraries = {"AutoplusBlocking": "Autoplus"}.get(main, main)
        return ["java", *options, "-cp", f"{target}/classes:{target}/lib/{libraries}/*", f"gg.autoplus.bench.{main}Kt"]


@dataclass(frozen=True)
class Stack:
    """One way to talk to the API, which a program stands for."""

    name: str
    """As tables and pictures show it."""
    group: str
    program: str
    """The driver's file, class or argument."""
    ours: bool = False
    checked: bool = False
    """A peer in Node whose answers zod checks."""
    options: tuple[str, ...] = ()
    """What a JVM is told beside its defaults."""
    stored: bool = False
    """The library with its operations in a file, which only ``pay`` touches."""

    def does(self, work: str) -> bool:
        return work == "pay" or not self.stored

    def command(self, built: Built) -> list[str]:
        if self.group == "rust":
            return [str(built.folder / "bench-rust"), self.program]
        if self.group.startswith("python"):
            return [built.python, str(HERE / "drivers/python" / f"{self.program}.py")]
        if self.group == "node":
            flags = ["--zod"] if self.checked else []
            return ["node", str(HERE / "drivers/node" / f"{self.program}.mjs"), *flags]
        return built.java(self.program, *self.options)


def _ours(group: str, program: str, name: str = "autoplus") -> list[Stack]:
    return [
        Stack(name, group, program, ours=True),
        Stack(f"{name}, sqlite", group, program, ours=True, stored=True),
    ]


def _node(program: str) -> list[Stack]:
    return [Stack(program, "node", program), Stack(f"{program} + zod", "node", program, checked=True)]


TUNED = ("-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",)
"""With two processors or one, futures start a thread for each step unless they are told not to."""

STACKS = [
    *_ours("rust", "autoplus"),
    Stack("hyper", "rust", "hyper"),
    Stack("reqwest", "rust", "reqwest"),
    *_ours("python", "autoplus_sync"),
    Stack("requests + dataclass", "python", "requests_dataclass"),
    Stack("httpx + pydantic", "python", "httpx_pydantic"),
    Stack("http.client + msgspec", "python", "http_client_msgspec"),
    *_ours("python-async", "autoplus_async"),
    Stack("aiohttp + pydantic", "python-async", "aiohttp_pydantic"),
    Stack("httpx + pydantic", "python-async", "httpx_async"),
    *_ours("node", "autoplus"),
    *_node("fetch"),
    *_node("undici"),
    *_node("axios"),
    *_ours("jvm", "Autoplus", "autoplus, suspend"),
    Stack("autoplus, blocking", "jvm", "AutoplusBlocking", ours=True),
    Stack("OkHttp + kotlinx", "jvm", "OkHttp"),
    Stack("java.net.http + Jackson", "jvm", "JavaNetHttp"),
    Stack("java.net.http (tuned) + Jackson", "jvm", "JavaNetHttp", options=TUNED),
    Stack("ktor-cio + kotlinx", "jvm", "Ktor"),
    Stack("ktor-okhttp + kotlinx", "jvm", "KtorOkHttp"),
]


def bare(group: str, built: Built) -> list[str] | None:
    """The runtime alone, as little as it can do; none where there is no runtime."""
    loop = "import asyncio; asyncio.run(asyncio.sleep(0))"
    return {
        "python": [built.python, "-c", ""],
        "python-async": [built.python, "-c", loop],
        "node": ["node", "-e", "0"],
        "jvm": built.java("Bare"),
    }.get(group)
