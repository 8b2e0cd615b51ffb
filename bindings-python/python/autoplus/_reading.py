"""How the server's times, numbers and JSON become Python's own, exactly, where the native half needs help."""

from __future__ import annotations

from datetime import datetime, timezone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal
    from typing import Any

UTC = timezone.utc


def nearest_moment(seconds: int) -> datetime:
    """For a Unix time beyond what Python can show."""
    return (datetime.max if seconds > 0 else datetime.min).replace(tzinfo=UTC)


def exact_reader() -> Callable[[str], Decimal]:
    """Reads a number as it was written, whatever the thread's decimal context would make of it."""
    from decimal import Context, Decimal

    lenient = Context(traps=[])

    def exact(number: str) -> Decimal:
        value = Decimal(number, lenient)
        if value.is_nan():
            raise OverflowError(f"{number:.40} is beyond Decimal")
        return value

    return exact


def json_reader() -> Callable[[str], tuple[Any, int]]:
    """Reads JSON text that begins with its value, and says where that ended. Every number that isn't an integer is an
    exact ``Decimal``.
    """
    from json import JSONDecoder

    return JSONDecoder(parse_float=exact_reader()).raw_decode


def load_json(text: str) -> Any:
    """JSON as Python objects, with every number that isn't an integer as an exact ``Decimal``."""
    from json import loads

    return loads(text, parse_float=exact_reader())
