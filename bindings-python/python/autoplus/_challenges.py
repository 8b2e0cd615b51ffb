"""Challenges: look at one, then confirm it. The confirmation code stays inside the library."""

from __future__ import annotations

from . import _native
from ._closing import StaysHere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from ._native import BtcFeeOption, FundExecution, Trade
    from ._words import Action, Crypto


class _Action(StaysHere):
    __slots__ = ("_native",)

    def __init__(self, native: _native.ActionChallenge) -> None:
        self._native = native

    @property
    def trade_id(self) -> str:
        """The trade whose funds move."""
        return self._native.trade_id

    @property
    def action(self) -> Action:
        """Release or return."""
        return self._native.action

    @property
    def recipient(self) -> str:
        """Discord user who will get the funds."""
        return self._native.recipient

    @property
    def expires_at(self) -> datetime:
        """When the server stops accepting it."""
        return self._native.expires_at

    def __repr__(self) -> str:
        what = f"{type(self).__name__}(trade_id={self.trade_id!r}, action={self.action!r}"
        return f"{what}, recipient={self.recipient!r}, expires_at={self.expires_at!r}, confirmation_code=***)"


class _Claim(StaysHere):
    __slots__ = ("_native",)

    def __init__(self, native: _native.ClaimChallenge) -> None:
        self._native = native

    @property
    def trade_id(self) -> str:
        """The trade whose funds move."""
        return self._native.trade_id

    @property
    def address(self) -> str:
        """The address, as the server wrote it."""
        return self._native.address

    @property
    def crypto(self) -> Crypto:
        """What will be sent."""
        return self._native.crypto

    @property
    def expires_at(self) -> datetime:
        """When the server stops accepting it."""
        return self._native.expires_at

    @property
    def fee_options(self) -> tuple[BtcFeeOption, ...]:
        """The fees to choose from; empty except for BTC."""
        return self._native.fee_options

    def __repr__(self) -> str:
        what = f"{type(self).__name__}(trade_id={self.trade_id!r}, address={self.address!r}, crypto={self.crypto!r}"
        return f"{what}, expires_at={self.expires_at!r}, fee_options={self.fee_options!r}, confirmation_code=***)"


class ActionChallenge(_Action):
    """Permission to release or return the funds of one trade, to one recipient, once, within a minute."""

    __slots__ = ()

    def confirm(self, *, operation: str | None = None) -> Trade:
        """Moves the funds. Works once.

        :param operation: Your own name for it, by which ``pending_operations`` and ``recover`` tell of it.
        :raises OutcomeUnknownError: Nothing proves whether they moved. Call it again on this same object: identical
            key and bytes go out, so nothing moves twice. After a restart ``recover`` settles it.
        :raises StoreError: It couldn't be written down first, so nothing was sent.
        """
        return self._native.confirm(operation).wait()


class AsyncActionChallenge(_Action):
    """Permission to release or return the funds of one trade, to one recipient, once, within a minute."""

    __slots__ = ()

    async def confirm(self, *, operation: str | None = None) -> Trade:
        """Moves the funds. Works once.

        :param operation: Your own name for it, by which ``pending_operations`` and ``recover`` tell of it.
        :raises OutcomeUnknownError: Nothing proves whether they moved. Call it again on this same object: identical
            key and bytes go out, so nothing moves twice. After a restart ``recover`` settles it.
        :raises StoreError: It couldn't be written down first, so nothing was sent.
        """
        return await self._native.confirm(operation)


class ClaimChallenge(_Claim):
    """Permission to claim funds of one trade to one address, once, within a minute."""

    __slots__ = ()

    def confirm(self, *, fee: BtcFeeOption | None = None, operation: str | None = None) -> FundExecution:
        """Starts the transfer. A BTC claim needs one of ``fee_options``, others take none. Works once.

        :param operation: Your own name for it, by which ``pending_operations`` and ``recover`` tell of it.
        :raises OutcomeUnknownError: Nothing proves whether it started. Call it again on this same object: identical
            key and bytes go out. After a restart ``recover`` settles it.
        :raises StoreError: It couldn't be written down first, so nothing was sent.
        """
        return self._native.confirm(fee, operation).wait()


class AsyncClaimChallenge(_Claim):
    """Permission to claim funds of one trade to one address, once, within a minute."""

    __slots__ = ()

    async def confirm(self, *, fee: BtcFeeOption | None = None, operation: str | None = None) -> FundExecution:
        """Starts the transfer. A BTC claim needs one of ``fee_options``, others take none. Works once.

        :param operation: Your own name for it, by which ``pending_operations`` and ``recover`` tell of it.
        :raises OutcomeUnknownError: Nothing proves whether it started. Call it again on this same object: identical
            key and bytes go out. After a restart ``recover`` settles it.
        :raises StoreError: It couldn't be written down first, so nothing was sent.
        """
        return await self._native.confirm(fee, operation)
