"""The native half: models, and calls that wait with or without an event loop."""

import os
from collections.abc import Callable, Generator, Iterable
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType, TracebackType
from typing import Any, Generic, Literal, TypeVar, final

from typing_extensions import disjoint_base

from . import _values, _words
from .errors import AutoPlusError
from .steps import NextStep

__all__ = [
    "ActionChallenge",
    "BtcFeeOption",
    "Call",
    "Changes",
    "ClaimChallenge",
    "Client",
    "EventStream",
    "FundExecution",
    "OpenedTrade",
    "Operation",
    "Server",
    "Simulator",
    "Stats",
    "StreamNotes",
    "TermsSide",
    "Trade",
    "TradeEvent",
    "TradeTerms",
    "Transaction",
    "Watch",
    "__version__",
    "after_fork",
    "before_fork",
    "check_address",
    "close_all",
    "end_threads",
]

__version__: str

_T = TypeVar("_T")
_Self = TypeVar("_Self")

def check_address(crypto: _words.Crypto | str, address: str) -> _values.AddressCheck:
    """Checks an address for a crypto without sending anything; ``request_claim`` does the same first.

    :raises InvalidError: It doesn't decode for the crypto's network: a wrong character or length, another network,
        a test network.
    """

def before_fork() -> None:
    """Waits until no thread is in the middle of a store's file."""

def after_fork() -> None:
    """Lets them go on."""

def close_all() -> Call[None]:
    """At the end of the process: closes its clients side by side, within ten seconds in all."""

def end_threads() -> None:
    """At the end of the process: waits until what the library logged is handed over, two seconds at most. The library's
    threads don't enter Python any more after that."""

class _Model:
    """A value of the API. It never changes."""

    @property
    def extra(self) -> dict[str, Any]:
        """Fields that this version doesn't know; numbers that aren't integers as ``Decimal``."""
    @property
    def is_from_server(self) -> bool:
        """Whether this came from the server, and wasn't rebuilt from JSON or a pickle."""
    def to_dict(self) -> dict[str, Any]:
        """Its properties by name, with Python's own values; models in it are dicts too."""
    def to_json(self) -> str:
        """The API's names, money as decimal strings, unknown fields in place."""
    @classmethod
    def from_json(cls: type[_Self], json: str) -> _Self:
        """Reads ``to_json``'s form, or the server's. Calls that confirm something refuse the result."""
    def __hash__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self: _Self) -> _Self: ...
    def __deepcopy__(self: _Self, memo: Any) -> _Self: ...

@final
class Server(_Model):
    """A Discord server that AutoPlus is in."""

    __match_args__ = ("id", "name", "icon")

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def icon(self) -> str | None:
        """URL of the server's icon, if it has one."""

@final
class Stats(_Model):
    """Global trade statistics."""

    __match_args__ = ("trades", "volume", "canceled_trades", "canceled_volume", "trades24h", "volume24h")

    @property
    def trades(self) -> int:
        """Completed and canceled trades."""
    @property
    def volume(self) -> Decimal:
        """Completed and canceled volume in USD."""
    @property
    def canceled_trades(self) -> int: ...
    @property
    def canceled_volume(self) -> Decimal:
        """Canceled volume in USD."""
    @property
    def trades24h(self) -> int:
        """Trades recorded during the last 24 hours."""
    @property
    def volume24h(self) -> Decimal:
        """Volume recorded during the last 24 hours in USD."""

@final
class Transaction(_Model):
    """One of the ten most recent public transactions."""

    __match_args__ = ("crypto", "amount", "amount_usd", "txid", "txid2", "received_at", "closed_at")

    @property
    def crypto(self) -> _words.Crypto: ...
    @property
    def amount(self) -> Decimal:
        """Amount in that crypto."""
    @property
    def amount_usd(self) -> Decimal:
        """The amount valued in USD."""
    @property
    def txid(self) -> str:
        """Incoming escrow transaction ID."""
    @property
    def txid2(self) -> str:
        """Settlement transaction ID."""
    @property
    def received_at(self) -> datetime:
        """When escrow received the funds."""
    @property
    def closed_at(self) -> datetime:
        """When the trade closed."""

