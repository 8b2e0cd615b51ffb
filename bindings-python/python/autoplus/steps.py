"""What an account can do next: the classes that ``client.next_step(trade)`` gives, for ``match``.

The list is closed: a status that this version doesn't know is :class:`Unknown` and never acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from ._words import ClaimKind, Crypto, Outcome, Role


@dataclass(frozen=True)
class ChooseRole:
    """Identification was reset: take one of the free roles."""

    free: tuple[Role, ...]


@dataclass(frozen=True)
class ConfirmIdentification:
    """Compare sender and receiver, then confirm them."""


@dataclass(frozen=True)
class Terms:
    """Set, compare and confirm the terms. What they wrote is printed with ``repr``: see ``TermsSide.text``."""

    mine: str | None
    theirs: str | None
    confirmed_by_me: bool
    confirmed_by_them: bool


@dataclass(frozen=True)
class Deposit:
    """Pay into escrow, at this address."""

    address: str
    crypto: Crypto


@dataclass(frozen=True)
class MayRelease:
    """The sender may release the funds, once the receiver delivered."""


@dataclass(frozen=True)
class MayReturn:
    """The receiver may return the funds; it is the receiver's turn to deliver."""


@dataclass(frozen=True)
class Claim:
    """Name an address and claim the funds."""

    kind: ClaimKind


@dataclass(frozen=True)
class PayoutPending:
    """A claim was accepted and its transfer hasn't ended, or a claim's outcome is unknown. Never claim again meanwhile.

    If it stays so for hours, look in Discord, then ``client.forget`` the operation.
    """


@dataclass(frozen=True)
class Blocked:
    """Fund actions are locked for now."""


@dataclass(frozen=True)
class Wait:
    """The other side, or the network, is next; or a release or return of this account is being settled."""


@dataclass(frozen=True)
class Closed:
    """The trade is over; the outcome as far as the events told."""

    outcome: Outcome


@dataclass(frozen=True)
class Unknown:
    """This version doesn't know the status."""

    status: str


NextStep = Union[  # noqa: UP007 - the classes are joined at run time
    ChooseRole,
    ConfirmIdentification,
    Terms,
    Deposit,
    MayRelease,
    MayReturn,
    Claim,
    PayoutPending,
    Blocked,
    Wait,
    Closed,
    Unknown,
]
