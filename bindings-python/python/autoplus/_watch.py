"""Following many trades, blocking and inside asyncio."""

from __future__ import annotations

from . import _native
from ._closing import AsyncClosing

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Iterable

    from ._values import Watched


class Watch(_native.Watch):
    """The events of many trades as one stream, each trade's in order. Goes on until it is closed, also when no trade is
    left.

    Either one loop takes everything, or several workers share it: :meth:`for_each`, or :meth:`take` and :meth:`done`
    from threads of your own. What waits is bounded: a slow reader stops the polls. Ctrl-C interrupts; nothing is lost.
    """

    def for_each(self, handler: Callable[[Watched], object], at_once: int = 16) -> None:
        """Calls the handler for everything that comes, in up to ``at_once`` threads: trades side by side, each trade in
        order. What the handler returned from is finished.

        Ends when the watch is closed, or raises a handler's first error once the others under way have returned. What
        the failed handler was at comes again.
        """
        from concurrent.futures import ThreadPoolExecutor
        from threading import Semaphore

        errors: list[BaseException] = []
        room = Semaphore(max(1, at_once))

        def handle(item: Watched) -> None:
            try:
                handler(item)
                self.done(item)
            except BaseException as error:
                errors.append(error)
                self._give_back(item)  # Which also ends the wait for what comes next.
            finally:
                room.release()

        with ThreadPoolExecutor(max(1, at_once), "autoplus-watch") as pool:
            while room.acquire() and not errors and (item := self.take()) is not None:
                if errors:
                    self._give_back(item)
                    break
                pool.submit(handle, item)
        if errors:
            raise errors[0]


class AsyncWatch(AsyncClosing):
    """The events of many trades as one stream, each trade's in order. Goes on until it is closed, also when no trade is
    left.

    Either one task takes everything, or several workers share it: :meth:`for_each`, or :meth:`take` and :meth:`done`
    from tasks of your own. What waits is bounded: a slow reader stops the polls. A cancelled task loses nothing.
    ``break`` doesn't close the watch: use ``async with``.
    """

    def __init__(self, client: _native.Client, trades: Iterable[str], consumer: str | None) -> None:
        self._native = _native.Watch(client, trades, consumer)

    @property
    def consumer(self) -> str | None:
        """The name under which it reads."""
        return self._native.consumer

    def add(self, trade_id: str) -> bool:
        """Watches one more trade. False if it is watched already."""
        return self._native.add(trade_id)

    def remove(self, trade_id: str) -> bool:
        """Stops watching a trade; what waits of it is given up, and comes again under the same name. False if it isn't
        watched.
        """
        return self._native.remove(trade_id)

    def trades(self) -> list[str]:
        """The trades that are watched, by thread id."""
        return self._native.trades()

    def __aiter__(self) -> AsyncWatch:
        return self

    async def __anext__(self) -> Watched:
        for item in await self._native.prepare_batch(1):
            return item
        raise StopAsyncIteration

    async def next_batch(self, max: int) -> list[Watched]:
        """What comes next, at least one and at most ``max``, each trade's in order; empty once the watch was closed.

        It says that all that was given before is finished, as going on with the iteration does.
        """
        return await self._native.prepare_batch(max)

    async def take(self) -> Watched | None:
        """What comes next, for one of several workers: nothing more of its trade is given before it is :meth:`done`.
        None once the watch was closed.
        """
        return await self._native.prepare_take()

    async def done(self, item: Watched) -> None:
        """Says that something that was taken is finished."""
        await self._native.prepare_done(item)

    async def for_each(self, handler: Callable[[Watched], Awaitable[object]], at_once: int = 16) -> None:
        """Awaits the handler for everything that comes, in up to ``at_once`` tasks: trades side by side, each trade in
        order. What the handler returned from is finished.

        Ends when the watch is closed, or raises a handler's first error once the others under way have returned. A
        cancellation cancels the handlers under way. What failed or cancelled handlers were at comes again.
        """
        import asyncio

        errors: list[BaseException] = []
        idle: set[asyncio.Task[None]] = set()

        async def take() -> Watched | None:
            task = asyncio.current_task()
            assert task is not None
            idle.add(task)
            try:
                return await self.take()
            finally:
                idle.remove(task)

        async def work() -> None:
            try:
                while not errors and (item := await take()) is not None:
                    try:
                        await handler(item)
                        await self.done(item)
                    except BaseException:
                        self._native._give_back(item)
                        raise
            except BaseException as error:
                errors.append(error)
                for task in idle:
                    task.cancel()
                if not isinstance(error, Exception):
                    raise

        workers = [asyncio.create_task(work()) for _ in range(max(1, at_once))]
        try:
            await asyncio.wait(workers)
        except asyncio.CancelledError:
            for worker in workers:
                worker.cancel()
            await asyncio.wait(workers)
            raise
        if errors:
            raise errors[0]

    async def aclose(self) -> None:
        """Ends the watch and its polls. What was handed out and not finished comes again under the same name."""
        self._native.close()

    def __repr__(self) -> str:
        return f"Async{self._native!r}"
