"""A program that is told what to do line by line, and what it costs as the system sees it."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

ANSWER = 120.0
"""Seconds that an answer to a command may take."""


class ProgramFailed(Exception):
    """A program ended, or didn't answer."""


class Program:
    """A child process; what it complains about goes to a file."""

    def __init__(
        self, command: list[str], log: Path, environment: dict[str, str] | None = None, name: str | None = None
    ) -> None:
        self.name = name or Path(command[-1]).name
        self._log = log
        self._lines: queue.Queue[str | None] = queue.Queue()
        with log.open("wb") as complaints:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                env=os.environ | (environment or {}),
            )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    @property
    def pid(self) -> int:
        return self._process.pid

    def check(self) -> None:
        """Finds that it has ended before it is asked."""
        if self._process.poll() is not None:
            raise self._failed("ended")

    def tell(self, command: str) -> None:
        """Sends one line."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(command + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._failed("ended") from None

    def line(self, within: float = ANSWER) -> str:
        """The next line that it prints."""
        try:
            line = self._lines.get(timeout=within)
        except queue.Empty:
            raise self._failed(f"said nothing for {within:.0f} s") from None
        if line is None:
            raise self._failed("ended")
        return line.strip()

    def ask(self, command: str) -> dict[str, Any]:
        """Sends one line and reads the JSON that answers it."""
        self.tell(command)
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """The next line, which is JSON."""
        answer: dict[str, Any] = json.loads(self.line())
        return answer

    def _failed(self, what: str) -> ProgramFailed:
        said = self._log.read_text(errors="replace")[-2000:]
        return ProgramFailed(f"{self.name} {what}; {self._log} ends with:\n{said}")

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """The end of its input tells a program to end."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
            self._process.wait(timeout=10)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()


class Usage:
    """What a process takes, read from outside."""

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._peak_reset = Path(f"/proc/{pid}/clear_refs")
        # The clock of another process's CPU time, as clock_getcpuclockid(3) makes its number.
        self._clock = (~pid << 3) | 2

    def cpu_micros(self) -> float:
        """CPU time so far, of all threads."""
        return time.clock_gettime_ns(self._clock) / 1000

    def resident_kib(self) -> int:
        """Memory now."""
        return self._field("VmRSS")

    def peak_kib(self) -> int:
        """The most memory since the start or :meth:`forget_peak`."""
        return self._field("VmHWM")

    def forget_peak(self) -> None:
        """From here on the peak is a new one."""
        self._peak_reset.write_text("5")

    def _field(self, name: str) -> int:
        for line in self._status.read_text().splitlines():
            key, _, value = line.partition(":")
            if key == name:
                return int(value.split()[0])
        raise ProgramFailed(f"{self._status} has no {name}: the program has ended")


def busy_micros() -> float:
    """What all processors have worked so far, for whomever."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    user, nice, system, _idle, _waiting, irq, softirq, steal = (int(field) for field in fields)
    ticks = user + nice + system + irq + softirq + steal
    return ticks * 1e6 / os.sysconf("SC_CLK_TCK")
