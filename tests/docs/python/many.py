"""Many trades as one stream, worked on side by side, through a restart."""

from __future__ import annotations

import asyncio
import os
from tempfile import TemporaryDirectory

from autoplus import AsyncClient, AsyncWatch, StreamEnd, TradeEvent, Watched, WatchedEnd, WatchedEvent, WatchedFailure
from autoplus.testing import Simulator

TRADES = 200
handled: dict[str, list[int]] = {}
enough = 0
watching: AsyncWatch


async def act(event: TradeEvent) -> None:
    seen = handled.setdefault(event.trade.id, [])
    seen.append(event.id)
    if sum(map(len, handled.values())) >= enough:
        await watching.aclose()


async def tidy_up(trade_id: str, end: StreamEnd) -> None:
    raise AssertionError(f"{trade_id} ended: {end}")


# ANCHOR: watch
async def handle(item: Watched) -> None:
    match item:
        case WatchedEvent(event):
            await act(event)  # finished, and remembered, when this returns
        case WatchedEnd(trade_id, end):
            await tidy_up(trade_id, end)  # it has left the watch
        case WatchedFailure(trade_id, error, over):
            print(trade_id, "can't be followed" if over else "is tried on:", error)


async def work(client: AsyncClient, watch: AsyncWatch) -> None:
    async with watch:
        await watch.for_each(handle, at_once=64)  # trades side by side, each trade in order


# ANCHOR_END: watch


# ANCHOR: stats
def look(client: AsyncClient) -> None:
    stats = client.stream_stats()
    print(f"{stats.trades} trades, {stats.polls_in_flight} polls, {stats.reconnects} reconnects, {stats.gaps} gaps")
    for trade in client.followed_trades():
        if trade.silent or trade.failures:
            print(trade.trade_id, "last heard of", trade.last_good_poll, "seconds ago:", trade.error)


# ANCHOR_END: stats


# ANCHOR: notes
async def tell_what_changes(client: AsyncClient) -> None:
    async for note in client.stream_notes():  # opened, failing, silent, recovered, refused, gap, closed
        if note.change not in ("opened", "closed"):
            print(note.trade_id, note.change, note.error or note.silent_for or "")


# ANCHOR_END: notes


async def main() -> None:
    global enough, watching
    sender = sim.sender
    trades = [sim.open_trade(until="waitingAction").id for _ in range(TRADES)]
    own = {"user_id": sender.id, "base_url": sim.base_url, "store": "sqlite:bot.db"}
    async with AsyncClient(sender.token, **own) as client:
        notes = asyncio.create_task(tell_what_changes(client))
        enough = TRADES
        # ANCHOR: add
        watch = watching = client.watch(await client.known_trades(), consumer="bot")
        for trade in trades:  # at any time, also while somebody takes from it
            watch.add(trade)
        # ANCHOR_END: add
        await work(client, watch)
        look(client)
        assert set(handled) == set(trades)
    await notes
    handled.clear()
    late = [event["trade"] for event in sim.happen(count=50)]
    enough = len(late)
    async with AsyncClient(sender.token, **own) as client:  # as after a restart
        watching = client.watch(await client.known_trades(), consumer="bot")
        await work(client, watching)
    # What was finished before doesn't come again; what happened meanwhile does, each trade in order.
    assert {trade: len(events) for trade, events in handled.items()} == {trade: late.count(trade) for trade in late}
    assert all(events == sorted(events) for events in handled.values())


with Simulator() as sim, TemporaryDirectory() as folder:
    os.chdir(folder)
    asyncio.run(main())
    os.chdir("/")
