"""Following one trade inside asyncio."""

from __future__ import annotations

from asyncio import CancelledError
from types import TracebackType

from ._native import EventStream, TradeEvent
from ._values import StreamEnd


class AsyncEventStream:
    """The events of one trade, in order; ends after the trade closed. Trouble on the way is retried.

    An error says that nothing came through for a whole call's time, or that the server refused for good. After
    the former, or after a cancellation, the iteration may go on; nothing is lost. What was refused fails again and
    again until another token is set. ``break`` doesn't close the stream: use ``async with``.
    """

    def __init__(self, native: EventStream, start_after: int | None) -> None:
        self._native = native
        self._offset = start_after
        self._kept: list[TradeEvent] = []
        """Events that came for somebody who was cancelled in that very moment."""

    @property
    def trade_id(self) -> str:
        """The trade that is followed."""
        return self._native.trade_id

    @property
    def offset(self) -> int | None:
        """The offset of the last event that was handed out: where a new stream would go on."""
        return self._offset

    @property
    def end(self) -> StreamEnd | None:
        """How the stream ended, once all its events were handed out."""
        return None if self._kept else self._native.end

    def __aiter__(self) -> AsyncEventStream:
        return self

    async def __anext__(self) -> TradeEvent:
        for event in await self.next_batch(1):
            return event
        raise StopAsyncIteration

    async def next_batch(self, max: int) -> list[TradeEvent]:
        """The next events, at least one and at most ``max``; empty once the stream has ended or was closed."""
        if not self._kept:
            coming = self._native.prepare_batch(max).start()
            try:
                self._kept = await coming
            except CancelledError:
                if coming.done() and not coming.cancelled() and coming.exception() is None:
                    self._kept = coming.result()
                raise
        events, self._kept = self._kept[:max], self._kept[max:]
        if events:
            self._offset = events[-1].offset
        return events

    async def aclose(self) -> None:
        """Ends the stream and its poll."""
        self._kept = []
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

    def __repr__(self) -> str:
        return f"AsyncEventStream(trade_id={self.trade_id!r}, offset={self.offset!r})"
