"""A whole trade from the installed package, inside asyncio, over one watch."""

import asyncio
from contextlib import suppress
from decimal import Decimal

from autoplus import AsyncClient, NotFoundError, Outcome, Trade, Watched, WatchedEnd, steps
from autoplus.testing import Simulator

ADDRESS = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"


async def act(client: AsyncClient, sim: Simulator, trade: Trade) -> None:
    match client.next_step(trade):
        case steps.ConfirmIdentification():
            await client.confirm_identification(trade)
        case steps.Terms(confirmed_by_me=False):
            await client.confirm_terms(trade)
        case steps.Deposit():
            sim.deposit(trade, "0.5")
            sim.confirm_deposit(trade)
        case steps.MayRelease():
            assert trade.covers(Decimal("0.5"), "ltc")
            await (await client.request_release(trade)).confirm()
        case steps.Claim():
            receipt = await (await client.request_claim(trade, ADDRESS)).confirm()
            assert receipt.status == "pending"


async def main() -> None:
    with Simulator() as sim:
        async with (
            AsyncClient(sim.receiver.token, user_id=sim.receiver.id, base_url=sim.base_url) as shop,
            AsyncClient(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url) as buyer,
        ):
            opened = await shop.open_trade(
                sim.guild, crypto="ltc", sender=sim.sender.id, receiver=sim.receiver.id, operation="order:42"
            )
            outcomes: list[Outcome | None] = []
            async with shop.watch([opened.id], consumer="bot") as watch:

                async def handle(item: Watched) -> None:
                    if isinstance(item, WatchedEnd):
                        outcomes.append(item.end.outcome)
                        await watch.aclose()
                        return
                    # Once it closed, the server knows the trade no more.
                    with suppress(NotFoundError):
                        for client in (shop, buyer, shop):
                            await act(client, sim, await client.trade(item.trade_id))

                await watch.for_each(handle)
            assert outcomes == [Outcome.RELEASED], outcomes
        assert sim.check(creates=1) == []
    print("a whole trade, in asyncio: released")


if __name__ == "__main__":
    asyncio.run(main())
