"""Following one trade inside asyncio."""

from __future__ import annotations

from ._closing import AsyncClosing
from .errors import InvalidError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ._native import EventStream, Trade, TradeEvent
    from ._values import StreamEnd


class AsyncEventStream(AsyncClosing):
    """The events of one trade, in order; ends after the trade closed. Trouble on the way is retried.

    An error says that nothing came through for a whole call's time, or that the server refused for good. After
    the former, or after a cancellation, the iteration may go on; nothing is lost. What was refused fails again and
    again until another token is set. ``break`` doesn't close the stream: use ``async with``.

    Under a consumer's name an event is finished when the next one is asked for, or by :meth:`commit`: after ``break``
    the last one isn't, and comes again to the next stream of that name.
    """

    def __init__(self, native: EventStream) -> None:
        self._native = native

    @property
    def trade_id(self) -> str:
        """The trade that is followed."""
        return self._native.trade_id

    @property
    def consumer(self) -> str | None:
        """The name under which it reads."""
        return self._native.consumer

    @property
    def offset(self) -> int | None:
        """The offset of the last event that was handed out: where a new stream would go on."""
        return self._native.offset

    @property
    def last_known(self) -> Trade | None:
        """The trade as the last event that came shows it."""
        return self._native.last_known

    @property
    def end(self) -> StreamEnd | None:
        """How the stream ended, once all its events were handed out."""
        return self._native.end

    def __aiter__(self) -> AsyncEventStream:
        return self

    async def __anext__(self) -> TradeEvent:
        for event in await self._native.prepare_batch(1):
            return event
        raise StopAsyncIteration

    async def next_batch(self, max: int) -> list[TradeEvent]:
        """The next events, at least one and at most ``max``; empty once the stream has ended or was closed."""
        return await self._native.prepare_batch(max)

    async def commit(self) -> None:
        """Says that all that was handed out is finished, without asking for more. Does nothing without a name."""
        await self._native.prepare_commit()

    async def aclose(self) -> None:
        """Ends the stream and, if no other follows the trade, its poll."""
        self._native.close()

    def __repr__(self) -> str:
        return f"Async{self._native!r}"


async def first(stream: AsyncEventStream, condition: Callable[[Trade], bool], timeout: float | None) -> Trade:
    """The trade as soon as a condition holds for it. No state between is left out."""
    from asyncio import get_running_loop

    if timeout is not None and not 0 <= timeout < float("inf"):
        raise InvalidError(f"timeout: {timeout!r} is no length of time in seconds")
    native, late = stream._native, False

    def give_up() -> None:
        nonlocal late
        late = True
        native.close()

    timer = None if timeout is None else get_running_loop().call_later(timeout, give_up)
    try:
        async for event in stream:
            if condition(event.trade):
                return event.trade
    finally:
        if timer is not None:
            timer.cancel()
    raise native.in_vain(timeout if late else None)
