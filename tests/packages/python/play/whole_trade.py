"""A whole trade from the installed package, blocking: opened, agreed, paid, released, claimed, closed."""

from contextlib import suppress
from decimal import Decimal

from autoplus import Client, NotFoundError, Outcome, Trade, steps
from autoplus.testing import Simulator

ADDRESS = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"


def act(client: Client, sim: Simulator, trade: Trade) -> None:
    match client.next_step(trade):
        case steps.ConfirmIdentification():
            client.confirm_identification(trade)
        case steps.Terms(confirmed_by_me=False):
            client.confirm_terms(trade)
        case steps.Deposit():
            sim.deposit(trade, "0.5")
            sim.confirm_deposit(trade)
        case steps.MayRelease():
            assert trade.covers(Decimal("0.5"), "ltc")
            client.request_release(trade).confirm(operation="release:42")
        case steps.Claim():
            assert client.request_claim(trade, ADDRESS).confirm(operation="claim:42").status == "pending"


def main() -> None:
    with (
        Simulator() as sim,
        Client(sim.receiver.token, user_id=sim.receiver.id, base_url=sim.base_url) as shop,
        Client(sim.sender.token, user_id=sim.sender.id, base_url=sim.base_url) as buyer,
    ):
        opened = shop.open_trade(
            sim.guild, crypto="ltc", sender=sim.sender.id, receiver=sim.receiver.id, operation="order:42"
        )
        with shop.events(opened.id, consumer="shop") as events:
            for _ in events:
                # Once it closed, the server knows the trade no more.
                with suppress(NotFoundError):
                    for client in (shop, buyer, shop):
                        act(client, sim, client.trade(opened.id))
            assert events.end is not None
            assert events.end.outcome is Outcome.RELEASED, events.end
        assert sim.check(creates=1) == []
    print("a whole trade, blocking: released")


if __name__ == "__main__":
    main()
