"""All that differs between the two clients: how one is made, waited for, followed, and timed."""

from __future__ import annotations

import asyncio
import signal
import threading
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

    async def next(self, following: Any) -> Any:
        """What a stream, a watch or notes give next; none if nothing comes any more."""

    async def each(self, watch: Any, take: int, at_once: int) -> list[autoplus.Watched]:
        """The first items that a handler gets; that of the last one closes the watch."""

    async def close(self, following: Any) -> None:
        """Closes a stream, a watch or notes."""


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

    async def next(self, following: Any) -> Any:
        return next(following, None)

    async def each(self, watch: autoplus.Watch, take: int, at_once: int) -> list[autoplus.Watched]:
        items: list[autoplus.Watched] = []
        one_by_one = threading.Lock()

        def handle(item: autoplus.Watched) -> None:
            with one_by_one:
                if len(items) < take:
                    items.append(item)
                if len(items) == take:
                    watch.close()

        watch.for_each(handle, at_once)
        return items

    async def close(self, following: autoplus.EventStream | autoplus.StreamNotes | autoplus.Watch) -> None:
        following.close()


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

    async def next(self, following: Any) -> Any:
        return await anext(following, None)

    async def each(self, watch: autoplus.AsyncWatch, take: int, at_once: int) -> list[autoplus.Watched]:
        items: list[autoplus.Watched] = []

        async def handle(item: autoplus.Watched) -> None:
            if len(items) < take:
                items.append(item)
            if len(items) == take:
                await watch.aclose()

        await watch.for_each(handle, at_once)
        return items

    async def close(
        self, following: autoplus.AsyncEventStream | autoplus.AsyncStreamNotes | autoplus.AsyncWatch
    ) -> None:
        await following.aclose()


FACES: dict[str, Callable[[], Face]] = {"sync": Sync, "async": Async}