@final
class OpenedTrade(_Model):
    """What opening a trade gives."""

    __match_args__ = ("id", "trade_id")

    @property
    def id(self) -> str:
        """Discord thread ID, used in every other call."""
    @property
    def trade_id(self) -> int:
        """Human-readable trade number. Not for use in calls."""

@final
class TermsSide(_Model):
    """One participant's terms."""

    __match_args__ = ("text", "confirmed", "confirmed_at")

    @property
    def text(self) -> str | None:
        """The text, if this participant set any.

        The server cuts texts between UTF-16 code units, so half of an emoji can stand in one, and it shows as it is:
        compare such a text freely, but print it with ``repr(text)`` and log or store it as
        ``text.encode(errors="replace").decode()``. Printing it as it is raises ``UnicodeEncodeError``.
        """
    @property
    def confirmed(self) -> bool:
        """Whether this participant confirmed the current version."""
    @property
    def confirmed_at(self) -> datetime | None:
        """When they confirmed."""

@final
class TradeTerms(_Model):
    """Both sides' terms and the version that terms calls compare."""

    __match_args__ = ("version", "sender", "receiver")

    @property
    def version(self) -> str: ...
    @property
    def sender(self) -> TermsSide: ...
    @property
    def receiver(self) -> TermsSide: ...

@final
class Trade(_Model):
    """A trade as this account may see it, at one moment.

    Calls that confirm something take the snapshot that was reviewed and send its values, never newer ones.
    """

    __match_args__ = (
        "id",
        "trade_id",
        "revision",
        "opened_at",
        "crypto",
        "status",
        "sender",
        "receiver",
        "identification_revision",
        "identification_confirmed_by",
        "terms",
        "address",
        "fees",
        "fees_usd",
        "amount",
        "amount_usd",
        "received_at",
        "txid",
        "settlement_txid",
        "fund_controls_locked",
    )

    @property
    def id(self) -> str:
        """Discord thread ID, used in calls."""
    @property
    def trade_id(self) -> int:
        """Human-readable trade number. Not for use in calls."""
    @property
    def revision(self) -> int:
        """Revision of the whole trade. Proves nothing by itself."""
    @property
    def opened_at(self) -> datetime: ...
    @property
    def crypto(self) -> _words.Crypto:
        """Crypto and network of the trade."""
    @property
    def status(self) -> _words.TradeStatus:
        """Where the trade stands."""
    @property
    def sender(self) -> str | None:
        """Discord user who pays into escrow. None while identification is reset."""
    @property
    def receiver(self) -> str | None:
        """Discord user who gets released funds. None while identification is reset."""
    @property
    def identification_revision(self) -> int: ...
    @property
    def identification_confirmed_by(self) -> tuple[str, ...]:
        """Users who confirmed the current identification."""
    @property
    def terms(self) -> TradeTerms | None:
        """Terms and their confirmations, once there are any."""
    @property
    def address(self) -> str | None:
        """Escrow deposit address. Only the sender sees it."""
    @property
    def fees(self) -> Decimal | None:
        """Network fees in the trade's crypto."""
    @property
    def fees_usd(self) -> Decimal | None:
        """Estimated network fees in USD."""
    @property
    def amount(self) -> Decimal | None:
        """Amount received by escrow in the trade's crypto."""
    @property
    def amount_usd(self) -> Decimal | None:
        """Received amount valued in USD."""
    @property
    def received_at(self) -> datetime | None:
        """When the deposit was received."""
    @property
    def txid(self) -> str | None:
        """Incoming deposit transaction."""
    @property
    def settlement_txid(self) -> str | None:
        """Final payout or return transaction."""
    @property
    def fund_controls_locked(self) -> bool:
        """True when fund actions are temporarily locked."""
    def covers(self, min_amount: Decimal | int, crypto: _words.Crypto | str) -> bool:
        """Whether the escrow holds at least this much of exactly this crypto for the receiver: the deposit is confirmed
        (``waitingAction``) or was released to them (``waitingAddress``). False at any other status.

        Anyone may deposit less than was agreed and the API knows no price, so a shop asks this before it delivers.
        """
    def role_of(self, user_id: str) -> _words.Role | None:
        """The role of a user in this trade, if they have one now."""

