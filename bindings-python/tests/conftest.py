"""A fresh simulator and a client of each side for every test."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from autoplus import AsyncClient, Client
from autoplus.testing import Simulator

# Started in the background, as CI may do, a process inherits that Ctrl-C is ignored; these tests need it heard.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def sender(sim: Simulator) -> Iterator[Client]:
    with Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url) as client:
        yield client


Program = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(sim: Simulator) -> Iterator[Program]:
    """Starts a Python program in a process of its own, with a client's settings in its environment."""
    started: list[subprocess.Popen[str]] = []

    def start(program: str, *, user: str = "sender", store: str | None = None) -> "subprocess.Popen[str]":
        account = getattr(sim, user)
        settings = {
            "AUTOPLUS_TOKEN": account.token,
            "AUTOPLUS_USER_ID": account.id,
            "AUTOPLUS_BASE_URL": sim.base_url,
            "AUTOPLUS_STORE": store or "",
        }
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program],
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def receiver(sim: Simulator) -> Iterator[Client]:
    with Client(sim.receiver.token, user_id=sim.receiver.id, base_url=sim.base_url) as client:
        yield client


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A file that outlasts the clients over it."""
    return f"sqlite:{tmp_path / 'shop.db'}"


@pytest.fixture
def keeper(sim: Simulator, store: str) -> Iterator[Client]:
    """A sender whose operations are in that file."""
    with Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url, store=store) as client:
        yield client


def play(sim: Simulator, story: Callable[[AsyncClient], Coroutine[Any, Any, None]], store: str | None = None) -> None:
    """Runs a story inside asyncio, with a client of the sender."""

    async def main() -> None:
        account, base_url = sim.sender, sim.base_url
        async with AsyncClient(account.token, user_id=account.id, base_url=base_url, store=store) as client:
            await asyncio.wait_for(story(client), 40)

    asyncio.run(main())


async def soon(condition: Callable[[], bool]) -> bool:
    for _ in range(500):
        if condition():
            return True
        await asyncio.sleep(0.01)
    return False


def soon_after(condition: Callable[[], bool]) -> bool:
    """The same for blocking code."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False
