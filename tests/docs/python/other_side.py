"""The other side of a trade, which the programs play against: a client of its own, in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from autoplus import Client, Trade
from autoplus.testing import Simulator, User

BUYER_TERMS = "0.5 LTC, paid at once"
SHOP_TERMS = "one licence key"
LTC = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"
PATIENCE = 20.0


def client_of(sim: Simulator, user: User, store: str = "memory") -> Client:
    return Client(user.token, user_id=user.id, base_url=sim.base_url, store=store)


def agree(client: Client, trade_id: str, own: str, theirs: str) -> None:
    """Confirms the parties, sets its own terms, and confirms both."""
    client.confirm_identification(client.trade(trade_id))
    role = client.trade(trade_id).role_of(str(client.user_id))
    other = "receiver" if role == "sender" else "sender"
    wait(client, trade_id, lambda trade: trade.status == "waitingTermsAcceptance")
    trade = wait(client, trade_id, lambda trade: text(trade, other) == theirs)
    client.set_terms(trade, own)
    trade = wait(client, trade_id, lambda trade: text(trade, str(role)) == own)
    client.confirm_terms(trade)


def buy(sim: Simulator, trade_id: str, pays: str, goods: Event) -> None:
    """The buyer: agrees, pays, waits for the goods, and releases the funds, or takes back what is returned."""
    with client_of(sim, sim.sender) as buyer:
        agree(buyer, trade_id, BUYER_TERMS, SHOP_TERMS)
        wait(buyer, trade_id, lambda trade: trade.status == "waitingReceive")
        sim.deposit(trade_id, pays)
        sim.confirm_deposit(trade_id)
        while not goods.wait(0.05):
            trade = buyer.trade(trade_id)
            if trade.status == "waitingReturnAddress":
                buyer.request_claim(trade, LTC).confirm()
                return
        buyer.request_release(buyer.trade(trade_id)).confirm()


def text(trade: Trade, role: str) -> str | None:
    return None if trade.terms is None else getattr(trade.terms, role).text


def wait(client: Client, trade_id: str, condition: Callable[[Trade], bool]) -> Trade:
    return client.wait_for(trade_id, condition, PATIENCE)


@contextmanager
def meanwhile(play: Callable[..., None], *args: object) -> Iterator[None]:
    """Plays in a thread while the body runs; what goes wrong there goes wrong here."""
    wrong: list[BaseException] = []

    def run() -> None:
        try:
            play(*args)
        except BaseException as error:
            wrong.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    yield
    thread.join(PATIENCE)
    assert not thread.is_alive(), "the other side didn't come to an end"
    if wrong:
        raise wrong[0]
