"""What is told of the streams, inside asyncio."""

from __future__ import annotations

from ._closing import AsyncClosing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._native import StreamNotes
    from ._values import StreamNote


class AsyncStreamNotes(AsyncClosing):
    """What changes in how a client's trades are followed, from the moment it was asked for. Ends when the client is
    closed.

    Nobody waits for whoever listens: of more than 1024 notes that wait, the oldest are given up and counted as
    :attr:`missed`. A cancelled task loses nothing. ``break`` doesn't close it: use ``async with``.
    """

    def __init__(self, native: StreamNotes) -> None:
        self._native = native

    @property
    def missed(self) -> int:
        """How many were given up because too many waited."""
        return self._native.missed

    def __aiter__(self) -> AsyncStreamNotes:
        return self

    async def __anext__(self) -> StreamNote:
        for note in await self._native.prepare_batch(1):
            return note
        raise StopAsyncIteration

    async def next_batch(self, max: int) -> list[StreamNote]:
        """What changed next, at least one and at most ``max``; empty once this or the client was closed."""
        return await self._native.prepare_batch(max)

    async def aclose(self) -> None:
        """Listens no longer. The streams go on."""
        self._native.close()

    def __repr__(self) -> str:
        return f"Async{self._native!r}"
