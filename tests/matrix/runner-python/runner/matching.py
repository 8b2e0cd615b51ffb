"""Expectations: maps compare the named keys, all else must be equal."""

from __future__ import annotations

import re
from typing import Any

from .scenario import Failed

NOTHING = object()


def check(expected: Any, actual: Any, at: str) -> None:
    """Fails unless the value is what is expected; ``at`` names the place for people."""
    if expected == "$absent":
        if actual is not NOTHING:
            raise Failed(f"{at}: expected nothing, found {actual!r}")
    elif actual is NOTHING:
        raise Failed(f"{at}: expected {expected!r}, found nothing")
    elif expected == "$any":
        return
    elif isinstance(expected, str) and expected.startswith("$regex:"):
        pattern = expected.removeprefix("$regex:")
        if not isinstance(actual, str) or not re.search(pattern, actual):
            raise Failed(f"{at}: {actual!r} doesn't match {pattern}")
    elif isinstance(expected, dict) and isinstance(actual, dict):
        for name, item in expected.items():
            check(item, actual.get(name, NOTHING), f"{at}.{name}")
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            raise Failed(f"{at}: expected {len(expected)} items, found {len(actual)}: {actual!r}")
        for index, (item, found) in enumerate(zip(expected, actual, strict=True)):
            check(item, found, f"{at}.{index}")
    elif type(expected) is not type(actual) or expected != actual:
        raise Failed(f"{at}: expected {expected!r}, found {actual!r}")
