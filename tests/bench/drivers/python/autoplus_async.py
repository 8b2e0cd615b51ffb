"""The library, as an asyncio program uses it."""

from __future__ import annotations

import asyncio
import os
from operator import attrgetter

import driver
from driver import CA_FILE, GUILD, TOKEN, TRADE, URL, obey_async

from autoplus import AsyncClient, Trade

EVENTS = 1000
"""What one poll brings."""

read_changes = attrgetter("changes.value")


class Autoplus:
    snapshot: Trade

    def __init__(self, client: AsyncClient) -> None:
        self.client = client

    async def one(self) -> int:
        self.snapshot = await self.client.trade(TRADE)
        return driver.read_three(self.snapshot)

    async def pay(self) -> int:
        trade = self.snapshot
        opened = await self.client.open_trade(
            GUILD, crypto=trade.crypto, sender=trade.sender or "", receiver=trade.receiver or ""
        )
        challenge = await self.client.request_release(trade)
        return opened.trade_id + (await challenge.confirm()).revision

    async def batch(self) -> int:
        async with self.client.events(TRADE, start_after=0) as events:
            return driver.read_all(await events.next_batch(EVENTS), read_changes)


async def main() -> None:
    client = AsyncClient(TOKEN, base_url=URL, ca_file=CA_FILE, store=os.environ["BENCH_STORE"])
    async with client:
        stack = Autoplus(client)
        await obey_async(stack.one, stack.pay, stack.batch)


asyncio.run(main())
