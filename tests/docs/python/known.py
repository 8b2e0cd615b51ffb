"""Until it is known what became of a call."""

from __future__ import annotations

# ANCHOR: until_known
import time
from collections.abc import Callable
from typing import TypeVar

from autoplus import OutcomeUnknownError

T = TypeVar("T")


def until_known(call: Callable[[], T], pause: float = 5) -> T:
    """Repeats the same call: on the same challenge, or under the same operation name. Nothing happens twice."""
    while True:
        try:
            return call()
        except OutcomeUnknownError as unknown:
            print("not known yet, asking again:", unknown)
            time.sleep(pause)


# ANCHOR_END: until_known
