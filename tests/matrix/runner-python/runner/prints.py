"""With ``MATRIX_PRINTS=FILE``: everything that the package gives out, in every form that Python has, and every line
that is logged. ``tests/secrets/scan.py`` searches it for the secrets in ``FILE.codes``.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import os
import pickle
import traceback
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import autoplus
from autoplus.testing import Simulator

from .faces import Face

PACKAGE = str(Path(autoplus.__file__).parent)
T = TypeVar("T")
Form = Callable[[Any], Any]


class Prints:
    """The file, and what is kept for it until the scenario is over."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._codes = path.with_name(f"{path.name}.codes")
        self._kept = BytesIO()
        for file in (self._path, self._codes):
            file.write_bytes(b"")
        logging.root.setLevel(logging.NOTSET)
        logging.root.addHandler(Log(self))

    def write(self, kind: str, form: str, printed: Any) -> None:
        if not isinstance(printed, bytes):
            printed = str(printed).encode("utf-8", "surrogatepass")
        self._kept.write(f"--- {kind} {form}\n".encode() + printed + b"\n")

    def show(self, value: Any) -> None:
        for form, make in forms(value):
            try:
                printed = make(value)
            except Exception as refusal:  # What can't be pickled says so, and that is printed too.
                printed = "".join(traceback.format_exception(refusal))
            self.write(kind(value), form, printed)

    @contextmanager
    def scenario(self, name: str, simulator: Simulator) -> Iterator[None]:
        self._kept.write(f"=== scenario {name}\n".encode())
        try:
            yield
        finally:
            trades = simulator.control({"do": "trades"})
            codes = [
                code for trade in trades for code in simulator.control({"do": "inspect", "trade": trade["id"]})["codes"]
            ]
            if codes and os.environ.get("MATRIX_PLANT_LEAK"):
                self.show(Planted(codes[0]))
            users = simulator.control({"do": "world"})["users"].values()
            secrets = {"scenario": name, "codes": codes, "tokens": [user["token"] for user in users if user["token"]]}
            with self._codes.open("a") as file:
                file.write(json.dumps(secrets) + "\n")
            with self._path.open("ab") as file:
                file.write(self._kept.getvalue())
            self._kept = BytesIO()


@dataclasses.dataclass
class Planted:
    """With ``MATRIX_PLANT_LEAK=1``: a code that is printed on purpose, to see that the scan finds it."""

    confirmation_code: str


class Log(logging.Handler):
    def __init__(self, prints: Prints) -> None:
        super().__init__()
        self._prints = prints

    def emit(self, record: logging.LogRecord) -> None:
        self._prints.write("log", record.name, self.format(record))


class Watched:
    """A face that prints everything that passes through it."""

    def __init__(self, face: Face, prints: Prints) -> None:
        self._face = face
        self._prints = prints

    def connect(self, **settings: Any) -> Any:
        return self._shown(self._face.connect(**settings))

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self._face.run(work)

    async def within_limit(self, work: Coroutine[Any, Any, None]) -> None:
        await self._face.within_limit(work)

    async def get(self, result: Any) -> Any:
        return self._shown(await self._face.get(result))

    async def next(self, following: Any) -> Any:
        return self._shown(await self._face.next(following))

    async def each(self, watch: Any, take: int, at_once: int) -> list[autoplus.Watched]:
        return [self._shown(item) for item in await self._face.each(watch, take, at_once)]

    async def close(self, following: Any) -> None:
        await self._face.close(following)
        self._shown(following)

    def _shown(self, value: T) -> T:
        if value is not None:
            self._prints.show(value)
        return value


def kind(value: Any) -> str:
    inner = f"[{type(value[0]).__name__}]" if isinstance(value, list) and value else ""
    return f"{type(value).__name__}{inner}"


def forms(value: Any) -> Iterator[tuple[str, Form]]:
    yield from ALWAYS.items()
    if dataclasses.is_dataclass(value):
        yield "asdict", dataclasses.asdict
    if hasattr(value, "to_json"):
        yield "to_json", lambda value: value.to_json()
    if isinstance(value, BaseException):
        yield "traceback", lambda error: "".join(traceback.format_exception(error))
        yield "traceback with locals", with_locals


def attributes(value: Any) -> dict[str, Any]:
    """All that hangs at an object, its private half included."""
    found = {}
    for name in dir(value):
        try:
            found[name] = getattr(value, name)
        except Exception as refusal:
            found[name] = refusal
    return {name: item for name, item in found.items() if not callable(item)}


def as_json(value: Any) -> Any:
    """What people write as `default` of `json.dumps`."""
    return json.loads(value.to_json()) if hasattr(value, "to_json") else getattr(value, "__dict__", None) or repr(value)


def with_locals(error: BaseException) -> str:
    """What error trackers send: the locals of every frame too. The runner's own frames hold the scenario."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    told.stack[:] = [frame for frame in told.stack if frame.filename.startswith(PACKAGE)]
    return "".join(told.format())


ALWAYS: dict[str, Form] = {
    "str": str,
    "repr": repr,
    "ascii": ascii,
    "format": format,
    "pickle 0": lambda value: pickle.dumps(value, 0),
    "pickle": lambda value: pickle.dumps(value, pickle.HIGHEST_PROTOCOL),
    "reduced": lambda value: value.__reduce_ex__(4),
    "copy": lambda value: repr(copy.copy(value)),
    "deepcopy": lambda value: repr(copy.deepcopy(value)),
    "json": lambda value: json.dumps(value, default=as_json, skipkeys=True),
    "attributes": attributes,
    "private": lambda value: attributes(getattr(value, "_native", None)),
}
PATH = os.environ.get("MATRIX_PRINTS")
PRINTS = Prints(Path(PATH)) if PATH else None


def watched(face: Face) -> Face:
    return Watched(face, PRINTS) if PRINTS else face


def shown(value: object) -> None:
    if PRINTS:
        PRINTS.show(value)


@contextmanager
def scenario(name: str, simulator: Simulator) -> Iterator[None]:
    if PRINTS is None:
        yield
        return
    with PRINTS.scenario(name, simulator):
        yield