@final
class Changes:
    """What an event changed: the open object, and what can be told from it."""

    __match_args__ = ("value",)

    @property
    def value(self) -> Any:
        """The object, numbers that aren't integers as ``Decimal``."""
    @property
    def raw_json(self) -> str:
        """The object as it came."""
    @property
    def outcome(self) -> _words.Outcome | None:
        """How the trade ended, if these changes say so."""
    @property
    def execution(self) -> _values.Execution | None:
        """The transfer that these changes report on, if any."""
    def to_dict(self) -> Any:
        """The same as :attr:`value`."""
    def to_json(self) -> str:
        """The same as :attr:`raw_json`."""
    @classmethod
    def from_json(cls, json: str) -> Changes:
        """Reads ``to_json``'s form.

        :raises InvalidError: It is no JSON.
        """
    def __copy__(self) -> Changes: ...
    def __deepcopy__(self, memo: Any) -> Changes: ...
    def __hash__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class TradeEvent(_Model):
    """One change of a trade, with the whole trade as it stood then."""

    __match_args__ = ("id", "type", "occurred_at", "offset", "changes", "trade", "gap")

    @property
    def id(self) -> int:
        """Increases within the trade, with gaps."""
    @property
    def type(self) -> _words.EventType:
        """What kind of change this is."""
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def offset(self) -> int:
        """Pass this back as ``start_after`` to go on right behind this event."""
    @property
    def changes(self) -> Changes: ...
    @property
    def trade(self) -> Trade:
        """The trade at this event."""
    @property
    def gap(self) -> _values.Gap | None:
        """Set where history was lost before this event: what changed meanwhile."""

@final
class BtcFeeOption(_Model):
    """One of the fee choices that a BTC claim offers. What is chosen goes back unchanged."""

    __match_args__ = ("priority", "sat_per_vbyte", "estimated_cost_usd")

    @property
    def priority(self) -> _words.Priority: ...
    @property
    def sat_per_vbyte(self) -> Decimal:
        """Fee rate in satoshi per virtual byte."""
    @property
    def estimated_cost_usd(self) -> Decimal | None:
        """Estimated cost of the transfer in USD."""

@final
class FundExecution(_Model):
    """A transfer that AutoPlus accepted and now carries out. Events tell how it ends."""

    __match_args__ = ("execution_id", "status")

    @property
    def execution_id(self) -> str: ...
    @property
    def status(self) -> str:
        """``pending`` when accepted."""

@final
class Operation:
    """A mutation whose outcome matters beyond one call. It never changes.

    Keep its ``to_json``, or pickle it, and settle it later with ``client.resolve``, in this process or another. It
    holds neither the token nor a confirmation code.
    """

    __match_args__ = ("name", "kind", "trade_id", "state")

    @property
    def name(self) -> str:
        """The caller's name for it, or a random one. Repeat the call under this name to settle it."""
    @property
    def kind(self) -> Literal["open_trade", "release", "return", "claim"]: ...
    @property
    def trade_id(self) -> str | None:
        """Thread id of the trade it belongs to; none for opening one."""
    @property
    def state(self) -> Literal["running", "unknown", "accepted", "done"]:
        """``running``: a call is at it, or the process that was has ended. ``unknown``: nothing proves what became of
        it. ``accepted``: a claim whose transfer hasn't ended. ``done``.
        """
    @property
    def values(self) -> MappingProxyType[str, str]:
        """What was meant: ``guild``, ``crypto``, ``sender`` and ``receiver`` of a trade to open, the ``recipient`` of a
        release or return, ``status``, ``address``, ``crypto`` and ``revision`` of a claim.
        """
    @property
    def idempotency_key(self) -> str:
        """The key that every send of it carries, for AutoPlus's support."""
    @property
    def body(self) -> str | None:
        """The text that was sent, where no secret is in it: for opening a trade."""
    @property
    def begun_at(self) -> datetime:
        """When it was prepared, by this machine's clock, in whole seconds."""
    def to_dict(self) -> dict[str, Any]:
        """Its properties by name."""
    def to_json(self) -> str:
        """Everything that is needed to settle it."""
    @classmethod
    def from_json(cls, json: str) -> Operation:
        """Reads ``to_json``'s form.

        :raises InvalidError: It isn't that.
        """
    def __hash__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> Operation: ...
    def __deepcopy__(self, memo: Any) -> Operation: ...

