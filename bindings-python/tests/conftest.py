"""A fresh simulator and a client of each side for every test."""

import signal
from collections.abc import Iterator

import pytest

from autoplus import Client
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


@pytest.fixture
def receiver(sim: Simulator) -> Iterator[Client]:
    with Client(sim.receiver.token, user_id=sim.receiver.id, base_url=sim.base_url) as client:
        yield client
