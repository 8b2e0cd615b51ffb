"""How often the sqlite store waits for the disk, as the system sees it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from .rounds import serving
from .stacks import Built, Stack

FEW = 20
KEYED = 2
"""Operations with a key in one ``pay``: it opens and it confirms."""


def for_each_operation(stack: Stack, built: Built, logs: Path) -> float | None:
    """Calls of fsync and fdatasync that one more operation brings; none where strace is missing."""
    if shutil.which("strace") is None:
        return None
    with serving("plain", built, logs / "syncs-server.log") as (_, where), tempfile.TemporaryDirectory() as folder:
        counts = [_count(stack, built, where, Path(folder) / str(times), times) for times in (FEW, 2 * FEW)]
    return (counts[1] - counts[0]) / (FEW * KEYED)


def _count(stack: Stack, built: Built, where: dict[str, str], folder: Path, times: int) -> int:
    folder.mkdir()
    trace = folder / "trace"
    subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(trace), *stack.command(built)],
        input=f"pay {times}\n",
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | where | {"BENCH_STORE": f"sqlite:{folder}/store.db"},
    )
    # A call that another thread's interrupts is written in two lines.
    return len(re.findall(r"\b(?:fsync|fdatasync)\(", trace.read_text()))
