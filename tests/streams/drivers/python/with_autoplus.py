"""The library, as an asyncio program uses it."""

from __future__ import annotations

import asyncio

from driver import RETRY, Seen, Settings, obey

from autoplus import AsyncClient, Timeouts, TradeEvent


async def follow(client: AsyncClient, trades: list[str], seen: Seen) -> None:
    await asyncio.gather(*(follow_one(client, trade, seen) for trade in trades))


async def follow_one(client: AsyncClient, trade: str, seen: Seen) -> None:
    stream = client.events(trade)
    while True:
        try:
            async for event in stream:
                handle(event, seen)
            seen.errors.append("a stream ended")
            return
        except Exception as error:
            seen.errors.append(repr(error))
            await asyncio.sleep(RETRY)


def handle(event: TradeEvent, seen: Seen) -> None:
    seen.event(event.changes.value.get("sentAtMicros"))


async def main() -> None:
    settings = Settings.read()
    seen = Seen()
    timeouts = Timeouts(poll=settings.hold)
    client = AsyncClient("streams", base_url=settings.url, ca_file=settings.ca_file, timeouts=timeouts)
    async with client.events(settings.spare_trade) as warm_up:
        await anext(warm_up)
    await obey(seen, lambda: follow(client, settings.trades, seen))


asyncio.run(main())
