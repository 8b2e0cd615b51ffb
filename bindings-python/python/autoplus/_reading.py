"""How the server's times, numbers and JSON become Python's own, exactly."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from decimal import Context, Decimal
from typing import Any

UTC = timezone.utc
BEYOND_IS_NAN = Context(traps=[])


def moment(seconds: int) -> datetime:
    """A Unix time; one beyond the years 1 to 9999 reads as the nearest moment that Python can show."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return (datetime.max if seconds > 0 else datetime.min).replace(tzinfo=UTC)


def exact(number: str) -> Decimal:
    """A number as it was written, whatever the thread's decimal context would make of it."""
    value = Decimal(number, BEYOND_IS_NAN)
    if value.is_nan():
        raise OverflowError(f"{number:.40} is beyond Decimal")
    return value


def load_json(text: str) -> Any:
    """JSON as Python objects, with every number that isn't an integer as an exact ``Decimal``."""
    return json.loads(text, parse_float=exact)
