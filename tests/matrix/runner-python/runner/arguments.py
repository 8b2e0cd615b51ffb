"""The arguments of one call. Each is taken out once; what is left over isn't known."""

from __future__ import annotations

from typing import Any

from .saved import SavedValues
from .scenario import Failed

MISSING = object()


class Arguments:
    def __init__(self, given: dict[str, Any], saved: SavedValues) -> None:
        self._left = dict(given)
        self._saved = saved

    def take(self, name: str, default: Any = MISSING) -> Any:
        """A plain argument, its references replaced."""
        if name not in self._left and default is not MISSING:
            return default
        return self._saved.resolve(self._pop(name))

    def count(self, name: str, least: int) -> int:
        """How many, which is never fewer than ``least``."""
        count = self.take(name)
        if type(count) is not int or count < least:
            raise Failed(f"{name} must be at least {least}, not {count!r}")
        return count

    def native(self, name: str, *classes: type, default: Any = MISSING) -> Any:
        """A saved object, of one of these classes if any are named."""
        if name not in self._left and default is not MISSING:
            return default
        found = self._saved.native(self._pop(name))
        if classes and not isinstance(found, classes):
            raise Failed(f"{name} must be a saved {name}, not a {type(found).__name__}")
        return found

    def _pop(self, name: str) -> Any:
        if name not in self._left:
            raise Failed(f"the argument {name} is missing")
        return self._left.pop(name)

    def end(self) -> None:
        if self._left:
            raise Failed(f"the arguments {sorted(self._left)} aren't known")
