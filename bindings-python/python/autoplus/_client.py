"""The client for ordinary code: every call blocks, with the GIL free and Ctrl-C working."""

from __future__ import annotations

from ._base import ClientBase
from ._native import EventStream, OpenedTrade, Operation, Server, Stats, StreamNotes, Trade, Transaction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from ._challenges import ActionChallenge, ClaimChallenge
    from ._values import Settlement
    from ._watch import Watch
    from ._words import Crypto, Role


class Client(ClientBase):
    """The AutoPlus API for one account.

    Threads may share it. Ctrl-C interrupts any call at once; a call that moves something goes on in the background.
    """

    def servers(self) -> list[Server]:
        """The Discord servers that AutoPlus is in."""
        return self._native.servers().wait()

    def stats(self) -> Stats:
        """Global statistics."""
        return self._native.stats().wait()

    def transactions(self) -> list[Transaction]:
        """The ten most recent public transactions."""
        return self._native.transactions().wait()

    def open_trade(
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
            for its result. Without a name, a call that Ctrl-C cut short still opens its trade in the background and
            can't be repeated safely.
        :raises OutcomeUnknownError: Nothing proves whether it was opened. Repeat the call under the same name.
        :raises StoreError: It couldn't be written down first, so nothing was sent.
        """
        return self._native.open_trade(guild, crypto, sender, receiver, operation).wait()

    def trade(self, id: str) -> Trade:
        """The trade as it stands, by its thread id."""
        return self._native.trade(id).wait()

    def choose_role(self, trade: Trade, role: Role | str) -> Trade:
        """Takes a role after identification was reset."""
        return self._native.choose_role(trade, role).wait()

    def confirm_identification(self, trade: Trade) -> Trade:
        """Confirms exactly the sender and receiver of this snapshot."""
        return self._native.confirm_identification(trade).wait()

    def reset_identification(self, trade: Trade) -> Trade:
        """Clears both roles and their confirmations."""
        return self._native.reset_identification(trade).wait()

    def set_terms(self, trade: Trade, text: str | None) -> Trade:
        """Sets or replaces this account's terms, or clears them. At most 896 UTF-16 code units."""
        return self._native.set_terms(trade, text).wait()

    def confirm_terms(self, trade: Trade) -> Trade:
        """Confirms exactly both terms of this snapshot."""
        return self._native.confirm_terms(trade).wait()

    def request_release(self, trade: Trade) -> ActionChallenge:
        """Asks to release the funds to the receiver of this snapshot. Moves nothing yet. Only the sender may."""
        from ._challenges import ActionChallenge

        return ActionChallenge(self._native.request_release(trade).wait())

    def request_return(self, trade: Trade) -> ActionChallenge:
        """Asks to return the funds to the sender of this snapshot. Moves nothing yet. Only the receiver may."""
        from ._challenges import ActionChallenge

        return ActionChallenge(self._native.request_return(trade).wait())

    def request_claim(self, trade: Trade, address: str) -> ClaimChallenge:
        """Asks to send the funds to an address: payout, return, or the sender's part of a reduction.

        Moves nothing yet. Refused while an accepted claim hasn't ended.
        """
        from ._challenges import ClaimChallenge

        return ClaimChallenge(self._native.request_claim(trade, address).wait())

    def events(self, trade_id: str, *, consumer: str | None = None, start_after: int | None = None) -> EventStream:
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
        return self._native.events(trade_id, consumer, start_after)

    def watch(self, trades: Iterable[str], *, consumer: str | None = None) -> Watch:
        """Follows many trades as one stream. Nothing is sent before something is asked for.

        :param trades: Their thread ids, such as ``known_trades()``.
        :param consumer: A name under which the store remembers how far each trade was read, as in :meth:`events`. A bot
            wants one: after a restart it goes on where it was. Without a name each trade begins with a snapshot.
        """
        from ._watch import Watch

        return Watch(self._native, trades, consumer)

    def stream_notes(self) -> StreamNotes:
        """Tells when something changes in how this client's trades are followed: trouble, silence, recovery, gaps. For
        logs and alarms; begins with what changes from now on. Sends nothing.

        :raises ClosedError: The client was closed.
        """
        return self._native.stream_notes()

    def wait_for(self, trade_id: str, condition: Callable[[Trade], bool], timeout: float | None = None) -> Trade:
        """Follows a trade until ``condition`` holds for it, and gives it as it stood then. No state between is left
        out. For scripts: it remembers nothing, and what was waited for may be over by the time this returns.

        :param timeout: How many seconds it may take; without it, as long as it takes.
        :raises CallTimeoutError: The time is up.
        :raises ConflictError: The trade ended without it.
        """
        return self._native.wait_for(trade_id, condition, timeout)

    def pending_operations(self) -> list[Operation]:
        """The operations of this account that are under way or whose outcome is unknown, and the claims whose transfer
        hasn't ended; oldest first. Sends nothing.
        """
        return self._native.pending_operations().wait()

    def known_trades(self) -> list[str]:
        """Thread ids of the trades that this account opened or followed and that haven't closed: the API can't list
        them. Sends nothing.
        """
        return self._native.known_trades().wait()

    def recover(self) -> list[Settlement]:
        """Settles every operation that a process left open, by a crash or a lost answer.

        Call it once at the start, before anything is begun. What a living process is at stays untouched. Opening a
        trade is sent again, with the same key and bytes, while the server surely remembers the key; the rest is read
        off the trade and its events. Each settlement says whether it is ``done``, proven ``not_done``, or still
        ``unknown`` and why: then call this again later.
        """
        return self._native.recover().wait()

    def resolve(self, operation: Operation, *, replay: bool = False) -> Settlement:
        """Settles one operation as ``recover`` does: one of ``pending_operations()``, that of an error, or one that
        was kept as JSON.

        :param replay: Sends the opening of a trade again however old it is. Only a person can decide this: a server
            that forgot the key opens a second trade.
        """
        return self._native.resolve(operation, replay).wait()

    def forget(self, operation: str) -> bool:
        """Frees the name of an operation after a person looked at what became of it; true if it was known.

        Only a person can decide this: what was sent under the name may still take effect.

        :raises OperationInProgressError: A call is at it.
        """
        return self._native.forget(operation).wait()

    def close(self) -> None:
        """Waits up to ten seconds for mutations under way, then refuses further calls."""
        self._native.close().wait()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
