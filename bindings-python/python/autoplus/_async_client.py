"""The client for asyncio: every call is a coroutine that sends nothing before it is awaited."""

from __future__ import annotations

from ._base import ClientBase
from ._native import OpenedTrade, Operation, Server, Stats, Trade, Transaction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from ._challenges import AsyncActionChallenge, AsyncClaimChallenge
    from ._events import AsyncEventStream
    from ._notes import AsyncStreamNotes
    from ._values import Settlement
    from ._watch import AsyncWatch
    from ._words import Crypto, Role


class AsyncClient(ClientBase):
    """The AutoPlus API for one account, for asyncio.

    Cancelling a task stops its read at once; a call that moves something goes on in the background.
    """

    async def servers(self) -> list[Server]:
        """The Discord servers that AutoPlus is in."""
        return await self._native.servers()

    async def stats(self) -> Stats:
        """Global statistics."""
        return await self._native.stats()

    async def transactions(self) -> list[Transaction]:
        """The ten most recent public transactions."""
        return await self._native.transactions()

    async def open_trade(
        self,
        guild: str,
        *,
        crypto: Crypto | str,
        sender: str,
        receiver: str,
        operation: str | None = None,
    ) -> OpenedTrade:
        """Opens a trade.

        :param operation: Your own name for this intent, such as ``order:42``: under one name one trade is opened,
            however often the call is repeated, by every client over the same ``store`` and after a restart too. With
            the store ``memory`` only this client knows the name. A second call under a name that another is at waits
            for its result. Without a name, a call that was cancelled or timed out still opens its trade in the
            background and can't be repeated safely.
        :raises OutcomeUnknownError: Nothing proves whether it was opened. Repeat the call under the same name.
        :raises StoreError: It couldn't be written down first, so nothing was sent.
        """
        return await self._native.open_trade(guild, crypto, sender, receiver, operation)

    async def trade(self, id: str) -> Trade:
        """The trade as it stands, by its thread id."""
        return await self._native.trade(id)

    async def choose_role(self, trade: Trade, role: Role | str) -> Trade:
        """Takes a role after identification was reset."""
        return await self._native.choose_role(trade, role)

    async def confirm_identification(self, trade: Trade) -> Trade:
        """Confirms exactly the sender and receiver of this snapshot."""
        return await self._native.confirm_identification(trade)

    async def reset_identification(self, trade: Trade) -> Trade:
        """Clears both roles and their confirmations."""
        return await self._native.reset_identification(trade)

    async def set_terms(self, trade: Trade, text: str | None) -> Trade:
        """Sets or replaces this account's terms, or clears them. At most 896 UTF-16 code units."""
        return await self._native.set_terms(trade, text)

    async def confirm_terms(self, trade: Trade) -> Trade:
        """Confirms exactly both terms of this snapshot."""
        return await self._native.confirm_terms(trade)

    async def request_release(self, trade: Trade) -> AsyncActionChallenge:
        """Asks to release the funds to the receiver of this snapshot. Moves nothing yet. Only the sender may."""
        from ._challenges import AsyncActionChallenge

        return AsyncActionChallenge(await self._native.request_release(trade))

    async def request_return(self, trade: Trade) -> AsyncActionChallenge:
        """Asks to return the funds to the sender of this snapshot. Moves nothing yet. Only the receiver may."""
        from ._challenges import AsyncActionChallenge

        return AsyncActionChallenge(await self._native.request_return(trade))

    async def request_claim(self, trade: Trade, address: str) -> AsyncClaimChallenge:
        """Asks to send the funds to an address: payout, return, or the sender's part of a reduction.

        Moves nothing yet. Refused while an accepted claim hasn't ended.
        """
        from ._challenges import AsyncClaimChallenge

        return AsyncClaimChallenge(await self._native.request_claim(trade, address))

    def events(self, trade_id: str, *, consumer: str | None = None, start_after: int | None = None) -> AsyncEventStream:
        """Follows a trade. Nothing is sent before the first event is asked for.

        :param consumer: A name under which the store remembers how far reading got. A stream of the same name begins
            right behind the last event that was finished; the first one with a snapshot. An event is finished when the
            next one is asked for, or by ``commit``. While another stream reads this trade under the same name, here or
            in another process over the same ``store``, asking is an ``OperationInProgressError``. Without a name
            nothing is remembered.
        :param start_after: The ``offset`` of the last event that was handled, for whoever keeps it elsewhere; it counts
            more than what the store remembers. Without either the stream begins with a snapshot of the trade as it
            stands.
        """
        from ._events import AsyncEventStream

        return AsyncEventStream(self._native.events(trade_id, consumer, start_after))

    def watch(self, trades: Iterable[str], *, consumer: str | None = None) -> AsyncWatch:
        """Follows many trades as one stream. Nothing is sent before something is asked for.

        :param trades: Their thread ids, such as ``known_trades()``.
        :param consumer: A name under which the store remembers how far each trade was read, as in :meth:`events`. A bot
            wants one: after a restart it goes on where it was. Without a name each trade begins with a snapshot.
        """
        from ._watch import AsyncWatch

        return AsyncWatch(self._native, trades, consumer)

    def stream_notes(self) -> AsyncStreamNotes:
        """Tells when something changes in how this client's trades are followed: trouble, silence, recovery, gaps. For
        logs and alarms; begins with what changes from now on. Sends nothing.

        :raises ClosedError: The client was closed.
        """
        from ._notes import AsyncStreamNotes

        return AsyncStreamNotes(self._native.stream_notes())

    async def wait_for(self, trade_id: str, condition: Callable[[Trade], bool], timeout: float | None = None) -> Trade:
        """Follows a trade until ``condition`` holds for it, and gives it as it stood then. No state between is left
        out. For scripts: it remembers nothing, and what was waited for may be over by the time this returns.

        :param timeout: How many seconds it may take; without it, as long as it takes.
        :raises CallTimeoutError: The time is up.
        :raises ConflictError: The trade ended without it.
        """
        from ._events import first

        async with self.events(trade_id) as events:
            return await first(events, condition, timeout)

    async def pending_operations(self) -> list[Operation]:
        """The operations of this account that are under way or whose outcome is unknown, and the claims whose transfer
        hasn't ended; oldest first. Sends nothing.
        """
        return await self._native.pending_operations()

    async def known_trades(self) -> list[str]:
        """Thread ids of the trades that this account opened or followed and that haven't closed: the API can't list
        them. Sends nothing.
        """
        return await self._native.known_trades()

    async def recover(self) -> list[Settlement]:
        """Settles every operation that a process left open, by a crash or a lost answer.

        Call it once at the start, before anything is begun. What a living process is at stays untouched. Opening a
        trade is sent again, with the same key and bytes, while the server surely remembers the key; the rest is read
        off the trade and its events. Each settlement says whether it is ``done``, proven ``not_done``, or still
        ``unknown`` and why: then call this again later.
        """
        return await self._native.recover()

    async def resolve(self, operation: Operation, *, replay: bool = False) -> Settlement:
        """Settles one operation as ``recover`` does: one of ``pending_operations()``, that of an error, or one that
        was kept as JSON.

        :param replay: Sends the opening of a trade again however old it is. Only a person can decide this: a server
            that forgot the key opens a second trade.
        """
        return await self._native.resolve(operation, replay)

    async def forget(self, operation: str) -> bool:
        """Frees the name of an operation after a person looked at what became of it; true if it was known.

        Only a person can decide this: what was sent under the name may still take effect.

        :raises OperationInProgressError: A call is at it.
        """
        return await self._native.forget(operation)

    async def close(self) -> None:
        """Waits up to ten seconds for mutations under way, then refuses further calls."""
        await self._native.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
