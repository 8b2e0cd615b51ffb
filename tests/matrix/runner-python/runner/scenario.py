"""A scenario as it stands in its file. Whatever isn't known is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml


class Failed(Exception):
    """Why a scenario failed."""


@dataclass
class Step:
    """One thing to do, and what must come of it."""

    kind: str
    """``control``, ``call``, ``requests`` or ``restart``."""
    what: Any
    client: str | None
    arguments: dict[str, Any]
    only: list[str]
    more: bool
    save: str | None
    expect: dict[str, Any] | None


@dataclass
class Scenario:
    store: str | None
    """``shared`` if all clients are on one file."""
    clients: dict[str, dict[str, float]]
    steps: list[Step]


KEYS = {
    "control": {"save", "expect"},
    "call": {"as", "with", "save", "expect"},
    "requests": {"only", "more"},
    "restart": set(),
}
LIMITS = {"call_timeout", "attempt_timeout", "poll_timeout", "poll_grace"}


def load(text: str) -> Scenario:
    raw = yaml.safe_load(text)
    known(raw, {"format", "name", "about", "store", "clients", "steps"}, "the scenario")
    if raw.get("format") != 1:
        raise Failed(f"this runner knows format 1, not {raw.get('format')!r}")
    store = raw.get("store")
    if store not in (None, "shared"):
        raise Failed(f"store: it is shared or not there, not {store!r}")
    clients = raw.get("clients", {})
    for name, limits in clients.items():
        known(limits, LIMITS, f"clients.{name}")
    return Scenario(store, clients, [step(number, raw_step) for number, raw_step in enumerate(raw["steps"], 1)])


def step(number: int, raw: dict[str, Any]) -> Step:
    kinds = [kind for kind in KEYS if kind in raw]
    if len(kinds) != 1:
        raise Failed(f"step {number}: it must be exactly one of {', '.join(KEYS)}")
    kind = kinds[0]
    known(raw, KEYS[kind] | {kind}, f"step {number}")
    expect = raw.get("expect")
    if expect is not None:
        known(expect, {"value"} if kind == "control" else {"value", "error"}, f"step {number}.expect")
        if len(expect) != 1:
            raise Failed(f"step {number}: it expects either a value or an error")
    return Step(
        kind=kind,
        what=raw[kind],
        client=raw.get("as"),
        arguments=raw.get("with", {}),
        only=raw.get("only", []),
        more=raw.get("more", False),
        save=raw.get("save"),
        expect=expect,
    )


def known(found: dict[str, Any], keys: set[str], where: str) -> None:
    if unknown := set(found) - keys:
        raise Failed(f"{where}: {sorted(unknown)} isn't known")
