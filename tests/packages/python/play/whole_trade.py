"""A whole trade from the installed package, blocking: opened, agreed, paid, released, claimed, closed."""

from decimal import Decimal

from autoplus import Client, Outcome, Trade, steps
from autoplus.testing import Simulator

ADDRESS = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"


def agree(client: Client, trade: Trade) -> None:
    match client.next_step(trade):
        case steps.ConfirmIdentification():
            client.confirm_identification(trade)
        case steps.Terms(confirmed_by_me=False):
            client.confirm_terms(trade)


def main() -> None:
    with (
        Simulator() as sim,
        Client(sim.receiver.token, user_id=sim.receiver.id, base_url=sim.base_url) as shop,
        Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url) as buyer,
    ):
        opened = shop.open_trade(
            sim.guild, crypto="ltc", sender=sim.sender.id, receiver=sim.receiver.id, operation="order:42"
        )
        outcome: Outcome | None = None
        with shop.events(opened.id, consumer="shop") as events:
            for event in events:
                trade = shop.trade(opened.id)
                agree(shop, trade)
                agree(buyer, buyer.trade(opened.id))
                match buyer.next_step(buyer.trade(opened.id)):
                    case steps.Deposit():
                        sim.deposit(opened, "0.5")
                        sim.confirm_deposit(opened)
                    case steps.MayRelease():
                        assert shop.trade(opened.id).covers(Decimal("0.5"), "ltc")
                        buyer.request_release(buyer.trade(opened.id)).confirm(operation="release:42")
                match shop.next_step(shop.trade(opened.id)) if event.type != "trade.closed" else None:
                    case steps.Claim():
                        claim = shop.request_claim(shop.trade(opened.id), ADDRESS)
                        assert claim.confirm(operation="claim:42").status == "pending"
            assert events.end is not None
            outcome = events.end.outcome
        assert outcome is Outcome.RELEASED, outcome
        assert sim.check(creates=1) == []
    print("a whole trade, blocking: released")


if __name__ == "__main__":
    main()
