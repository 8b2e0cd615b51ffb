"""Hands what the library logs to Python's ``logging``, as the logger ``autoplus``."""

from __future__ import annotations

import sys

Line = tuple[int, str, list[tuple[str, str]], float]
"""The level, the text, its parts by name, and when it was, as Unix time."""

NOTHING = 1000
"""Above every level."""
LEVELS = (10, 20, 30, 40)


def deliver(lines: list[Line], dropped: int) -> int:
    """Called in batches from a thread of the library's own. Gives the lowest level that is wanted from now on."""
    # Importing it takes longer than a call of this library; without it nobody can have asked for a log.
    if "logging" not in sys.modules:
        return NOTHING
    import logging

    logger = logging.getLogger("autoplus")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())  # A program that set up no logging sees none.
    if dropped:
        lines.append(
            (30, f"{dropped} lines were dropped here: they came faster than they are handled", [], lines[-1][3])
        )
    for level, text, parts, at in lines:
        if logger.isEnabledFor(level):
            record = logger.makeRecord(logger.name, level, __file__, 0, text, (), None, "deliver")
            record.relativeCreated += (at - record.created) * 1000
            record.created, record.msecs = at, int(at % 1 * 1000)
            record.threadName = "autoplus"
            record.autoplus = dict(parts)
            try:
                logger.handle(record)
            except Exception:
                if logging.raiseExceptions:
                    sys.excepthook(*sys.exc_info())
    return next((level for level in LEVELS if logger.isEnabledFor(level)), NOTHING)
