"""What earlier steps saved, and the references to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .scenario import Failed


@dataclass
class Saved:
    """The result of a step: its view, and the package's own object where it is one; of an error its operation."""

    view: Any
    native: Any = None


@dataclass
class SavedValues:
    values: dict[str, Saved] = field(default_factory=dict)

    def native(self, reference: Any) -> Any:
        found = self.values.get(reference[1:]) if isinstance(reference, str) and reference.startswith("$") else None
        if found is None or found.native is None:
            raise Failed(f"{reference!r} is no saved snapshot, challenge, stream, watch, notes or operation")
        return found.native

    def resolve(self, value: Any) -> Any:
        """The value with every reference in it replaced by the view that it points to."""
        if isinstance(value, dict):
            return {name: self.resolve(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if isinstance(value, str) and value.startswith("$") and not is_special(value):
            return self._look_up(value)
        return value

    def _look_up(self, reference: str) -> Any:
        name, *path = reference[1:].split(".")
        try:
            found = self.values[name].view
            for part in path:
                found = found[int(part)] if isinstance(found, list) else found[part]
        except (KeyError, IndexError, ValueError, TypeError):
            raise Failed(f"{reference} leads nowhere") from None
        return found


def is_special(text: str) -> bool:
    return text in ("$any", "$absent") or text.startswith("$regex:")
