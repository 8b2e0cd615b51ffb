"""What can go wrong, one class per thing to do about it. All of them are :class:`AutoPlusError`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

    from ._native import Operation, Trade


class AutoPlusError(Exception):
    """A call failed. The class says what to do, the message says it in words."""

    kind: ClassVar[str]
    """The same name in every language, such as ``not_found``."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        request_id: str | None = None,
        details_json: str | None = None,
        retry_after: float | None = None,
        operation: Operation | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        """The server's own error code, if it answered with one."""
        self.status = status
        """HTTP status of the last answer, if there was one."""
        self.request_id = request_id
        """The server's identifier of the request, to give to support."""
        self.details_json = details_json
        """The server's ``details``, as JSON text."""
        self.retry_after = retry_after
        """How many seconds the server asked to wait."""
        self.operation = operation
        """The operation that this error leaves open: hand it to ``resolve``, or keep its ``to_json``."""

    @property
    def details(self) -> Any:
        """The server's ``details``, numbers that aren't integers as ``Decimal``."""
        from ._reading import load_json

        try:
            return None if self.details_json is None else load_json(self.details_json)
        except (ArithmeticError, ValueError, RecursionError) as error:
            message = f"details: the server's value is beyond what Python can hold ({error}); details_json has its text"
            raise DecodeError(message) from None

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.message, vars(self))


class InvalidError(AutoPlusError):
    """The call itself is wrong and was refused, here or by the server. Nothing happened; mend the call."""

    kind = "invalid"


class AuthenticationError(AutoPlusError):
    """The token is missing, wrong, expired or revoked. Set another token."""

    kind = "authentication"


class ForbiddenError(AutoPlusError):
    """This account or guild may not do that."""

    kind = "forbidden"


class NotFoundError(AutoPlusError):
    """No such trade, or this account has no part in it."""

    kind = "not_found"


class ConflictError(AutoPlusError):
    """Wrong state, or a clash with what happened before. Read the trade again."""

    kind = "conflict"


class ChangedSinceReviewError(AutoPlusError):
    """What was reviewed is not what stands now. Show both to whoever decides."""

    kind = "changed_since_review"
    reviewed: Trade
    """The snapshot that the call was given."""
    current: Trade
    """The trade as it stands."""
    fields: tuple[str, ...]
    """Names of the fields that differ."""
    landed: bool | None
    """Whether this call took effect all the same; ``None`` if that can't be told."""


class ChallengeExpiredError(AutoPlusError):
    """The challenge is past its time or was replaced. Request a new one."""

    kind = "challenge_expired"


class UnprocessableError(AutoPlusError):
    """Understood but refused: address, crypto, participants, text."""

    kind = "unprocessable"


class RateLimitedError(AutoPlusError):
    """Too many requests, and still after backing off. Nothing happened; wait ``retry_after`` seconds."""

    kind = "rate_limited"


class ServerError(AutoPlusError):
    """The server failed at a call that moves nothing."""

    kind = "server"


class TransportError(AutoPlusError):
    """No connection, at a call that moves nothing or before anything was sent."""

    kind = "transport"


class CallTimeoutError(AutoPlusError):
    """No answer in time, at a call that moves nothing."""

    kind = "timeout"


class DecodeError(AutoPlusError):
    """The answer of a call that moves nothing can't be read; or a property's value is beyond what Python can hold."""

    kind = "decode"


class OutcomeUnknownError(AutoPlusError):
    """A mutation was sent and nothing proves whether it took effect.

    Never start it anew: repeat the same call with the same ``operation.name`` or challenge, or settle it with
    ``resolve(error.operation)`` or ``recover()``.
    """

    kind = "outcome_unknown"


class OperationInProgressError(AutoPlusError):
    """An operation that excludes this one is still open, here or in another process over the same store."""

    kind = "operation_in_progress"


class StoreError(AutoPlusError):
    """The store can't be used: it is locked, full, damaged, newer than this version or no store at all.

    The message says what to do about it. Nothing was sent.
    """

    kind = "store"


class ClosedError(AutoPlusError):
    """The client or stream was closed."""

    kind = "closed"


class BugError(AutoPlusError):
    """A defect in this library."""

    kind = "bug"


_BY_KIND = {error.kind: error for error in AutoPlusError.__subclasses__()}


def from_native(
    kind: str,
    message: str,
    answer: tuple[str | None, int | None, str | None, str | None],
    retry_after: float | None,
    operation: Operation | None,
    change: tuple[Trade, Trade, tuple[str, ...], bool | None] | None,
) -> AutoPlusError:
    """The exception for an error of the native half."""
    code, status, request_id, details_json = answer
    error = _BY_KIND[kind](
        message,
        code=code,
        status=status,
        request_id=request_id,
        details_json=details_json,
        retry_after=retry_after,
        operation=operation,
    )
    if change is not None and isinstance(error, ChangedSinceReviewError):
        error.reviewed, error.current, error.fields, error.landed = change
    return error


def _restore(error: type[AutoPlusError], message: str, state: dict[str, Any]) -> AutoPlusError:
    restored = error(message)
    vars(restored).update(state)
    return restored
