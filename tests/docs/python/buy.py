"""A buyer: the sender. It compares before it confirms, pays once, releases for goods, and takes returned funds back."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from known import until_known
from other_side import BUYER_TERMS, LTC, SHOP_TERMS, agree, client_of, meanwhile, wait

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
RETURN_ADDRESS = LTC


# ANCHOR: act
def act(client: Client, trade: Trade, shop: str, order: str) -> None:
    match client.next_step(trade):
        case steps.ConfirmIdentification():
            if (trade.sender, trade.receiver, trade.crypto) == (client.user_id, shop, "ltc"):
                client.confirm_identification(trade)
        case steps.Terms(mine=mine) if mine != BUYER_TERMS:
            client.set_terms(trade, BUYER_TERMS)
        case steps.Terms(theirs=theirs, confirmed_by_me=False):
            if theirs == SHOP_TERMS:
                client.confirm_terms(trade)
        case steps.Deposit(address=address):
            pay_once(trade, address, order)
        case steps.MayRelease() if goods_are_here(order):
            release = client.request_release(trade)
            until_known(lambda: release.confirm(operation=f"release:{order}"))
        case steps.Claim(kind=kind):  # a return, or the part of a reduction: it comes back to this account
            claim = client.request_claim(trade, RETURN_ADDRESS)
            print(f"the {kind} goes to {claim.address}")
            until_known(lambda: claim.confirm(operation=f"{kind}:{order}"))


# ANCHOR_END: act


# ANCHOR: pay
def pay_once(trade: Trade, address: str, order: str) -> None:
    """The note is on the disk before the money goes. After a crash in between a person looks; nobody pays twice."""
    if trade.terms is None or trade.terms.receiver.text != SHOP_TERMS:
        return
    try:
        with Path(f"paid-{order}").open("x") as note:
            note.write(f"{PRICE:f} {trade.crypto} to {address}\n")
            note.flush()
            os.fsync(note.fileno())
    except FileExistsError:
        return
    pay_from_wallet(trade, address, PRICE)


# ANCHOR_END: pay


def pay_from_wallet(trade: Trade, address: str, amount: Decimal) -> None:
    sim.deposit(trade, f"{amount:f}")
    sim.confirm_deposit(trade)


def goods_are_here(order: str) -> bool:
    return Path(f"goods-{order}").exists()


def follow(client: Client, trade_id: str, shop: str, order: str) -> StreamEnd | None:
    with client.events(trade_id, consumer="buyer") as events:
        for event in events:
            if event.type == "trade.closed":
                continue
            try:
                act(client, client.trade(trade_id), shop, order)
            except (ChangedSinceReviewError, ConflictError, NotFoundError) as late:
                print("the other side was faster, the next event tells:", late)
        return events.end


def sell(trade_id: str, delivers: str | None) -> None:
    """The shop: delivers and takes its payout, or returns the funds."""
    with client_of(sim, sim.receiver) as shop:
        agree(shop, trade_id, SHOP_TERMS, BUYER_TERMS)
        paid = wait(shop, trade_id, lambda trade: trade.status == "waitingAction")
        if delivers is None:
            shop.request_return(paid).confirm()
            return
        Path(f"goods-{delivers}").write_text("one licence key\n")
        sim.emit(trade_id, "trade.updated", {})  # somebody writes in the thread; the buyer looks again
        released = wait(shop, trade_id, lambda trade: trade.status == "waitingAddress")
        shop.request_claim(released, LTC).confirm()


def purchase(order: str, delivers: bool) -> StreamEnd | None:
    trade_id = sim.open_trade().id
    with Client.from_env(store="sqlite:buyer.db") as client, meanwhile(sell, trade_id, order if delivers else None):
        return follow(client, trade_id, sim.receiver.id, order)


with Simulator() as sim, TemporaryDirectory() as folder:
    os.chdir(folder)
    os.environ["AUTOPLUS_BASE_URL"] = sim.base_url
    os.environ["AUTOPLUS_TOKEN"] = sim.sender.token
    os.environ["AUTOPLUS_USER_ID"] = sim.sender.id
    delivered, returned = purchase("42", delivers=True), purchase("43", delivers=False)
    assert delivered is not None
    assert delivered.outcome == "released"
    assert returned is not None
    assert returned.outcome == "returned"
    assert sim.check() == []
    os.chdir("/")
