"""A shop bot: the receiver. It opens a trade for an order, delivers only once the escrow holds what was agreed,
and takes its payout. An underpaid order is returned, never delivered."""

from __future__ import annotations

import argparse
import sys
from decimal import Decimal
from pathlib import Path

from autoplus import Client, Trade, steps
from deal import Deal, unless_faster


def main() -> None:
    order = arguments()
    with Client.from_env() as client:
        if client.user_id is None:
            sys.exit("set AUTOPLUS_USER_ID to the shop's Discord user")
        deal = Deal(order.buyer, client.user_id, order.crypto, order.price, order.buyer_terms, order.shop_terms)
        trade_id = order.trade or open_trade(client, order, deal)
        with client.events(trade_id) as events:
            for event in events:
                with unless_faster():
                    deal.agree(client, event.trade, deal.shop_terms)
                    fulfil(client, order, deal, event.trade)
            if events.end is None or events.end.outcome is None:
                sys.exit("the trade is gone, and how it ended isn't known")
            print(f"trade closed: {events.end.outcome}")


def open_trade(client: Client, order: argparse.Namespace, deal: Deal) -> str:
    opened = client.open_trade(
        order.guild,
        crypto=deal.crypto,
        sender=deal.buyer,
        receiver=deal.shop,
        operation=f"order:{order.order}",
    )
    print(f"opened trade {opened.id} for order {order.order}")
    return opened.id


def fulfil(client: Client, order: argparse.Namespace, deal: Deal, trade: Trade) -> None:
    match client.next_step(trade):
        case steps.MayReturn() if trade.status == "waitingAction" and not order.deliver_to.exists():
            held = f"escrow holds {trade.amount} {trade.crypto}"
            if deal.parties_match(trade) and deal.terms_match(trade) and trade.covers(deal.price, deal.crypto):
                print(f"{held}: delivering order {order.order}")
                deliver(order)
            else:
                print(f"{held}, not the agreed {deal.price} {deal.crypto}: not delivered")
                returning = client.request_return(trade)
                print(f"returning the funds to {returning.recipient} (challenge ***)")
                returning.confirm(operation=f"return:{order.order}")
        case steps.Claim():
            claim = client.request_claim(trade, order.payout_address)
            print(f"claiming {claim.crypto} to {claim.address} (challenge ***)")
            claim.confirm(fee=next(iter(claim.fee_options), None), operation=f"payout:{order.order}")


def deliver(order: argparse.Namespace) -> None:
    """Where a real shop hands out what was bought. The file also says that it did."""
    order.deliver_to.write_text(f"the goods of order {order.order}\n")


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
    return parser.parse_args()


if __name__ == "__main__":
    main()
