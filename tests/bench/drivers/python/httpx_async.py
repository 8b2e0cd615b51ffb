"""httpx for asyncio with pydantic models."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any
from uuid import uuid4

import driver
import httpx
from driver import (
    ACTION_URL,
    AFTER_FIRST,
    AT_ONCE,
    CA_FILE,
    CONFIRM_URL,
    EVENTS_URL,
    HEADERS,
    OPEN_URL,
    TRADE_URL,
    obey_async,
)
from pydantic_models import ActionChallenge, EventPage, OpenedTrade, Trade, as_opening

LIMITS = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)


class Httpx:
    snapshot: Trade

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(self, url: str, body: dict[str, Any], *, keyed: bool) -> bytes:
        headers = {"Idempotency-Key": uuid4().hex} if keyed else {}
        response = await self.client.post(url, json=body, headers=headers)
        return response.raise_for_status().content

    async def one(self) -> int:
        response = await self.client.get(TRADE_URL)
        self.snapshot = Trade.model_validate_json(response.raise_for_status().content)
        return driver.read_three(self.snapshot)

    async def pay(self) -> int:
        opened = OpenedTrade.model_validate_json(await self.post(OPEN_URL, as_opening(self.snapshot), keyed=True))
        challenge = ActionChallenge.model_validate_json(await self.post(ACTION_URL, driver.RELEASE, keyed=False))
        released = Trade.model_validate_json(await self.post(CONFIRM_URL, challenge.as_confirmation(), keyed=True))
        return opened.trade_id + released.revision

    async def batch(self) -> int:
        response = await self.client.get(EVENTS_URL, params=AFTER_FIRST)
        return driver.read_all(EventPage.model_validate_json(response.raise_for_status().content).events)


async def main() -> None:
    verify = ssl.create_default_context(cafile=CA_FILE) if CA_FILE else True
    async with httpx.AsyncClient(headers=HEADERS, limits=LIMITS, verify=verify) as client:
        stack = Httpx(client)
        await obey_async(stack.one, stack.pay, stack.batch)


asyncio.run(main())
