"""The SDK for AutoPlus, the escrow service of Discord: open, follow and settle trades safely."""

from ._client import Client
from ._native import (
    BtcFeeOption,
    Changes,
    EventStream,
    FundExecution,
    OpenedTrade,
    Operation,
    Server,
    Stats,
    StreamNotes,
    TermsSide,
    Trade,
    TradeEvent,
    TradeTerms,
    Transaction,
    __version__,
    check_address,
)
from ._words import (
    Action,
    ClaimKind,
    Crypto,
    EventType,
    ExecutionState,
    Outcome,
    Priority,
    Role,
    SettledBy,
    StreamChange,
    TradeStatus,
    Verdict,
)
from .errors import (
    AuthenticationError,
    AutoPlusError,
    BugError,
    CallTimeoutError,
    ChallengeExpiredError,
    ChangedSinceReviewError,
    ClosedError,
    ConflictError,
    DecodeError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    OperationInProgressError,
    OutcomeUnknownError,
    RateLimitedError,
    ServerError,
    StoreError,
    TransportError,
    UnprocessableError,
)

# What takes long to import comes when it is asked for.
_LATER = {
    "_async_client": ("AsyncClient",),
    "_challenges": ("ActionChallenge", "AsyncActionChallenge", "AsyncClaimChallenge", "ClaimChallenge"),
    "_events": ("AsyncEventStream",),
    "_notes": ("AsyncStreamNotes",),
    "_values": (
        "AddressCheck",
        "AddressWarning",
        "Execution",
        "FollowedTrade",
        "Gap",
        "Settlement",
        "StreamEnd",
        "StreamNote",
        "StreamStats",
        "Timeouts",
        "Watched",
        "WatchedEnd",
        "WatchedEvent",
        "WatchedFailure",
    ),
    "_watch": ("AsyncWatch", "Watch"),
    "steps": ("NextStep",),
}
TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import steps
    from ._async_client import AsyncClient
    from ._challenges import ActionChallenge, AsyncActionChallenge, AsyncClaimChallenge, ClaimChallenge
    from ._events import AsyncEventStream
    from ._notes import AsyncStreamNotes
    from ._values import (
        AddressCheck,
        AddressWarning,
        Execution,
        FollowedTrade,
        Gap,
        Settlement,
        StreamEnd,
        StreamNote,
        StreamStats,
        Timeouts,
        Watched,
        WatchedEnd,
        WatchedEvent,
        WatchedFailure,
    )
    from ._watch import AsyncWatch, Watch
    from .steps import NextStep
else:

    def __getattr__(name):
        from importlib import import_module

        if name == "steps":
            return import_module(".steps", __name__)
        for module, names in _LATER.items():
            if name in names:
                found = globals()[name] = getattr(import_module(f".{module}", __name__), name)
                return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = [
    "Action",
    "ActionChallenge",
    "AddressCheck",
    "AddressWarning",
    "AsyncActionChallenge",
    "AsyncClaimChallenge",
    "AsyncClient",
    "AsyncEventStream",
    "AsyncStreamNotes",
    "AsyncWatch",
    "AuthenticationError",
    "AutoPlusError",
    "BtcFeeOption",
    "BugError",
    "CallTimeoutError",
    "ChallengeExpiredError",
    "ChangedSinceReviewError",
    "Changes",
    "ClaimChallenge",
    "ClaimKind",
    "Client",
    "ClosedError",
    "ConflictError",
    "Crypto",
    "DecodeError",
    "EventStream",
    "EventType",
    "Execution",
    "ExecutionState",
    "FollowedTrade",
    "ForbiddenError",
    "FundExecution",
    "Gap",
    "InvalidError",
    "NextStep",
    "NotFoundError",
    "OpenedTrade",
    "Operation",
    "OperationInProgressError",
    "Outcome",
    "OutcomeUnknownError",
    "Priority",
    "RateLimitedError",
    "Role",
    "Server",
    "ServerError",
    "SettledBy",
    "Settlement",
    "Stats",
    "StoreError",
    "StreamChange",
    "StreamEnd",
    "StreamNote",
    "StreamNotes",
    "StreamStats",
    "TermsSide",
    "Timeouts",
    "Trade",
    "TradeEvent",
    "TradeStatus",
    "TradeTerms",
    "Transaction",
    "TransportError",
    "UnprocessableError",
    "Verdict",
    "Watch",
    "Watched",
    "WatchedEnd",
    "WatchedEvent",
    "WatchedFailure",
    "__version__",
    "check_address",
    "steps",
]
