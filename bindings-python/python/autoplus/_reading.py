"""How the server's times, numbers and JSON become Python's own, exactly."""

from __future__ import annotations

from datetime import datetime, timezone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal
    from typing import Any

UTC = timezone.utc


def moment(seconds: int) -> datetime:
    """A Unix time; one beyond the years 1 to 9999 reads as the nearest moment that Python can show."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return (datetime.max if seconds > 0 else datetime.min).replace(tzinfo=UTC)


def exact(number: str) -> Decimal:
    """A number as it was written, whatever the thread's decimal context would make of it."""
    from decimal import Context, Decimal

    value = Decimal(number, Context(traps=[]))
    if value.is_nan():
        raise OverflowError(f"{number:.40} is beyond Decimal")
    return value


def load_json(text: str) -> Any:
    """JSON as Python objects, with every number that isn't an integer as an exact ``Decimal``."""
    from json import loads

    return loads(text, parse_float=exact)
