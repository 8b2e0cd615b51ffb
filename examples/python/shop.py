"""A shop bot: the receiver. It opens a trade for an order, delivers only once the escrow holds what was agreed,
and takes its payout. An underpaid order is returned, never delivered."""

from __future__ import annotations

import argparse
import os
import sys
from decimal import Decimal
from pathlib import Path

from autoplus import Client, OpenedTrade, Trade, steps
from deal import Deal, act_on, follow, recover, until_known


def main() -> None:
    order = arguments()
    # What is begun is on the disk before it is sent, so a crash forgets nothing.
    with Client.from_env(store=order.store) as client:
        if client.user_id is None:
            sys.exit("set AUTOPLUS_USER_ID to the shop's Discord user")
        recover(client)
        deal = Deal(order.buyer, client.user_id, order.crypto, order.price, order.buyer_terms, order.shop_terms)
        trade_id = order.trade or open_trade(client, order, deal)
        # After a restart the name goes on behind the last event that was handled.
        with client.events(trade_id, consumer="shop") as events:
            for event in follow(events):
                act_on(client, event.trade, lambda trade: fulfil(client, order, deal, trade))
            if events.end is None or events.end.outcome is None:
                sys.exit("the trade is gone, and how it ended isn't known")
            print(f"trade closed: {events.end.outcome}")


def open_trade(client: Client, order: argparse.Namespace, deal: Deal) -> str:
    def call() -> OpenedTrade:
        name = f"order:{order.order}"
        return client.open_trade(order.guild, crypto=deal.crypto, sender=deal.buyer, receiver=deal.shop, operation=name)

    opened = until_known(call)
    print(f"opened trade {opened.id} for order {order.order}")
    return opened.id


def fulfil(client: Client, order: argparse.Namespace, deal: Deal, trade: Trade) -> None:
    deal.agree(client, trade, deal.shop_terms)
    match client.next_step(trade):
        # What was delivered is the shop's own record: a later event at the same status delivers nothing again.
        case steps.MayReturn() if not order.deliver_to.exists():
            # An event may be old by now: what counts is the trade as it stands right before delivering.
            settle(client, order, deal, client.trade(trade.id))
        case steps.Claim():
            claim = client.request_claim(trade, order.payout_address)
            print(f"claiming {claim.crypto} to {claim.address} (challenge ***)")
            until_known(lambda: claim.confirm(fee=next(iter(claim.fee_options), None)))


def settle(client: Client, order: argparse.Namespace, deal: Deal, trade: Trade) -> None:
    """Delivers what was paid, or returns what was not the price."""
    if client.next_step(trade) != steps.MayReturn():
        return
    held = f"escrow holds {trade.amount or Decimal():f} {trade.crypto}"
    if deal.parties_match(trade) and deal.terms_match(trade) and trade.covers(deal.price, deal.crypto):
        print(f"{held}: delivering order {order.order}")
        deliver(order)
    else:
        print(f"{held}, not the agreed {deal.price:f} {deal.crypto}: not delivered")
        returning = client.request_return(trade)
        print(f"returning the funds to {returning.recipient} (challenge ***)")
        until_known(lambda: returning.confirm(operation=f"return:{order.order}"))


def deliver(order: argparse.Namespace) -> None:
    """Where a real shop hands out what was bought. The file is also its record of it, which is made only once."""
    with order.deliver_to.open("x") as goods:
        goods.write(f"the goods of order {order.order}\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--order", required=True)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--guild", help="open the trade here")
    where.add_argument("--trade", help="a trade that was opened already")
    parser.add_argument("--buyer", required=True)
    parser.add_argument("--crypto", required=True)
    parser.add_argument("--price", required=True, type=Decimal)
    parser.add_argument("--shop-terms", required=True)
    parser.add_argument("--buyer-terms", required=True)
    parser.add_argument("--payout-address", required=True)
    parser.add_argument("--deliver-to", required=True, type=Path)
    store = os.environ.get("AUTOPLUS_STORE") or "sqlite:autoplus-shop.db"
    parser.add_argument("--store", default=store, help="where this shop keeps its operations")
    return parser.parse_args()


if __name__ == "__main__":
    main()
