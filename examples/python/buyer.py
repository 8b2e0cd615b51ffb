"""A buyer: the sender. It compares and confirms, pays once by its own record, and releases the funds once the
goods are there. If the shop returns them, it takes them back."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sqlite3
import sys
import time
import urllib.request
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from autoplus import Client, Trade, steps
from deal import Deal, act_on, follow, recover, until_known


def main() -> None:
    purchase = arguments()
    # What is begun is on the disk before it is sent, so a crash forgets nothing.
    with Client.from_env(store=purchase.store) as client:
        if client.user_id is None:
            sys.exit("set AUTOPLUS_USER_ID to the buyer's Discord user")
        recover(client)
        deal = Deal(
            client.user_id,
            purchase.shop,
            purchase.crypto,
            purchase.price,
            purchase.buyer_terms,
            purchase.shop_terms,
        )
        # After a restart the name goes on behind the last event that was handled.
        with client.events(purchase.trade, consumer="buyer") as events:
            for event in follow(events):
                act_on(client, event.trade, lambda trade: go_on(client, purchase, deal, trade))
            if events.end is None or events.end.outcome is None:
                sys.exit("the trade is gone, and how it ended isn't known")
            goods = ", and the goods are here" if purchase.goods.exists() else ""
            print(f"trade closed: {events.end.outcome}{goods}")


def go_on(client: Client, purchase: argparse.Namespace, deal: Deal, trade: Trade) -> None:
    deal.agree(client, trade, deal.buyer_terms)
    match client.next_step(trade):
        case steps.Deposit():
            # An event may be old by now: what counts is the trade as it stands right before paying.
            pay_if_agreed(client, purchase, deal, client.trade(trade.id))
        case steps.MayRelease() if goods_arrived(client, purchase, trade):
            release = client.request_release(trade)
            print(f"the goods are here: releasing the funds to {release.recipient} (challenge ***)")
            until_known(lambda: release.confirm(operation=f"release:{purchase.order}"))
        case steps.Claim(kind=kind):
            claim = client.request_claim(trade, purchase.return_address)
            print(f"claiming the {kind} to {claim.address} (challenge ***)")
            until_known(lambda: claim.confirm(fee=next(iter(claim.fee_options), None)))


def pay_if_agreed(client: Client, purchase: argparse.Namespace, deal: Deal, trade: Trade) -> None:
    match client.next_step(trade):
        case steps.Deposit(address=address) if deal.parties_match(trade) and deal.terms_match(trade):
            pay_once(purchase, address)


def goods_arrived(client: Client, purchase: argparse.Namespace, trade: Trade) -> bool:
    """Waits for the goods for as long as the funds are still in question, which it asks every two seconds."""
    for look in itertools.count():
        if purchase.goods.exists():
            return True
        if look % 20 == 0 and client.trade(trade.id).status != "waitingAction":
            return False
        time.sleep(0.1)
    return False


def pay_once(purchase: argparse.Namespace, address: str) -> None:
    """Notes the payment on disk before it is made: after a crash the note says that it may have been made, and a
    person looks, instead of a second payment going out."""
    amount: Decimal = purchase.price if purchase.pay is None else purchase.pay
    with closing(sqlite3.connect(purchase.record, isolation_level=None)) as record:
        record.execute("CREATE TABLE IF NOT EXISTS paid (order_id TEXT PRIMARY KEY, amount TEXT, address TEXT)")
        try:
            record.execute("INSERT INTO paid VALUES (?, ?, ?)", (purchase.order, format(amount, "f"), address))
        except sqlite3.IntegrityError:
            print(f"order {purchase.order} was paid or begun to be paid before: not paying again")
            return
    pay(purchase.trade, amount)
    print(f"paid {amount:f} {purchase.crypto} to the escrow at {address}")


def pay(trade: str, amount: Decimal) -> None:
    """Play money: tells the simulator that the deposit was made. A real buyer's wallet pays here."""
    control = os.environ["AUTOPLUS_BASE_URL"].removesuffix("/v1") + "/control"
    deposit = {"do": "deposit", "trade": trade, "amount": format(amount, "f")}
    for command in (deposit, {"do": "confirm_deposit", "trade": trade}):
        urllib.request.urlopen(control, data=json.dumps(command).encode(), timeout=10).close()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--order", required=True)
    parser.add_argument("--trade", required=True)
    parser.add_argument("--shop", required=True)
    parser.add_argument("--crypto", required=True)
    parser.add_argument("--price", required=True, type=Decimal)
    parser.add_argument("--shop-terms", required=True)
    parser.add_argument("--buyer-terms", required=True)
    parser.add_argument("--return-address", required=True)
    parser.add_argument("--record", required=True, type=Path, help="where this buyer notes what it paid")
    parser.add_argument("--goods", required=True, type=Path, help="appears when the shop delivered")
    parser.add_argument("--pay", type=Decimal, help="pays this instead of the price, to show an underpaid order")
    store = os.environ.get("AUTOPLUS_STORE") or "sqlite:autoplus-buyer.db"
    parser.add_argument("--store", default=store, help="where this buyer keeps its operations")
    return parser.parse_args()


if __name__ == "__main__":
    main()
