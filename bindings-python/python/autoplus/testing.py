"""A whole AutoPlus inside the process, to test against: both parties, virtual time, deposits, transfers, faults."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from types import TracebackType
from typing import Any, Literal

from ._closing import StaysHere
from ._native import OpenedTrade, Trade
from ._native import Simulator as NativeSimulator
from ._reading import UTC, load_json

TradeRef = Trade | OpenedTrade | str
"""A trade of the simulator: a snapshot, what opening one gave, or its thread id."""


class ControlError(ValueError):
    """The simulator can't do that; the message says what would be right."""


@dataclass(frozen=True)
class User:
    """An account of the simulator."""

    id: str
    token: str
    """Empty for a bot account, which has none."""

    def __repr__(self) -> str:
        return f"User(id={self.id!r}, token=***)"


@dataclass(frozen=True)
class Request:
    """A request as it reached the simulator."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: str | None
    status: int | None
    """Status of the answer; none if no answer went out."""
    user: str | None


class Simulator(StaysHere):
    """A running simulator; it listens on loopback once this returns and stops with :meth:`close`.

    ``base_url`` is what a client takes. The world has a market (``guild``), and the users ``sender``, ``receiver``,
    ``stranger`` (a member without part in the trades) and ``outsider`` (no member).
    """

    def __init__(self, *, port: int = 0, seed: int = 1, start_time: int | None = None) -> None:
        """
        :param port: 0 takes a free one.
        :param seed: Decides every made-up id, code and address.
        :param start_time: The virtual time at the start, in Unix seconds; otherwise this machine's.
        """
        self._native = NativeSimulator(port, seed, start_time)
        world = self.control({"do": "world"})
        users = {name: User(user["id"], user["token"] or "") for name, user in world["users"].items()}
        self.guild: str = world["guild"]
        self.closed_guild: str = world["closed_guild"]
        """A guild that isn't enabled for the API."""
        self.sender: User = users["sender"]
        self.receiver: User = users["receiver"]
        self.stranger: User = users["stranger"]
        self.outsider: User = users["outsider"]

    @property
    def base_url(self) -> str:
        """What a client takes as its ``base_url``."""
        return self._native.base_url

    def control(self, command: Mapping[str, Any]) -> Any:
        """Any command of the control surface: ``{"do": VERB, …}``."""
        try:
            return load_json(self._native.control(json.dumps(command)))
        except ValueError as error:
            raise ControlError(str(error)) from None

    def _do(self, verb: str, **arguments: Any) -> Any:
        given = {name: value for name, value in arguments.items() if value is not None}
        return self.control({"do": verb, **given})

    def open_trade(
        self,
        *,
        until: str | None = None,
        crypto: str | None = None,
        sender: str | None = None,
        receiver: str | None = None,
        amount: str | None = None,
        sender_terms: str | None = None,
        receiver_terms: str | None = None,
    ) -> OpenedTrade:
        """A trade made in Discord and brought to the status ``until``."""
        opened = self._do(
            "open_trade",
            until=until,
            crypto=crypto,
            sender=sender,
            receiver=receiver,
            amount=amount,
            sender_terms=sender_terms,
            receiver_terms=receiver_terms,
        )
        return OpenedTrade.from_json(json.dumps(opened))

    def act(
        self,
        trade: TradeRef,
        user: str,
        act: str,
        *,
        role: str | None = None,
        text: str | None = None,
        address: str | None = None,
    ) -> None:
        """A participant's move in Discord: ``confirm_terms``, ``release``, ``claim``, …"""
        self._do("act", trade=_id(trade), user=user, act=act, role=role, text=text, address=address)

    def deposit(self, trade: TradeRef, amount: str, *, txid: str | None = None) -> str:
        """Funds arrive at the escrow address; gives the transaction's id."""
        found: str = self._do("deposit", trade=_id(trade), amount=amount, txid=txid)["txid"]
        return found

    def confirm_deposit(self, trade: TradeRef) -> None:
        """All confirmations of the deposit at once."""
        self._do("confirm_deposit", trade=_id(trade))

    def reduce(self, trade: TradeRef, amount: str) -> None:
        """Both agreed in Discord that this part goes back to the sender."""
        self._do("reduce", trade=_id(trade), amount=amount)

    def lock(self, trade: TradeRef, locked: bool = True) -> None:
        """Fund controls lock or unlock."""
        self._do("lock", trade=_id(trade), locked=locked)

    def support(self, trade: TradeRef, open: bool = True) -> None:
        """Support is called or done; fund controls lock with it."""
        self._do("support", trade=_id(trade), open=open)

    def force(self, trade: TradeRef, action: Literal["release", "return"]) -> None:
        """Staff release or return the funds."""
        self._do("force", trade=_id(trade), action=action)

    def execution(
        self,
        trade: TradeRef,
        status: Literal["processing", "completed", "failed"],
        *,
        reason: str | None = None,
    ) -> None:
        """Moves a held transfer on; see ``hold_executions`` of :meth:`settings`."""
        self._do("execution", trade=_id(trade), status=status, reason=reason)

    def close_trade(self, trade: TradeRef, outcome: str | None) -> None:
        """Staff close the trade, with any outcome."""
        self.control({"do": "close", "trade": _id(trade), "outcome": outcome})

    def emit(self, trade: TradeRef, type: str, changes: Any = None) -> int:
        """Appends an event of any type; gives its id."""
        found: int = self._do("emit", trade=_id(trade), type=type, changes=changes)["id"]
        return found

    def happen(self, trade: TradeRef | None = None, *, count: int | None = None) -> list[dict[str, Any]]:
        """As many events (1) on that trade, or each on a random open one; gives ``trade`` and ``id`` of each."""
        found: list[dict[str, Any]] = self._do("happen", trade=trade and _id(trade), count=count)["events"]
        return found

    def expire_history(self, trade: TradeRef | None = None, *, share: float | None = None) -> None:
        """Drops the retained events of that trade, or of a random ``share`` of all."""
        self._do("expire_history", trade=trade and _id(trade), share=share)

    def cut(self, trade: TradeRef | None = None, *, share: float | None = None) -> int:
        """Closes the connections of waiting polls without an answer: of that trade, of a random ``share``, or all."""
        found: int = self._do("cut", trade=trade and _id(trade), share=share)["cut"]
        return found

    def polls(self, trade: TradeRef | None = None, *, clear: bool = False) -> dict[str, Any]:
        """How many ``connections`` are open, how many event polls are ``waiting``, the ``most`` that ever waited at
        once, how many ``came`` and were ``refused``, in all and ``of`` each trade and token.
        """
        found: dict[str, Any] = self._do("polls", trade=trade and _id(trade), clear=clear)
        return found

    def patch(self, trade: TradeRef, raw: Mapping[str, str | None]) -> None:
        """Fields of the trade's JSON go out as these verbatim JSON texts; ``None`` leaves one out."""
        self.control({"do": "patch", "trade": _id(trade), "raw": dict(raw)})

    def answer(
        self,
        on: str,
        status: int,
        body: str,
        *,
        headers: Mapping[str, str | None] | None = None,
        times: int | None = None,
        processed: bool | None = None,
    ) -> None:
        """The next requests ``on``, such as ``"GET /trades/{id}"``, get this answer.

        Nothing is processed, unless ``processed`` says so: then only the true answer is lost.
        """
        self._do("answer", on=on, status=status, body=body, headers=headers, times=times, processed=processed)

    def fault(self, on: str, kind: str, *, times: int | None = None, skip: int | None = None, **details: Any) -> None:
        """After ``skip``, the next requests ``on`` go wrong: ``lost_before`` or ``lost_after`` they took effect,
        ``cut_body``, ``slow`` (``seconds=…``), ``status`` (``status=503``), ``html``, … docs/simulator.md has all.
        """
        self._do("fault", on=on, kind=kind, times=times, skip=skip, **details)

    def calm(self) -> None:
        """Forgets all planned answers and faults."""
        self._do("calm")

    def requests(self, *, clear: bool = False) -> Sequence[Request]:
        """The API requests that came in, in order."""
        names = [field.name for field in fields(Request)]
        return [Request(*map(seen.__getitem__, names)) for seen in self._do("requests", clear=clear)]

    def now(self) -> datetime:
        """The virtual time."""
        return datetime.fromtimestamp(self._do("now")["now"], UTC)

    def advance(self, seconds: float) -> None:
        """Skips virtual time; what is due by then happens."""
        self._do("advance", seconds=seconds)

    def settings(self, **switches: bool | int | str) -> dict[str, Any]:
        """Changes switches, such as ``hold_executions=True``, and gives all of them. docs/simulator.md has them."""
        found: dict[str, Any] = self._do("settings", **switches)
        return found

    def add_user(
        self, *, id: str | None = None, token: str | None = None, bot: bool | None = None, member: bool | None = None
    ) -> User:
        """Another account, or another token for one."""
        user = self._do("add_user", id=id, token=token, bot=bot, member=member)
        return User(user["id"], user["token"] or "")

    def revoke_token(self, token: str) -> None:
        """The token is refused from now on."""
        self._do("revoke_token", token=token)

    def set_crypto(self, crypto: str, enabled: bool) -> None:
        """Whether trades can be created in this crypto."""
        self._do("set_crypto", crypto=crypto, enabled=enabled)

    def inspect(self, trade: TradeRef) -> dict[str, Any]:
        """Everything the simulator knows of the trade."""
        found: dict[str, Any] = self._do("inspect", trade=_id(trade))
        return found

    def trades(self) -> list[dict[str, Any]]:
        """Every trade there is, with what API requests changed in it."""
        found: list[dict[str, Any]] = self._do("trades")
        return found

    def check(self, trade: TradeRef | None = None, *, creates: int | None = None) -> list[dict[str, Any]]:
        """What happened and must never, such as funds that moved twice; empty if all is well.

        :param creates: How many trades were meant to be created through the API.
        """
        found: list[dict[str, Any]] = self._do("check", trade=trade and _id(trade), creates=creates)
        return found

    def close(self) -> None:
        """Stops at once: open connections end."""
        self._native.close()

    def __enter__(self) -> Simulator:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Simulator({self.base_url!r})"


def _id(trade: TradeRef) -> str:
    return trade if isinstance(trade, str) else trade.id
