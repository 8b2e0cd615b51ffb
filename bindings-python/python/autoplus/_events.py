"""Following one trade: an iterator and an async iterator."""

from __future__ import annotations

from types import TracebackType

from . import _native
from ._native import TradeEvent
from ._values import StreamEnd


class _Stream:
    __slots__ = ("_native",)

    def __init__(self, native: _native.EventStream) -> None:
        self._native = native

    @property
    def trade_id(self) -> str:
        """The trade that is followed."""
        return self._native.trade_id

    @property
    def offset(self) -> int | None:
        """The offset of the last event that was handed out: where a new stream would go on."""
        return self._native.offset

    @property
    def end(self) -> StreamEnd | None:
        """How the stream ended, once all its events were handed out."""
        return self._native.end

    def __repr__(self) -> str:
        return f"{type(self).__name__}(trade_id={self.trade_id!r}, offset={self.offset!r})"


class EventStream(_Stream):
    """The events of one trade, in order; ends after the trade closed. Trouble on the way is retried.

    An error says that nothing came through for a whole call's time, or that the server refused for good. After
    the former, or after Ctrl-C, the iteration may go on; nothing is lost.
    """

    __slots__ = ()

    def __iter__(self) -> EventStream:
        return self

    def __next__(self) -> TradeEvent:
        event = self._native.next().wait()
        if event is None:
            raise StopIteration
        return event

    def next_batch(self, max: int) -> list[TradeEvent]:
        """The next events, at least one and at most ``max``; empty once the stream has ended or was closed."""
        return self._native.next_batch(max).wait()

    def close(self) -> None:
        """Ends the stream and its poll."""
        self._native.close()

    def __enter__(self) -> EventStream:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncEventStream(_Stream):
    """The events of one trade, in order; ends after the trade closed. Trouble on the way is retried.

    An error says that nothing came through for a whole call's time, or that the server refused for good. After
    the former, or after a cancellation, the iteration may go on; nothing is lost. ``break`` doesn't close the
    stream: use ``async with``.
    """

    __slots__ = ()

    def __aiter__(self) -> AsyncEventStream:
        return self

    async def __anext__(self) -> TradeEvent:
        event = await self._native.next()
        if event is None:
            raise StopAsyncIteration
        return event

    async def next_batch(self, max: int) -> list[TradeEvent]:
        """The next events, at least one and at most ``max``; empty once the stream has ended or was closed."""
        return await self._native.next_batch(max)

    async def aclose(self) -> None:
        """Ends the stream and its poll."""
        self._native.close()

    async def __aenter__(self) -> AsyncEventStream:
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()
