"""What the library logs arrives in Python's ``logging``, in batches, and never holds anything up."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autoplus import Client
from autoplus.testing import Simulator
from conftest import Program, soon_after

LOGGER = logging.getLogger("autoplus")


class Kept(logging.Handler):
    """Keeps the lines, and does something first."""

    def __init__(self, first: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self.first = first

    def emit(self, record: logging.LogRecord) -> None:
        self.first()
        self.records.append(record)

    def texts(self) -> list[str]:
        return [record.getMessage() for record in self.records]


@pytest.fixture
def kept() -> Iterator[Kept]:
    time.sleep(0.06)  # For so long it may count what earlier tests set.
    handler = Kept()
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.DEBUG)
    yield handler
    LOGGER.removeHandler(handler)
    LOGGER.setLevel(logging.NOTSET)


def trouble(sim: Simulator, client: Client) -> str:
    """One poll that fails and one that doesn't."""
    opened = sim.open_trade()
    sim.fault("GET /trades/{id}/events", "status", status=503, times=1)
    with client.events(opened.id) as events:
        next(events)
    return opened.id


def test_a_failed_poll_is_a_line(sim: Simulator, sender: Client, kept: Kept) -> None:
    began = time.time()
    trade = trouble(sim, sender)
    assert soon_after(lambda: bool(kept.records))
    record = kept.records[0]
    assert (record.name, record.levelno, record.levelname) == ("autoplus", logging.DEBUG, "DEBUG")
    assert record.getMessage().startswith(f"a poll failed trade_id={trade} error=")
    assert vars(record)["autoplus"]["trade_id"] == trade
    assert began <= record.created <= time.time()
    assert 0 <= record.msecs < 1000
    assert len(kept.records) == 1


def test_levels_count(sim: Simulator, sender: Client, kept: Kept) -> None:
    LOGGER.setLevel(logging.INFO)
    trouble(sim, sender)
    time.sleep(0.1)
    assert kept.records == []
    LOGGER.setLevel(logging.DEBUG)
    trouble(sim, sender)
    assert soon_after(lambda: bool(kept.records))
    logging.disable(logging.CRITICAL)
    try:
        trouble(sim, sender)
        time.sleep(0.1)
        assert len(kept.records) == 1
    finally:
        logging.disable(logging.NOTSET)


def test_a_handler_may_wait_for_what_a_caller_holds(sim: Simulator, sender: Client, kept: Kept) -> None:
    lock = threading.Lock()

    def wait() -> None:
        with lock:
            pass

    kept.first = wait
    with lock:
        trouble(sim, sender)
        assert sender.stats().trades > 0
        trouble(sim, sender)
        assert kept.records == []
    assert soon_after(lambda: len(kept.records) == 2)


def test_a_handler_may_make_calls(sim: Simulator, sender: Client, kept: Kept) -> None:
    kept.first = lambda: sender.stats()
    trouble(sim, sender)
    assert soon_after(lambda: bool(kept.records))


def test_a_handler_that_raises_loses_no_other_line(
    sim: Simulator, sender: Client, kept: Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        kept.first = lambda: None
        raise RuntimeError("the disk is full")

    kept.first = fail
    trouble(sim, sender)
    trouble(sim, sender)
    assert soon_after(lambda: len(kept.records) == 1)
    assert "the disk is full" in capsys.readouterr().err


def test_too_many_lines_are_counted(sim: Simulator, sender: Client, kept: Kept) -> None:
    held = threading.Event()
    kept.first = lambda: held.wait(30)
    sim.fault("GET /trades/{id}/events", "status", status=503, times=100_000)
    ids = [sim.open_trade().id for _ in range(500)]
    with sender.watch(ids) as watch:
        threading.Thread(target=watch.take, daemon=True).start()  # Whoever asks begins the polls.
        end = time.monotonic() + 40
        while sender.stream_stats().reconnects < 1500 and time.monotonic() < end:
            time.sleep(0.1)
        held.set()
    assert soon_after(lambda: any("lines were dropped here" in text for text in kept.texts()))
    said = next(record for record in kept.records if "dropped" in record.getMessage())
    assert said.levelno == logging.WARNING
    assert 1024 <= kept.records.index(said) <= 1025 + 1024
    sim.calm()


def test_no_secret_is_in_a_line(sim: Simulator, sender: Client, kept: Kept) -> None:
    token = sim.sender.token
    sim.answer("GET /trades/{id}/events", 500, f'{{"code":"x","message":"Bearer {token}"}}', times=1)
    trade = sim.open_trade()
    with sender.events(trade.id) as events:
        next(events)
    assert soon_after(lambda: bool(kept.records))
    assert token not in str([vars(record) for record in kept.records])


PROGRAM = """
import sys
{set_up}
from autoplus import Client
with Client.from_env() as client, client.events("{trade}") as events:
    next(events)
{then}
"""


def run(sim: Simulator, start: Program, set_up: str = "", then: str = "") -> tuple[str, str]:
    opened = sim.open_trade()
    sim.fault("GET /trades/{id}/events", "status", status=503, times=1)
    program = PROGRAM.format(trade=opened.id, set_up=set_up, then=then)
    out, err = start(program).communicate(timeout=20)
    return out, err


def test_a_program_without_logging_gets_none(sim: Simulator, start: Program) -> None:
    assert run(sim, start, then="print('logging' in sys.modules)") == ("False\n", "")


def test_a_program_that_set_up_no_logging_sees_none(sim: Simulator, start: Program) -> None:
    assert run(sim, start, "import logging") == ("", "")


def test_what_waits_is_handed_over_at_the_end(sim: Simulator, start: Program, tmp_path: Path) -> None:
    file = tmp_path / "log"
    set_up = f"import logging; logging.basicConfig(filename={str(file)!r}, level='DEBUG')"
    assert run(sim, start, set_up) == ("", "")
    assert file.read_text().count("DEBUG:autoplus:a poll failed") == 1


def test_a_handler_that_never_returns_does_not_keep_the_process(sim: Simulator, start: Program) -> None:
    set_up = """
import logging, threading
class Stuck(logging.Handler):
    def emit(self, record):
        print("stuck", flush=True)
        threading.Event().wait()
    def createLock(self):
        self.lock = None
logging.getLogger("autoplus").addHandler(Stuck())
logging.getLogger("autoplus").setLevel("DEBUG")
"""
    began = time.monotonic()
    assert run(sim, start, set_up) == ("stuck\n", "")
    assert time.monotonic() - began < 10


def test_a_fork_between_lines_doubles_none(sim: Simulator, start: Program, tmp_path: Path) -> None:
    file = tmp_path / "log"
    form = "%(process)d %(message)s"
    set_up = f"import logging; logging.basicConfig(filename={str(file)!r}, level='DEBUG', format={form!r})"
    then = """
import os
from autoplus import Timeouts, TransportError
children = []
for _ in range(4):
    child = os.fork()
    if child == 0:
        # Nobody listens there.
        with Client("x", base_url="http://127.0.0.1:9/v1", timeouts=Timeouts(call=0.5)) as client:
            try:
                next(client.events("900000000000000009"))
            except TransportError:
                sys.exit()
    children.append(child)
for child in children:
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert run(sim, start, set_up, then) == ("0\n" * 4, "")
    lines = [line.split(" ", 1) for line in file.read_text().splitlines() if "a poll failed" in line]
    assert len({process for process, _ in lines}) == 5
    assert sum("trade_id=9" not in text for _, text in lines) == 1
