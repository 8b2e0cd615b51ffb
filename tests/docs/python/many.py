"""Many trades as one stream, worked on side by side, through a restart."""

from __future__ import annotations

import asyncio
import os
from tempfile import TemporaryDirectory

from autoplus import AsyncClient, AsyncWatch, StreamEnd, TradeEvent, Watched, WatchedEnd, WatchedEvent, WatchedFailure
from autoplus.testing import Simulator

TRADES = 200
AT_ONCE = 64
handled: list[tuple[str, int]] = []
missing: set[object] = set()
bot: AsyncClient
watching: AsyncWatch


async def act(event: TradeEvent) -> None:
    seen = (event.trade.id, event.id)
    handled.append(seen)
    missing.difference_update((event.trade.id, seen))
    if not missing:
        look(bot)
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


async def work(watch: AsyncWatch) -> None:
    async with watch:
        await watch.for_each(handle, at_once=AT_ONCE)  # trades side by side, each trade in order


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
    global bot, watching
    sender = sim.sender
    trades = [sim.open_trade(until="waitingAction").id for _ in range(TRADES)]
    missing.update(trades)
    store = "sqlite:bot.db"
    async with AsyncClient(sender.token, user_id=sender.id, base_url=sim.base_url, store=store) as client:
        bot = client
        notes = asyncio.create_task(tell_what_changes(client))
        # ANCHOR: add
        watch = client.watch(await client.known_trades(), consumer="bot")
        for trade in trades:  # at any time, also while somebody takes from it
            watch.add(trade)
        # ANCHOR_END: add
        watching = watch
        await work(watch)
    await notes
    # One each: where nothing was finished, a snapshot stands for all that happened.
    happened = [event for trade in trades[:50] for event in sim.happen(trade)]
    finished, late = set(handled), [(event["trade"], event["id"]) for event in happened]
    handled.clear()
    missing.update(late)
    # As after a restart: what happened meanwhile comes; of what was seen, only what wasn't finished.
    async with AsyncClient(sender.token, user_id=sender.id, base_url=sim.base_url, store=store) as client:
        bot, watching = client, client.watch(await client.known_trades(), consumer="bot")
        await work(watching)
    assert len(finished & set(handled)) <= AT_ONCE
    assert set(late) <= set(handled)
    assert [seen for seen in sorted(handled) if seen in late] == sorted(late)
    for trade in trades:
        ids = [id for of, id in handled if of == trade]
        assert ids == sorted(ids)


with Simulator() as sim, TemporaryDirectory() as folder:
    os.chdir(folder)
    asyncio.run(main())
    os.chdir("/")
