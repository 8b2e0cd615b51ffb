"""All that differs between the two clients: how one is made, waited for, followed, and timed."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from types import FrameType
from typing import Any, Protocol

import autoplus

from .scenario import Failed

LIMIT = 10.0
"""Seconds that a step may take."""


class Face(Protocol):
    def connect(self, **settings: Any) -> Any:
        """A client."""

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Plays a whole scenario."""

    async def within_limit(self, work: Coroutine[Any, Any, None]) -> None:
        """Plays one step, if it doesn't take too long."""

    async def get(self, result: Any) -> Any:
        """The value of what a method gave."""

    async def next_event(self, stream: Any) -> autoplus.TradeEvent | None: ...

    async def close_stream(self, stream: Any) -> None: ...


class Sync:
    def connect(self, **settings: Any) -> autoplus.Client:
        return autoplus.Client(**settings)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            work.send(None)
        except StopIteration:
            return
        raise RuntimeError("a blocking client has nothing to await")

    async def within_limit(self, work: Coroutine[Any, Any, None]) -> None:
        def too_long(signum: int, frame: FrameType | None) -> None:
            raise Failed(f"took longer than {LIMIT:.0f} s")

        signal.signal(signal.SIGALRM, too_long)
        signal.setitimer(signal.ITIMER_REAL, LIMIT)
        try:
            await work
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    async def get(self, result: Any) -> Any:
        return result

    async def next_event(self, stream: autoplus.EventStream) -> autoplus.TradeEvent | None:
        return next(stream, None)

    async def close_stream(self, stream: autoplus.EventStream) -> None:
        stream.close()


class Async:
    def connect(self, **settings: Any) -> autoplus.AsyncClient:
        return autoplus.AsyncClient(**settings)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run(work)

    async def within_limit(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await asyncio.wait_for(work, LIMIT)
        except asyncio.TimeoutError:
            raise Failed(f"took longer than {LIMIT:.0f} s") from None

    async def get(self, result: Any) -> Any:
        return await result if isinstance(result, Awaitable) else result

    async def next_event(self, stream: autoplus.AsyncEventStream) -> autoplus.TradeEvent | None:
        return await anext(stream, None)

    async def close_stream(self, stream: autoplus.AsyncEventStream) -> None:
        await stream.aclose()


FACES: dict[str, Callable[[], Face]] = {"sync": Sync, "async": Async}
