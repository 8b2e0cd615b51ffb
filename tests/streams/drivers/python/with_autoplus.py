"""The library, as an asyncio program uses it."""

from __future__ import annotations

import asyncio

from driver import Seen, Settings, obey

from autoplus import AsyncClient, Timeouts, Watched, WatchedEvent

AT_ONCE = 100
"""Events that are asked for at once."""


async def follow(client: AsyncClient, trades: list[str], seen: Seen) -> None:
    watch = client.watch(trades)
    while batch := await watch.next_batch(AT_ONCE):
        for item in batch:
            handle(item, seen)
    seen.errors.append("the watch ended")


def handle(item: Watched, seen: Seen) -> None:
    if isinstance(item, WatchedEvent):
        seen.event(item.event.changes.value.get("sentAtMicros"))
    else:
        seen.errors.append(repr(item))


async def main() -> None:
    settings = Settings.read()
    seen = Seen()
    timeouts = Timeouts(call=settings.patience, poll=settings.hold)
    client = AsyncClient("streams", base_url=settings.url, ca_file=settings.ca_file, timeouts=timeouts)
    async with client.events(settings.spare_trade) as warm_up:
        await anext(warm_up)
    await obey(seen, lambda: follow(client, settings.trades, seen))


asyncio.run(main())
