"""aiohttp, as its documentation shows it; of its defaults only the limit of a hundred connections is lifted."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

from aiohttp import ClientSession, TCPConnector
from driver import RETRY, Seen, Settings, obey

OPENING_AT_ONCE = 100
HEADERS = {"Authorization": "Bearer streams"}


async def follow(session: ClientSession, settings: Settings, seen: Seen) -> None:
    opening = asyncio.Semaphore(OPENING_AT_ONCE)
    streams = (follow_one(session, trade, settings, opening, seen) for trade in settings.trades)
    await asyncio.gather(*streams)


async def follow_one(
    session: ClientSession, trade: str, settings: Settings, opening: asyncio.Semaphore, seen: Seen
) -> None:
    async with opening:
        offset = await step(session, trade, None, settings, seen)
    while True:
        offset = await step(session, trade, offset, settings, seen)


async def step(session: ClientSession, trade: str, offset: int | None, settings: Settings, seen: Seen) -> int | None:
    """One poll; the offset for the next."""
    try:
        page = await poll(session, trade, offset, settings)
    except Exception as error:
        seen.errors.append(repr(error))
        await asyncio.sleep(RETRY)
        return offset
    for event in page["events"]:
        seen.event(event["changes"].get("sentAtMicros"))
    next_offset: int = page["nextOffset"]
    return next_offset


async def poll(session: ClientSession, trade: str, offset: int | None, settings: Settings) -> dict[str, Any]:
    params = {"timeout": settings.hold} if offset is None else {"timeout": settings.hold, "offset": offset}
    async with session.get(f"{settings.url}/trades/{trade}/events", params=params) as response:
        response.raise_for_status()
        page: dict[str, Any] = await response.json()
        return page


async def main() -> None:
    settings = Settings.read()
    seen = Seen()
    tls = ssl.create_default_context(cafile=settings.ca_file) if settings.ca_file else True
    async with ClientSession(headers=HEADERS, connector=TCPConnector(limit=0, ssl=tls)) as session:
        await poll(session, settings.spare_trade, None, settings)
        await obey(seen, lambda: follow(session, settings, seen))


asyncio.run(main())
