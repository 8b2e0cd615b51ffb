"""What the shop and the buyer share: the deal, and how to compare a trade with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from autoplus import ChangedSinceReviewError, Client, ConflictError, NotFoundError, Trade, steps


@dataclass(frozen=True)
class Deal:
    """What both sides agreed on before the trade was opened."""

    buyer: str
    """The sender's Discord user."""
    shop: str
    """The receiver's Discord user."""
    crypto: str
    price: Decimal
    """How much at least."""
    buyer_terms: str
    shop_terms: str

    def parties_match(self, trade: Trade) -> bool:
        """Whether the trade is between these two and in this crypto."""
        return (trade.sender, trade.receiver, trade.crypto) == (self.buyer, self.shop, self.crypto)

    def terms_match(self, trade: Trade) -> bool:
        """Whether both terms are exactly the agreed ones."""
        terms = trade.terms
        return terms is not None and (terms.sender.text, terms.receiver.text) == (self.buyer_terms, self.shop_terms)

    def agree(self, client: Client, trade: Trade, own_terms: str) -> None:
        """Identification and terms are the same work for both sides: set one's own, compare, confirm."""
        match client.next_step(trade):
            case steps.ConfirmIdentification() if self.parties_match(trade):
                client.confirm_identification(trade)
                print("confirmed who sends and who receives")
            case steps.ConfirmIdentification():
                print("other parties or crypto than agreed: not confirmed")
            case steps.Terms(mine=mine) if mine != own_terms:
                client.set_terms(trade, own_terms)
                print(f"set my terms: {own_terms}")
            case steps.Terms(confirmed_by_me=False) if self.terms_match(trade):
                client.confirm_terms(trade)
                print("confirmed both terms")
            case steps.Terms(confirmed_by_me=False, theirs=str(theirs)):
                print(f"their terms are not what was agreed, so they stay unconfirmed: {theirs}")


@contextmanager
def unless_faster() -> Iterator[None]:
    """The other side was faster, or closed the trade: nothing was confirmed, and the next event has what stands now."""
    try:
        yield
    except (ChangedSinceReviewError, ConflictError, NotFoundError):
        print("the trade moved on meanwhile, looking again")
