"""What both clients share: how one is set up, and what needs no waiting."""

from __future__ import annotations

import atexit
import os

from ._closing import StaysHere
from ._native import Client as NativeClient
from ._native import Trade, after_fork, before_fork, close_all, end_threads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from ._values import FollowedTrade, StreamStats, Timeouts
    from .steps import NextStep

    Self = TypeVar("Self", bound="ClientBase")
    PathLike = os.PathLike[str]


class ClientBase(StaysHere):
    """The AutoPlus API for one account. Can be shared by threads and tasks."""

    def __init__(
        self,
        token: str | None = None,
        *,
        user_id: str | None = None,
        base_url: str | None = None,
        proxy: str | None = None,
        ca_file: str | PathLike | None = None,
        store: str | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        """Without a token only ``servers``, ``stats`` and ``transactions`` work.

        :param user_id: The Discord user that the token belongs to. The API can't tell; ``next_step`` and settling a
            lost answer by reading need it.
        :param base_url: Where the API is, version included. Plain ``http`` only on loopback.
        :param proxy: A proxy for all requests, as a URL. Without it the environment's proxies count.
        :param ca_file: A PEM file with certificate authorities to trust besides the built-in and the system's.
        :param store: Where operations are kept, which is what makes a name, and a call whose answer was lost, outlast
            this client: ``memory``, which ends with it, or ``sqlite:PATH``, a file that survives a crash and that
            the processes of one machine may share. Memory unless told. Whoever moves money passes ``sqlite:…`` and
            calls ``recover()`` at the start. The file is made if it isn't there, for its owner alone; while it is in
            use, files named after it lie beside it. It holds neither the token nor a confirmation code.
        :raises StoreError: The file can't be used; the message says why and what to do. It is left as it is.
        """
        self._set_up(False, token, user_id, base_url, proxy, ca_file, store, timeouts)

    @classmethod
    def from_env(
        cls: type[Self],
        *,
        token: str | None = None,
        user_id: str | None = None,
        base_url: str | None = None,
        proxy: str | None = None,
        ca_file: str | PathLike | None = None,
        store: str | None = None,
        timeouts: Timeouts | None = None,
    ) -> Self:
        """A client set up by the environment; what is given here counts more.

        Read are ``AUTOPLUS_TOKEN``, ``AUTOPLUS_USER_ID``, ``AUTOPLUS_BASE_URL``, ``AUTOPLUS_PROXY``,
        ``AUTOPLUS_CA_FILE`` and ``AUTOPLUS_STORE``.
        """
        client = cls.__new__(cls)
        client._set_up(True, token, user_id, base_url, proxy, ca_file, store, timeouts)
        return client

    def _set_up(
        self,
        environment: bool,
        token: str | None,
        user_id: str | None,
        base_url: str | None,
        proxy: str | None,
        ca_file: str | PathLike | None,
        store: str | None,
        timeouts: Timeouts | None,
    ) -> None:
        limits = None if timeouts is None else _seconds(timeouts)
        self._native = NativeClient(environment, token, user_id, base_url, proxy, ca_file, store, limits)

    @property
    def user_id(self) -> str | None:
        """The Discord user that this client acts for, if it was told."""
        return self._native.user_id

    def set_token(self, token: str) -> None:
        """Goes on under another token of the same user. Calls under way keep the old one."""
        self._native.set_token(token)

    def next_step(self, trade: Trade) -> NextStep:
        """What this account can do now, as one of the classes of :mod:`autoplus.steps`. Sends nothing.

        Needs ``user_id``.
        """
        return self._native.next_step(trade)

    def stream_stats(self) -> StreamStats:
        """What this client's streams are doing, in numbers. Sends nothing."""
        return self._native.stream_stats()

    def followed_trades(self) -> list[FollowedTrade]:
        """How following each trade goes, by thread id. Sends nothing."""
        return self._native.followed_trades()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(user_id={self.user_id!r}, token=***)"


def _seconds(timeouts: Timeouts) -> tuple[float, ...]:
    from ._values import Timeouts

    if not isinstance(timeouts, Timeouts):
        raise TypeError(f"timeouts: expected Timeouts and got {type(timeouts).__name__}")
    return timeouts.connect, timeouts.attempt, timeouts.call, timeouts.poll, timeouts.poll_grace


@atexit.register
def _close_all() -> None:
    """Mutations under way may finish before the process ends."""
    try:
        close_all().wait()
    finally:
        end_threads()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=before_fork, after_in_parent=after_fork, after_in_child=after_fork)
