"""A whole trade in one file: both sides, from opening to payout, with play money."""

# ANCHOR: all
# ANCHOR: world
from autoplus import Client
from autoplus.testing import Simulator

ADDRESS = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"

with Simulator() as sim:
    shop = Client(sim.receiver.token, user_id=sim.receiver.id, base_url=sim.base_url)
    buyer = Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url)
    # ANCHOR_END: world

    # ANCHOR: agree
    opened = shop.open_trade(
        sim.guild,
        crypto="ltc",
        sender=sim.sender.id,
        receiver=sim.receiver.id,
        operation="order:42",
    )
    for side in (shop, buyer):  # who pays, who gets paid: compare, then confirm
        side.confirm_identification(side.trade(opened.id))
    for side, terms in ((shop, "one licence key"), (buyer, "0.5 LTC, paid at once")):
        side.set_terms(side.trade(opened.id), terms)
    for side in (shop, buyer):
        side.confirm_terms(side.trade(opened.id))
    # ANCHOR_END: agree

    # ANCHOR: pay
    sim.deposit(opened.id, "0.5")  # in real life the buyer's wallet pays to trade.address
    sim.confirm_deposit(opened.id)
    trade = buyer.trade(opened.id)
    print(trade.status, trade.amount, trade.crypto)  # waitingAction 0.5 ltc
    # ANCHOR_END: pay

    # ANCHOR: settle
    buyer.request_release(trade).confirm()
    shop.request_claim(shop.trade(opened.id), ADDRESS).confirm()
    with shop.events(opened.id, start_after=0) as events:  # from the trade's beginning
        for event in events:
            print(event.type, event.trade.status)
        print("ended:", events.end)
    # ANCHOR_END: settle
    # ANCHOR_END: all

    assert events.end is not None
    assert events.end.outcome == "released"
    assert sim.check(creates=1) == []
    shop.close()
    buyer.close()
