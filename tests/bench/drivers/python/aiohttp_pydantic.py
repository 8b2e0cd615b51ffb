"""aiohttp with pydantic models."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any
from uuid import uuid4

import driver
from aiohttp import ClientSession, TCPConnector
from driver import ACTION_URL, AFTER_FIRST, CA_FILE, CONFIRM_URL, EVENTS_URL, HEADERS, OPEN_URL, TRADE_URL, obey_async
from pydantic_models import ActionChallenge, EventPage, OpenedTrade, Trade, as_opening


class Aiohttp:
    snapshot: Trade

    def __init__(self, session: ClientSession) -> None:
        self.session = session

    async def post(self, url: str, body: dict[str, Any], *, keyed: bool) -> bytes:
        headers = {"Idempotency-Key": uuid4().hex} if keyed else {}
        async with self.session.post(url, json=body, headers=headers) as response:
            return await response.read()

    async def one(self) -> int:
        async with self.session.get(TRADE_URL) as response:
            self.snapshot = Trade.model_validate_json(await response.read())
        return driver.read_three(self.snapshot)

    async def pay(self) -> int:
        opened = OpenedTrade.model_validate_json(await self.post(OPEN_URL, as_opening(self.snapshot), keyed=True))
        challenge = ActionChallenge.model_validate_json(await self.post(ACTION_URL, driver.RELEASE, keyed=False))
        released = Trade.model_validate_json(await self.post(CONFIRM_URL, challenge.as_confirmation(), keyed=True))
        return opened.trade_id + released.revision

    async def batch(self) -> int:
        async with self.session.get(EVENTS_URL, params=AFTER_FIRST) as response:
            page = EventPage.model_validate_json(await response.read())
        return driver.read_all(page.events)


async def main() -> None:
    tls = ssl.create_default_context(cafile=CA_FILE) if CA_FILE else True
    connector = TCPConnector(ssl=tls)
    async with ClientSession(headers=HEADERS, connector=connector, raise_for_status=True) as session:
        stack = Aiohttp(session)
        await obey_async(stack.one, stack.pay, stack.batch)


asyncio.run(main())