@final
class Call(Generic[_T]):
    """A call that was prepared and not started. It can be made once, either way."""

    def wait(self) -> _T:
        """Blocks until the call ended, with the GIL free."""
    def __await__(self) -> Generator[Any, None, _T]: ...

@final
class ActionChallenge:
    @property
    def trade_id(self) -> str: ...
    @property
    def action(self) -> _words.Action: ...
    @property
    def recipient(self) -> str: ...
    @property
    def expires_at(self) -> datetime: ...
    def confirm(self, operation: str | None) -> Call[Trade]: ...

@final
class ClaimChallenge:
    @property
    def trade_id(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def crypto(self) -> _words.Crypto: ...
    @property
    def expires_at(self) -> datetime: ...
    @property
    def fee_options(self) -> tuple[BtcFeeOption, ...]: ...
    def confirm(self, fee: BtcFeeOption | None, operation: str | None) -> Call[FundExecution]: ...

@final
class EventStream:
    """The events of one trade, in order; ends after the trade closed. Trouble on the way is retried.

    An error says that nothing came through for a whole call's time, or that the server refused for good. After
    the former, or after Ctrl-C, the iteration may go on; nothing is lost. What was refused fails again and again
    until another token is set.

    Under a consumer's name an event is finished when the next one is asked for, or by :meth:`commit`: after ``break``
    the last one isn't, and comes again to the next stream of that name.
    """

    @property
    def trade_id(self) -> str:
        """The trade that is followed."""
    @property
    def consumer(self) -> str | None:
        """The name under which it reads."""
    @property
    def offset(self) -> int | None:
        """The offset of the last event that was handed out: where a new stream would go on."""
    @property
    def last_known(self) -> Trade | None:
        """The trade as the last event that came shows it."""
    @property
    def end(self) -> _values.StreamEnd | None:
        """How the stream ended, once all its events were handed out."""
    def __iter__(self) -> EventStream: ...
    def __next__(self) -> TradeEvent: ...
    def next_batch(self, max: int) -> list[TradeEvent]:
        """The next events, at least one and at most ``max``; empty once the stream has ended or was closed."""
    def commit(self) -> None:
        """Says that all that was handed out is finished, without asking for more. Does nothing without a name."""
    def close(self) -> None:
        """Ends the stream and, if no other follows the trade, its poll."""
    def __enter__(self) -> EventStream: ...
    def __exit__(
        self,
        _class: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
        /,
    ) -> None: ...
    def prepare_batch(self, max: int) -> Call[list[TradeEvent]]:
        """For the async stream."""
    def prepare_commit(self) -> Call[None]:
        """For the async stream."""
    def in_vain(self, timeout: float | None) -> AutoPlusError:
        """For the async client: why waiting for something ended without it; by the time that was up, if that is why."""

@final
class StreamNotes:
    """What changes in how a client's trades are followed, from the moment it was asked for. Ends when the client is
    closed.

    Nobody waits for whoever listens: of more than 1024 notes that wait, the oldest are given up and counted as
    :attr:`missed`. Ctrl-C interrupts; nothing is lost.
    """

    @property
    def missed(self) -> int:
        """How many were given up because too many waited."""
    def __iter__(self) -> StreamNotes: ...
    def __next__(self) -> _values.StreamNote: ...
    def next_batch(self, max: int) -> list[_values.StreamNote]:
        """What changed next, at least one and at most ``max``; empty once this or the client was closed."""
    def close(self) -> None:
        """Listens no longer. The streams go on."""
    def __enter__(self) -> StreamNotes: ...
    def __exit__(
        self,
        _class: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
        /,
    ) -> None: ...
    def prepare_batch(self, max: int) -> Call[list[_values.StreamNote]]:
        """For the async form."""

@disjoint_base
class Watch:
    def __new__(cls: type[_Self], client: Client, trades: Iterable[str], consumer: str | None) -> _Self: ...
    @property
    def consumer(self) -> str | None:
        """The name under which it reads."""
    def add(self, trade_id: str) -> bool:
        """Watches one more trade. False if it is watched already."""
    def remove(self, trade_id: str) -> bool:
        """Stops watching a trade; what waits of it is given up, and comes again under the same name. False if it isn't
        watched.
        """
    def trades(self) -> list[str]:
        """The trades that are watched, by thread id."""
    def __iter__(self: _Self) -> _Self: ...
    def __next__(self) -> _values.Watched: ...
    def next_batch(self, max: int) -> list[_values.Watched]:
        """What comes next, at least one and at most ``max``, each trade's in order; empty once the watch was closed.

        It says that all that was given before is finished, as going on with the iteration does.
        """
    def take(self) -> _values.Watched | None:
        """What comes next, for one of several workers: nothing more of its trade is given before it is :meth:`done`.
        None once the watch was closed.
        """
    def done(self, item: _values.Watched) -> None:
        """Says that something that was taken is finished."""
    def close(self) -> None:
        """Ends the watch and its polls. What was handed out and not finished comes again under the same name."""
    def __enter__(self: _Self) -> _Self: ...
    def __exit__(
        self,
        _class: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
        /,
    ) -> None: ...
    def prepare_batch(self, max: int) -> Call[list[_values.Watched]]:
        """For the async watch."""
    def prepare_take(self) -> Call[_values.Watched | None]:
        """For the async watch."""
    def prepare_done(self, item: _values.Watched) -> Call[None]:
        """For the async watch."""
    def _give_back(self, item: _values.Watched) -> None:
        """For ``for_each``: what was taken comes again."""

@final
class Client:
    def __new__(
        cls,
        environment: bool,
        token: str | None,
        user_id: str | None,
        base_url: str | None,
        proxy: str | None,
        ca_file: str | os.PathLike[str] | None,
        store: str | None,
        timeouts: tuple[float, ...] | None,
    ) -> Client: ...
    @property
    def user_id(self) -> str | None: ...
    def set_token(self, token: str) -> None: ...
    def next_step(self, trade: Trade) -> NextStep: ...
    def events(self, trade_id: str, consumer: str | None, start_after: int | None) -> EventStream: ...
    def wait_for(self, trade_id: str, condition: Callable[[Trade], bool], timeout: float | None) -> Trade: ...
    def stream_notes(self) -> StreamNotes: ...
    def stream_stats(self) -> _values.StreamStats: ...
    def followed_trades(self) -> list[_values.FollowedTrade]: ...
    def servers(self) -> Call[list[Server]]: ...
    def stats(self) -> Call[Stats]: ...
    def transactions(self) -> Call[list[Transaction]]: ...
    def open_trade(
        self, guild: str, crypto: str, sender: str, receiver: str, operation: str | None
    ) -> Call[OpenedTrade]: ...
    def trade(self, id: str) -> Call[Trade]: ...
    def choose_role(self, trade: Trade, role: str) -> Call[Trade]: ...
    def confirm_identification(self, trade: Trade) -> Call[Trade]: ...
    def reset_identification(self, trade: Trade) -> Call[Trade]: ...
    def set_terms(self, trade: Trade, text: str | None) -> Call[Trade]: ...
    def confirm_terms(self, trade: Trade) -> Call[Trade]: ...
    def request_release(self, trade: Trade) -> Call[ActionChallenge]: ...
    def request_return(self, trade: Trade) -> Call[ActionChallenge]: ...
    def request_claim(self, trade: Trade, address: str) -> Call[ClaimChallenge]: ...
    def pending_operations(self) -> Call[list[Operation]]: ...
    def known_trades(self) -> Call[list[str]]: ...
    def recover(self) -> Call[list[_values.Settlement]]: ...
    def resolve(self, operation: Operation, replay: bool) -> Call[_values.Settlement]: ...
    def forget(self, operation: str) -> Call[bool]: ...
    def close(self) -> Call[None]: ...

@final
class Simulator:
    def __new__(cls, port: int, seed: int, start_time: int | None) -> Simulator: ...
    @property
    def base_url(self) -> str: ...
    def control(self, command: str) -> str: ...
    def close(self) -> None: ...
