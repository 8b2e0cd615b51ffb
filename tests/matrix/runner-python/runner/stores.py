"""Where the clients of a scenario keep their operations."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

WHERE = os.environ.get("MATRIX_STORE") or "memory"
KEEP = os.environ.get("MATRIX_KEEP")


@contextmanager
def folder(scenario: str) -> Iterator[Path]:
    """A fresh folder for the scenario of this name."""
    if not KEEP:
        with TemporaryDirectory() as temporary:
            yield Path(temporary)
        return
    kept = Path(KEEP, scenario)
    if kept.exists():
        shutil.rmtree(kept)
    kept.mkdir(parents=True)
    yield kept


def named(folder: Path, client: str, *, shared: bool) -> str:
    """What a client's ``store`` is."""
    if shared:
        return f"sqlite:{folder / 'shared.db'}"
    return f"sqlite:{folder / client}.db" if WHERE == "file" else "memory"
