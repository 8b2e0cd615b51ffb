"""What went over the wire, against what should have."""

from __future__ import annotations

import json
from typing import Any

from . import matching
from .saved import SavedValues
from .scenario import Failed, known

KEYS = {
    "method",
    "path",
    "status",
    "query",
    "headers",
    "body",
    "body_contains",
    "same_key_as",
    "other_key_than",
}


def check(
    entries: list[dict[str, Any]], only: list[str], more: bool, seen: list[dict[str, Any]], saved: SavedValues
) -> None:
    if only:
        seen = [request for request in seen if any(fits(request, *pattern.split(" ", 1)) for pattern in only)]
    if len(seen) < len(entries) or (len(seen) > len(entries) and not more):
        told = ", ".join(f"{request['method']} {request['path']} {request['status']}" for request in seen)
        raise Failed(f"expected {len(entries)} requests, saw {len(seen)}: {told}")
    for index, (entry, request) in enumerate(zip(entries, seen, strict=False)):
        try:
            check_one(entry, request, seen, saved)
        except Failed as why:
            raise Failed(f"request {index}: {why}") from None


def check_one(entry: dict[str, Any], request: dict[str, Any], seen: list[dict[str, Any]], saved: SavedValues) -> None:
    known(entry, KEYS, "the entry")
    if not fits(request, entry["method"], entry["path"]):
        raise Failed(f"expected {entry['method']} {entry['path']}, saw {request['method']} {request['path']}")
    for field in ("status", "query", "headers"):
        if field in entry:
            matching.check(saved.resolve(entry[field]), request[field], field)
    body = request["body"]
    if "body" in entry:
        matching.check(saved.resolve(entry["body"]), None if body is None else json.loads(body), "body")
    for part in entry.get("body_contains", []):
        if part not in (body or ""):
            raise Failed(f"the body doesn't contain {part}: {body}")
    if "same_key_as" in entry:
        earlier = seen[entry["same_key_as"]]
        if key(request) is None or key(request) != key(earlier) or body != earlier["body"]:
            raise Failed("the key or the body differs from the earlier request's")
    if "other_key_than" in entry and key(request) in (None, key(seen[entry["other_key_than"]])):
        raise Failed("the key is the earlier request's")


def fits(request: dict[str, Any], method: str, path: str) -> bool:
    pattern, found = path.split("/"), request["path"].split("/")
    same = (part.startswith("{") or part == other for part, other in zip(pattern, found, strict=False))
    return method == request["method"] and len(pattern) == len(found) and all(same)


def key(request: dict[str, Any]) -> str | None:
    found: str | None = request["headers"].get("idempotency-key")
    return found
