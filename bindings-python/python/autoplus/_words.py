"""The API's word lists: strings that also know which of their values this version knows."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, TypeVar

    W = TypeVar("W", bound="Word")


class Known:
    """Stands for a known word in a class body, until the class is made."""

    def __init__(self, word: str) -> None:
        self.word = word

    def __get__(self, instance: object, owner: type[W]) -> W:
        raise AttributeError("the class replaces this by the word itself")


class Word(str):
    """A word of the API. Equal to its text, so ``trade.crypto == "ltc"`` holds.

    A word that this version doesn't know keeps its text; :attr:`is_known` tells it apart.
    """

    __slots__ = ()
    _known: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        cls._known = {}
        for name, known in list(vars(cls).items()):
            if isinstance(known, Known):
                cls._known[known.word] = member = str.__new__(cls, known.word)
                setattr(cls, name, member)

    def __new__(cls: type[W], word: str) -> W:
        known: W | None = cls._known.get(word)
        return str.__new__(cls, word) if known is None else known

    @classmethod
    def known(cls: type[W]) -> tuple[W, ...]:
        """Every value that this version knows."""
        return tuple(cls._known.values())

    @property
    def is_known(self) -> bool:
        """Whether this version knows the word."""
        return self in self._known

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[type[Word], tuple[str]]:
        return type(self), (str(self),)


class Crypto(Word):
    """The asset and, for tokens, its network."""

    LTC = Known("ltc")
    SOL = Known("sol")
    ETH = Known("eth")
    BNB = Known("bnb")
    BTC = Known("btc")
    POL = Known("pol")
    SOL_USDT = Known("sol_usdt")
    SOL_USDC = Known("sol_usdc")
    ETH_USDT = Known("eth_usdt")
    ETH_USDC = Known("eth_usdc")
    BNB_USDT = Known("bnb_usdt")
    BNB_USDC = Known("bnb_usdc")
    POL_USDT = Known("pol_usdt")
    POL_USDC = Known("pol_usdc")
    POL_USDCE = Known("pol_usdce")


class TradeStatus(Word):
    """Where a trade stands in its life."""

    WAITING_IDENTIFICATION = Known("waitingIdentification")
    WAITING_TERMS_ACCEPTANCE = Known("waitingTermsAcceptance")
    WAITING_RECEIVE = Known("waitingReceive")
    WAITING_CONFIRMATIONS = Known("waitingConfirmations")
    WAITING_ACTION = Known("waitingAction")
    WAITING_REDUCE_AMOUNT_ADDRESS = Known("waitingReduceAmountAddress")
    WAITING_RETURN_ADDRESS = Known("waitingReturnAddress")
    WAITING_ADDRESS = Known("waitingAddress")
    COMPLETED = Known("completed")


class EventType(Word):
    """What kind of change an event reports."""

    SNAPSHOT = Known("trade.snapshot")
    CREATED = Known("trade.created")
    IDENTIFICATION_UPDATED = Known("trade.identification.updated")
    TERMS_UPDATED = Known("trade.terms.updated")
    STATUS_CHANGED = Known("trade.status.changed")
    FUND_EXECUTION_UPDATED = Known("trade.fund.execution.updated")
    SUPPORT_UPDATED = Known("trade.support.updated")
    CLOSED = Known("trade.closed")


class Priority(Word):
    """How fast a BTC transfer is to confirm."""

    HIGH = Known("high")
    MEDIUM = Known("medium")
    NONE = Known("none")


class Outcome(Word):
    """How a trade ended."""

    RELEASED = Known("released")
    RETURNED = Known("returned")
    CANCELED = Known("canceled")


class ExecutionState(Word):
    """Where a transfer of funds stands."""

    PENDING = Known("pending")
    SUCCEEDED = Known("succeeded")
    FAILED = Known("failed")


class Role(Word):
    """One of the two sides of a trade: the sender pays into escrow, the receiver delivers and gets paid."""

    SENDER = Known("sender")
    RECEIVER = Known("receiver")


class Action(Word):
    """What is to happen with the funds in escrow: to the receiver, or back to the sender."""

    RELEASE = Known("release")
    RETURN = Known("return")


class StreamChange(Word):
    """What changed in how a trade is followed."""

    OPENED = Known("opened")
    """The first stream of this client follows it."""
    CLOSED = Known("closed")
    """The last stream of this client left it."""
    FAILING = Known("failing")
    """A poll failed and is tried again. Told once until one is answered."""
    SILENT = Known("silent")
    """Nothing came for longer than a poll may take. Told once until something comes."""
    RECOVERED = Known("recovered")
    """A poll was answered again."""
    REFUSED = Known("refused")
    """The server refuses for good, or until another token is set."""
    GAP = Known("gap")
    """History had expired: a snapshot came in place of events."""


class ClaimKind(Word):
    """What funds are claimed as."""

    PAYOUT = Known("payout")
    RETURN = Known("return")
    REDUCTION = Known("reduction")


class Verdict(Word):
    """What settling an operation found."""

    DONE = Known("done")
    """It took effect, once."""
    NOT_DONE = Known("not_done")
    """Proven: nothing happened and nothing of it still can. Its name is free, so the call may be made anew."""
    UNKNOWN = Known("unknown")
    """Nothing proves either. The operation stays open: settle it again later."""


class SettledBy(Word):
    """How the verdict on an operation is known."""

    REPLAY = Known("replay")
    """The same bytes went out again under the same key, and the answer is theirs."""
    READING = Known("reading")
    """The trade or its events show it. They don't show by whom: a person in Discord may have done the same, so the
    address of a claim isn't proven."""
    RECORD = Known("record")
    """It was settled before, and the store kept that."""
