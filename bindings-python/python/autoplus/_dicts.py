"""Values as dicts."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def plain(value: Any) -> Any:
    """The value as a dict where it has properties of its own."""
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return value.to_dict() if hasattr(value, "to_dict") else value


def to_dict(model: Any) -> dict[str, Any]:
    """A model's properties by name."""
    return {name: plain(getattr(model, name)) for name in (*model.__match_args__, "extra")}
