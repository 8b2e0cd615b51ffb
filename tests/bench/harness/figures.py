"""What was measured: samples, and what is told of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from .stacks import START

MILLIS = {"batch", START}
"""Works that are told in milliseconds; the others in microseconds."""


@dataclass(frozen=True)
class Spread:
    """A median and the middle half around it."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, samples: list[float]) -> Spread:
        """Of at least one sample."""
        ordered = sorted(samples)
        return cls(_quantile(ordered, 0.25), median(ordered), _quantile(ordered, 0.75))


@dataclass
class Cell:
    """One stack at one work: CPU µs for each time that it was done."""

    group: str
    stack: str
    work: str
    """One of the works, or ``start``."""
    protocol: str
    ours: bool
    stored: bool = False
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    @property
    def spread(self) -> Spread:
        return Spread.of(self.cpu)

    @property
    def middle(self) -> float:
        return median(self.cpu)

    @property
    def unit(self) -> str:
        return "ms" if self.work in MILLIS else "µs"

    @property
    def scale(self) -> float:
        """Microseconds in the unit."""
        return 1000.0 if self.work in MILLIS else 1.0


@dataclass
class Results:
    """All of one run."""

    cells: list[Cell] = field(default_factory=list)
    others: dict[str, float] = field(default_factory=dict)
    """For each group and protocol the share of the processors that neither its programs nor the server had."""
    syncs: float | None = None
    """Calls of fsync and fdatasync for each operation with a key, with the sqlite store; none if nobody could count."""
    broken: list[str] = field(default_factory=list)
    """What didn't finish, and why."""

    def find(self, group: str, stack: str, work: str, protocol: str) -> Cell | None:
        """None if it wasn't measured."""
        for cell in self.cells:
            if (cell.group, cell.stack, cell.work, cell.protocol) == (group, stack, work, protocol):
                return cell
        return None

    def of(self, group: str, work: str, protocol: str) -> list[Cell]:
        """All stacks of a language at one work."""
        return [cell for cell in self.cells if (cell.group, cell.work, cell.protocol) == (group, work, protocol)]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Results:
        """What :meth:`as_json` gave."""
        return cls(**kept | {"cells": [Cell(**cell) for cell in kept["cells"]]})


def _quantile(ordered: list[float], share: float) -> float:
    """Between two samples as far as the share says."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
