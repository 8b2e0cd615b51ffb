"""What the shop and the buyer share: the deal, and how to compare a trade with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from autoplus import (
    CallTimeoutError,
    ChallengeExpiredError,
    ChangedSinceReviewError,
    Client,
    ConflictError,
    EventStream,
    NotFoundError,
    OperationInProgressError,
    OutcomeUnknownError,
    RateLimitedError,
    ServerError,
    Trade,
    TradeEvent,
    TransportError,
    steps,
)

PAUSE = 2.0
SILENCE = 25.0
"""Longer than a request may be under way: only after such a silence can reading prove that nothing happened."""
PASSING = (CallTimeoutError, RateLimitedError, ServerError, TransportError)
"""Trouble in which nothing moved and that passes by itself."""

T = TypeVar("T")


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
                print(f"their terms are not what was agreed, so they stay unconfirmed: {theirs!r}")


def recover(client: Client) -> None:
    """Settles what an earlier run left open. What stays unknown is never begun anew: the same call under the same name
    settles it, or a later start."""
    for settlement in client.recover():
        operation = settlement.operation
        print(f"from an earlier run: {operation.kind} {operation.name}: {settlement.message}")


def follow(events: EventStream) -> Iterator[TradeEvent]:
    """The events until the trade closed, however long the network or the server is away meanwhile."""
    while True:
        try:
            yield from events
            return
        except PASSING as trouble:
            print(f"no news, going on: {trouble}")


def act_on(client: Client, trade: Trade, act: Callable[[Trade], None]) -> None:
    """Acts on a snapshot. Where the other side was faster the next event has what stands now; after trouble, and where
    it isn't known what came of it, now or in an earlier run, the trade is read again."""
    read_again = False
    while True:
        try:
            act(client.trade(trade.id) if read_again else trade)
            return
        except (ChangedSinceReviewError, ConflictError, NotFoundError):
            print("the trade moved on meanwhile, looking again")
            return
        except (OutcomeUnknownError, OperationInProgressError, ChallengeExpiredError, *PASSING) as trouble:
            print(f"looking again: {trouble}")
            time.sleep(PAUSE)
            read_again = True


def until_known(call: Callable[[], T]) -> T:
    """Repeats a call whose outcome is unknown: on the same challenge, or under the same name. Identical key and bytes
    go out, so nothing happens twice. Never start anew instead."""
    pause = PAUSE
    while True:
        try:
            return call()
        except OutcomeUnknownError as unknown:
            print(f"not known yet, asking again: {unknown}")
            time.sleep(pause)
            pause = SILENCE
