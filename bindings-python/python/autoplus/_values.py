"""Small values beside the models, and how JSON is read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ._native import FundExecution, OpenedTrade, Operation, Trade
    from ._words import ExecutionState, Outcome, SettledBy, Verdict

UTC = timezone.utc
BEYOND_IS_NAN = Context(traps=[])


def moment(seconds: int) -> datetime:
    """A Unix time; one beyond the years 1 to 9999 reads as the nearest moment that Python can show."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return (datetime.max if seconds > 0 else datetime.min).replace(tzinfo=UTC)


def exact(number: str) -> Decimal:
    """A number as it was written, whatever the thread's decimal context would make of it."""
    value = Decimal(number, BEYOND_IS_NAN)
    if value.is_nan():
        raise OverflowError(f"{number:.40} is beyond Decimal")
    return value


def load_json(text: str) -> Any:
    """JSON as Python objects, with every number that isn't an integer as an exact ``Decimal``."""
    return json.loads(text, parse_float=exact)


@dataclass(frozen=True)
class Timeouts:
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
class Settlement:
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
class Execution:
    """How a transfer of funds goes on."""

    id: str | None
    state: ExecutionState
    reason: str | None
    """Why it failed, if the server says."""


@dataclass(frozen=True)
class Gap:
    """History that expired before it was read: the trade jumped from the last known snapshot to this one."""

    last_known: Trade | None
    """The last snapshot that this stream had seen, if any."""
    fields: tuple[str, ...]
    """Names of the fields that differ from it."""


@dataclass(frozen=True)
class StreamEnd:
    """How an event stream ended."""

    kind: Literal["closed", "noLongerAvailable"]
    """The trade closed; or the server no longer has it, and how it ended isn't known."""
    outcome: Outcome | None
    """How the trade ended, if it closed."""


@dataclass(frozen=True)
class AddressWarning:
    """What is odd about an address that is accepted all the same. As text it says what to do."""

    kind: str
    """``no_checksum``, ``several_networks``, ``off_curve``, ``future_version`` or ``unchecked``."""
    message: str
    networks: tuple[str, ...] | None
    """For ``several_networks``: their names."""

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class AddressCheck:
    """An address that decoded for its crypto."""

    canonical: str
    """The address as its network writes it. Two addresses of one crypto are the same exactly if these are equal."""
    warnings: tuple[AddressWarning, ...]
    """What a person should look at before money goes there."""
