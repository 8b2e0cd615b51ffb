"""Every call of the vocabulary."""

from __future__ import annotations

import pickle
from collections.abc import Awaitable, Callable
from typing import Any

import autoplus

from . import notes, stream_view, streams, view
from .arguments import Arguments
from .faces import Face
from .saved import Saved
from .scenario import Failed


async def call(face: Face, client: Any, name: str, arguments: Arguments) -> Saved:
    """Makes one call; ``client`` is none for those that go through a challenge, a stream or a watch."""
    made = (CALLS_WITHOUT_CLIENT if client is None else CLIENT_CALLS).get(name)
    if made is None:
        raise Failed(f"{name} isn't known{', or needs `as`' if client is None else ''}")
    return await made(face, client, arguments)


Made = Callable[[Face, Any, Arguments], Awaitable[Saved]]


def simple(method: str, show: Callable[[Any], Any], *, native: bool = False, takes: tuple[str, ...] = ()) -> Made:
    """A method that takes a snapshot, where named so, and plain arguments in their order."""

    async def made(face: Face, client: Any, arguments: Arguments) -> Saved:
        given = [arguments.native(name) if name == "trade" else arguments.take(name) for name in takes]
        arguments.end()
        result = await face.get(getattr(client, method)(*given))
        return Saved(show(result), result if native else None)

    return made


async def open_trade(face: Face, client: Any, arguments: Arguments) -> Saved:
    guild, operation = arguments.take("guild"), arguments.take("operation", None)
    named = {name: arguments.take(name) for name in ("crypto", "sender", "receiver")}
    arguments.end()
    return Saved(view.opened(await face.get(client.open_trade(guild, **named, operation=operation))))


async def rebuilt(face: Face, client: Any, arguments: Arguments) -> Saved:
    original = arguments.native("trade")
    arguments.end()
    copy = pickle.loads(pickle.dumps(original))
    return Saved(view.trade(copy), copy)


async def confirm_action(face: Face, client: None, arguments: Arguments) -> Saved:
    challenge, operation = arguments.native("challenge"), arguments.take("operation", None)
    arguments.end()
    result = await face.get(challenge.confirm(operation=operation))
    return Saved(view.trade(result), result)


async def confirm_claim(face: Face, client: None, arguments: Arguments) -> Saved:
    challenge, operation = arguments.native("challenge"), arguments.take("operation", None)
    offering, priority = arguments.native("fee_of", default=challenge), arguments.take("fee", None)
    arguments.end()
    fee = None
    if priority is not None:
        fee = next((option for option in offering.fee_options if option.priority == priority), None)
        if fee is None:
            raise Failed(f"no fee {priority} was offered")
    return Saved(view.receipt(await face.get(challenge.confirm(fee=fee, operation=operation))))


async def resolve(face: Face, client: Any, arguments: Arguments) -> Saved:
    replay, pending = arguments.take("replay", False), arguments.take("pending", None)
    if pending is None:
        operation = autoplus.Operation.from_json(arguments.native("operation").to_json())
    else:
        known = {operation.name: operation for operation in await face.get(client.pending_operations())}
        if pending not in known:
            raise Failed(f"no operation {pending!r} is pending")
        operation = known[pending]
    arguments.end()
    return Saved(view.settlement(await face.get(client.resolve(operation, replay=replay))))


def listed(show: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda items: [show(item) for item in items]


def nothing(result: None) -> dict[str, Any]:
    return {}


CLIENT_CALLS: dict[str, Made] = {
    "servers": simple("servers", listed(view.server)),
    "stats": simple("stats", view.stats),
    "transactions": simple("transactions", listed(view.transaction)),
    "open_trade": open_trade,
    "trade": simple("trade", view.trade, native=True, takes=("id",)),
    "choose_role": simple("choose_role", view.trade, native=True, takes=("trade", "role")),
    "confirm_identification": simple("confirm_identification", view.trade, native=True, takes=("trade",)),
    "reset_identification": simple("reset_identification", view.trade, native=True, takes=("trade",)),
    "set_terms": simple("set_terms", view.trade, native=True, takes=("trade", "text")),
    "confirm_terms": simple("confirm_terms", view.trade, native=True, takes=("trade",)),
    "request_release": simple("request_release", view.action, native=True, takes=("trade",)),
    "request_return": simple("request_return", view.action, native=True, takes=("trade",)),
    "request_claim": simple("request_claim", view.claim, native=True, takes=("trade", "address")),
    "next_step": simple("next_step", view.next_step, takes=("trade",)),
    "events": streams.events,
    "open_stream": streams.open_stream,
    "open_watch": streams.open_watch,
    "open_notes": notes.open_notes,
    "wait_for": streams.wait_for,
    "stream_stats": simple("stream_stats", stream_view.stream_stats),
    "followed_trades": simple("followed_trades", listed(stream_view.followed_trade)),
    "rebuilt": rebuilt,
    "pending_operations": simple("pending_operations", listed(view.operation)),
    "known_trades": simple("known_trades", listed(str)),
    "recover": simple("recover", listed(view.settlement)),
    "resolve": resolve,
    "forget": simple("forget", bool, takes=("operation",)),
    "set_token": simple("set_token", nothing, takes=("token",)),
    "close": simple("close", nothing),
}

CALLS_WITHOUT_CLIENT: dict[str, Made] = {
    "confirm_action": confirm_action,
    "confirm_claim": confirm_claim,
    "next": streams.next_,
    "commit": streams.commit,
    "close_stream": streams.close_stream,
    "next_notes": notes.next_notes,
    "watch_next": streams.watch_next,
    "watch_each": streams.watch_each,
    "watch_add": streams.of_watch("add", "trade_id"),
    "watch_remove": streams.of_watch("remove", "trade_id"),
    "watch_trades": streams.of_watch("trades"),
    "close_watch": streams.close_watch,
}
