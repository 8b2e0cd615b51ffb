"""Small values beside the models. Imported when one is asked for: ``dataclasses`` takes longer than a call."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

from ._dicts import plain

if TYPE_CHECKING:
    from ._native import FundExecution, OpenedTrade, Operation, Trade, TradeEvent
    from ._words import ExecutionState, Outcome, SettledBy, StreamChange, Verdict
    from .errors import AutoPlusError


class Value:
    """A small value. It never changes."""

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()

    def to_dict(self) -> dict[str, Any]:
        """Its properties by name, models in it as dicts too."""
        return {name: plain(getattr(self, name)) for name in self.__match_args__}


@dataclass(frozen=True)
class Timeouts(Value):
    """Limits of time, in seconds. The defaults suit bots and apps."""

    connect: float = 10.0
    """Opening a connection."""
    attempt: float = 20.0
    """One attempt of a call, its body included."""
    call: float = 45.0
    """A whole call with all its attempts."""
    poll: float = 50.0
    """How long the server may hold an event poll; whole seconds, at most 60."""
    poll_grace: float = 10.0
    """How much later a poll's answer may come."""


@dataclass(frozen=True)
class Settlement(Value):
    """What became of an operation that was open."""

    operation: Operation
    """The operation, as it stands now."""
    verdict: Verdict
    """Whether it took effect."""
    by: SettledBy | None
    """How that is known; none while it isn't."""
    opened: OpenedTrade | None
    """What was opened, if it opened a trade and is done."""
    trade: Trade | None
    """The trade after a release or return that is done."""
    execution: FundExecution | None
    """The receipt of a claim that is done."""
    message: str
    """What that means and what to do, in words."""

    def to_json(self) -> str:
        """All of it as one JSON object, by the same names. What isn't known is left out."""
        fields = {
            "operation": self.operation.to_json(),
            "verdict": json.dumps(self.verdict),
            "by": self.by and json.dumps(self.by),
            "opened": self.opened and self.opened.to_json(),
            "trade": self.trade and self.trade.to_json(),
            "execution": self.execution and self.execution.to_json(),
            "message": json.dumps(self.message),
        }
        return "{" + ",".join(f'"{name}":{text}' for name, text in fields.items() if text is not None) + "}"


@dataclass(frozen=True)
class Execution(Value):
    """How a transfer of funds goes on."""

    id: str | None
    state: ExecutionState
    reason: str | None
    """Why it failed, if the server says."""


@dataclass(frozen=True)
class Gap(Value):
    """History that expired before it was read: the trade jumped from the last known snapshot to this one."""

    last_known: Trade | None
    """The last snapshot that this stream had seen, if any."""
    fields: tuple[str, ...]
    """Names of the fields that differ from it."""


@dataclass(frozen=True)
class StreamEnd(Value):
    """How an event stream ended."""

    kind: Literal["closed", "noLongerAvailable"]
    """The trade closed; or the server no longer has it, and how it ended isn't known."""
    outcome: Outcome | None
    """How the trade ended, if it closed."""


@dataclass(frozen=True)
class WatchedEvent(Value):
    """Something happened in a trade."""

    event: TradeEvent

    @property
    def trade_id(self) -> str:
        """The trade's thread id."""
        return self.event.trade.id


@dataclass(frozen=True)
class WatchedEnd(Value):
    """A trade ended, and all its events were handed out: it has left the watch."""

    trade_id: str
    """The trade's thread id."""
    end: StreamEnd
    """How it ended, as far as that is known."""
    last_known: Trade | None
    """The trade as its last event showed it."""


@dataclass(frozen=True)
class WatchedFailure(Value):
    """A trade can't be followed. The others go on."""

    trade_id: str
    """The trade's thread id."""
    error: AutoPlusError
    """Why."""
    over: bool
    """Whether it has left the watch; else it is tried on."""


Watched: TypeAlias = WatchedEvent | WatchedEnd | WatchedFailure
"""What a watch gives."""


@dataclass(frozen=True)
class StreamStats(Value):
    """What the streams of a client are doing and did so far, in numbers."""

    streams: int
    """Streams that are open; a watch counts once per trade."""
    trades: int
    """Trades that they follow; each has one poll."""
    polls_in_flight: int
    """Polls that wait for an answer now."""
    waiting: int
    """Trades whose two polls other processes on the same store have at the moment."""
    silent: int
    """Followed trades of which nothing came for longer than a poll may take."""
    polls: int
    """Polls that were answered readably, so far."""
    events: int
    """Events that came, before what repeats was dropped."""
    reconnects: int
    """Polls that were begun anew, after trouble or because a stream wanted earlier events."""
    gaps: int
    """Snapshots that came because history had expired."""
    dropped: int
    """Events that repeated or went back and were not handed out."""
    not_advancing: int
    """Answers with events that led nowhere."""


@dataclass(frozen=True)
class FollowedTrade(Value):
    """How following one trade goes."""

    trade_id: str
    """The trade's thread id."""
    streams: int
    """Streams that follow it in this client."""
    polling: bool
    """Whether a poll waits for an answer."""
    last_good_poll: float | None
    """How many seconds ago a poll was answered readably; none before the first."""
    failures: int
    """Polls in a row that failed or led nowhere."""
    lag: int
    """Events that came and weren't handed out, of the stream that is furthest behind."""
    silent: bool
    """Nothing came for longer than a poll may take: don't take its quiet for peace."""
    error: AutoPlusError | None
    """What went wrong last, until a poll is answered again."""


@dataclass(frozen=True)
class StreamNote(Value):
    """Something changed in how a trade is followed."""

    trade_id: str
    """The trade's thread id."""
    change: StreamChange
    """What changed."""
    error: AutoPlusError | None
    """What went wrong, if it is ``failing`` or ``refused``."""
    silent_for: float | None
    """For how many seconds nothing came, if it is ``silent``."""


@dataclass(frozen=True)
class AddressWarning(Value):
    """What is odd about an address that is accepted all the same. As text it says what to do."""

    kind: str
    """``no_checksum``, ``several_networks``, ``off_curve``, ``future_version`` or ``unchecked``."""
    message: str
    networks: tuple[str, ...] | None
    """For ``several_networks``: their names."""

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class AddressCheck(Value):
    """An address that decoded for its crypto."""

    canonical: str
    """The address as its network writes it. Two addresses of one crypto are the same exactly if these are equal."""
    warnings: tuple[AddressWarning, ...]
    """What a person should look at before money goes there."""
