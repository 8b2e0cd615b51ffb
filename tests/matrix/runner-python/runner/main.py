"""The command line: finds the scenarios, runs them, tells how it went."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from . import faces, prints, scenario, stores, world

HERE = Path(__file__).resolve().parent


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in faces.FACES:
        print(f"usage: python tests/matrix/runner-python {'|'.join(faces.FACES)}")
        return 2
    if stores.WHERE not in ("memory", "file"):
        print(f"MATRIX_STORE is memory or file, not {stores.WHERE!r}")
        return 2
    name = sys.argv[1]
    folder = Path(os.environ.get("MATRIX_DIR", HERE.parent.parent))
    only = os.environ.get("MATRIX_ONLY", "")
    found = {"/".join(path.relative_to(folder).with_suffix("").parts): path for path in folder.glob("*/*.yaml")}
    results = [run(name, case, found[case]) for case in sorted(found) if only in case]
    if file := os.environ.get("MATRIX_RESULTS"):
        Path(file).write_text("".join(json.dumps(result) + "\n" for result in results))
    failed = sum(not result["ok"] for result in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    if not results:
        print(f"no scenario in {folder} fits {only!r}")
    return 1 if failed or not results else 0


def run(face: str, case: str, path: Path) -> dict[str, object]:
    began = time.monotonic()
    why = None
    try:
        world.play(prints.watched(faces.FACES[face]()), case, scenario.load(path.read_text(encoding="utf-8")))
    except world.Failed as failure:
        why = str(failure)
    except Exception as error:  # A runner that trips over one scenario still runs the others.
        why = f"{type(error).__name__}: {error}"
    seconds = round(time.monotonic() - began, 3)
    print(f"{'ok    ' if why is None else 'FAILED'} {seconds:6.3f} s  {case}", flush=True)
    result: dict[str, object] = {"runner": f"python-{face}", "scenario": case, "ok": why is None, "seconds": seconds}
    if why is not None:
        print(f"       {why}", flush=True)
        result["why"] = why
    return result
