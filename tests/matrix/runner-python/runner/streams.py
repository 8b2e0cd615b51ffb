"""The calls of streams and watches."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import autoplus

from . import prints, stream_view, view
from .arguments import Arguments
from .faces import Face
from .saved import Saved


async def events(face: Face, client: Any, arguments: Arguments) -> Saved:
    trade_id, take = arguments.take("trade_id"), arguments.count("take", 1)
    consumer, start_after = arguments.take("consumer", None), arguments.take("start_after", None)
    commit = arguments.take("commit", False)
    arguments.end()
    stream = client.events(trade_id, consumer=consumer, start_after=start_after)
    try:
        taken = await next_events(face, stream, take)
        if commit:
            await face.get(stream.commit())
    finally:
        await face.close(stream)
    return Saved(taken)


async def open_stream(face: Face, client: Any, arguments: Arguments) -> Saved:
    trade_id, consumer = arguments.take("trade_id"), arguments.take("consumer", None)
    start_after = arguments.take("start_after", None)
    arguments.end()
    stream = client.events(trade_id, consumer=consumer, start_after=start_after)
    prints.shown(stream)
    return Saved(stream_view.stream(stream), stream)


async def next_(face: Face, client: None, arguments: Arguments) -> Saved:
    stream, take = opened_stream(arguments), arguments.count("take", 0)
    arguments.end()
    return Saved(await next_events(face, stream, take))


async def next_events(face: Face, stream: Any, take: int) -> view.Made:
    taken: list[autoplus.TradeEvent] = []
    while len(taken) < take:
        event = await face.next(stream)
        prints.shown(stream)
        if event is None:
            end = stream.end
            prints.shown(end)
            return stream_view.events(taken, end)
        taken.append(event)
    return stream_view.events(taken, None)


async def commit(face: Face, client: None, arguments: Arguments) -> Saved:
    stream = opened_stream(arguments)
    arguments.end()
    await face.get(stream.commit())
    return Saved({})


async def close_stream(face: Face, client: None, arguments: Arguments) -> Saved:
    stream = opened_stream(arguments)
    arguments.end()
    await face.close(stream)
    return Saved({})


async def open_watch(face: Face, client: Any, arguments: Arguments) -> Saved:
    trades, consumer = arguments.take("trades"), arguments.take("consumer", None)
    arguments.end()
    watch = client.watch(trades, consumer=consumer)
    prints.shown(watch)
    return Saved(stream_view.watch(watch), watch)


async def watch_next(face: Face, client: None, arguments: Arguments) -> Saved:
    watch, take = opened_watch(arguments), arguments.count("take", 1)
    arguments.end()
    taken: list[autoplus.Watched] = []
    while len(taken) < take and (item := await face.next(watch)) is not None:
        taken.append(item)
    return Saved(stream_view.items(taken))


async def watch_each(face: Face, client: None, arguments: Arguments) -> Saved:
    watch, take = opened_watch(arguments), arguments.count("take", 1)
    at_once = arguments.count("at_once", 1)
    arguments.end()
    return Saved(stream_view.items(await face.each(watch, take, at_once)))


def of_watch(method: str, *takes: str) -> Callable[[Face, None, Arguments], Awaitable[Saved]]:
    async def made(face: Face, client: None, arguments: Arguments) -> Saved:
        watch, given = opened_watch(arguments), [arguments.take(name) for name in takes]
        arguments.end()
        return Saved(await face.get(getattr(watch, method)(*given)))

    return made


async def close_watch(face: Face, client: None, arguments: Arguments) -> Saved:
    watch = opened_watch(arguments)
    arguments.end()
    await face.close(watch)
    return Saved({})


async def wait_for(face: Face, client: Any, arguments: Arguments) -> Saved:
    trade_id, status = arguments.take("trade_id"), arguments.take("status")
    timeout = arguments.take("timeout", None)
    arguments.end()
    result = await face.get(client.wait_for(trade_id, lambda trade: trade.status == status, timeout))
    return Saved(view.trade(result), result)


def opened_stream(arguments: Arguments) -> Any:
    return arguments.native("stream", autoplus.EventStream, autoplus.AsyncEventStream)


def opened_watch(arguments: Arguments) -> Any:
    return arguments.native("watch", autoplus.Watch, autoplus.AsyncWatch)
