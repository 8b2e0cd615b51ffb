"""A shop: the receiver. It opens a trade, agrees, delivers what was paid, returns the rest, and claims its payout."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from known import until_known
from other_side import BUYER_TERMS, LTC, SHOP_TERMS, buy, meanwhile

from autoplus import (
    ChangedSinceReviewError,
    Client,
    ConflictError,
    NotFoundError,
    StreamEnd,
    Trade,
    steps,
)
from autoplus.testing import Simulator

PRICE = Decimal("0.5")
PAYOUT_ADDRESS = LTC
goods = Event()


# ANCHOR: open
def open_trade(client: Client, guild: str, buyer: str, order: str) -> str:
    """One trade per order, however often this is called: the store knows the name."""
    opened = until_known(
        lambda: client.open_trade(
            guild, crypto="ltc", sender=buyer, receiver=str(client.user_id), operation=f"order:{order}"
        )
    )
    return opened.id


# ANCHOR_END: open


# ANCHOR: follow
def serve(client: Client, trade_id: str, buyer: str, order: str) -> StreamEnd | None:
    with client.events(trade_id, consumer="shop") as events:
        for event in events:
            if event.type == "trade.closed":
                continue
            try:
                # An event may be old by the time it is handled: act on what stands now.
                act(client, client.trade(trade_id), buyer, order)
            except (ChangedSinceReviewError, ConflictError, NotFoundError) as late:
                print("the other side was faster, the next event tells:", late)
        return events.end


# ANCHOR_END: follow


# ANCHOR: act
def act(client: Client, trade: Trade, buyer: str, order: str) -> None:
    match client.next_step(trade):
        case steps.ConfirmIdentification():
            if (trade.sender, trade.receiver, trade.crypto) == (buyer, client.user_id, "ltc"):
                client.confirm_identification(trade)
        case steps.Terms(mine=mine) if mine != SHOP_TERMS:
            client.set_terms(trade, SHOP_TERMS)
        case steps.Terms(theirs=theirs, confirmed_by_me=False):
            if theirs == BUYER_TERMS:
                client.confirm_terms(trade)
        case steps.MayReturn():
            deliver_or_return(client, trade, order)
        case steps.Claim():
            claim = client.request_claim(trade, PAYOUT_ADDRESS)
            until_known(lambda: claim.confirm(operation=f"payout:{order}"))


# ANCHOR_END: act


# ANCHOR: deliver
def deliver_or_return(client: Client, trade: Trade, order: str) -> None:
    if was_delivered(order):  # your own record: once per order, never once per event
        return
    if trade.covers(PRICE, "ltc"):
        deliver(order)
    else:
        back = client.request_return(trade)
        print(f"paid {trade.amount:f}, not {PRICE:f}: back to {back.recipient}")
        until_known(lambda: back.confirm(operation=f"return:{order}"))


# ANCHOR_END: deliver


def was_delivered(order: str) -> bool:
    return Path(f"goods-{order}").exists()


def deliver(order: str) -> None:
    with Path(f"goods-{order}").open("x") as record:
        record.write("one licence key\n")
    goods.set()


def sell(sim: Simulator, order: str, pays: str) -> StreamEnd | None:
    guild, buyer = sim.guild, sim.sender.id
    goods.clear()
    # ANCHOR: start
    with Client.from_env(store="sqlite:shop.db") as client:  # AUTOPLUS_TOKEN, AUTOPLUS_USER_ID
        for settlement in client.recover():
            print("from an earlier run:", settlement.operation.name, settlement.message)
        trade_id = open_trade(client, guild, buyer, order)
        # ANCHOR_END: start
        with meanwhile(buy, sim, trade_id, pays, goods):
            return serve(client, trade_id, buyer, order)


with Simulator() as sim, TemporaryDirectory() as folder:
    os.chdir(folder)
    os.environ["AUTOPLUS_BASE_URL"] = sim.base_url
    os.environ["AUTOPLUS_TOKEN"] = sim.receiver.token
    os.environ["AUTOPLUS_USER_ID"] = sim.receiver.id
    paid, underpaid = sell(sim, "42", "0.5"), sell(sim, "43", "0.4")
    assert paid is not None
    assert paid.outcome == "released"
    assert underpaid is not None
    assert underpaid.outcome == "returned"
    assert was_delivered("42")
    assert not was_delivered("43")
    assert sim.check(creates=2) == []
    os.chdir("/")
