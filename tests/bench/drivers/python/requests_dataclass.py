"""requests with dataclasses that are filled by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import uuid4

import driver
import requests
from driver import (
    ACTION_URL,
    AFTER_FIRST,
    AT_ONCE,
    CA_FILE,
    CONFIRM_URL,
    EVENTS_URL,
    HEADERS,
    OPEN_URL,
    TRADE_URL,
    obey,
)
from requests.adapters import HTTPAdapter


class TradeStatus(Enum):
    WAITING_IDENTIFICATION = "waitingIdentification"
    WAITING_TERMS_ACCEPTANCE = "waitingTermsAcceptance"
    WAITING_RECEIVE = "waitingReceive"
    WAITING_CONFIRMATIONS = "waitingConfirmations"
    WAITING_ACTION = "waitingAction"
    WAITING_REDUCE_AMOUNT_ADDRESS = "waitingReduceAmountAddress"
    WAITING_RETURN_ADDRESS = "waitingReturnAddress"
    WAITING_ADDRESS = "waitingAddress"
    COMPLETED = "completed"


@dataclass
class TermsSide:
    text: str | None
    confirmed: bool
    confirmed_at: datetime | None


@dataclass
class TradeTerms:
    version: str
    sender: TermsSide
    receiver: TermsSide


@dataclass
class Trade:
    id: str
    trade_id: int
    revision: int
    opened_at: datetime
    crypto: str
    status: TradeStatus
    sender: str | None
    receiver: str | None
    identification_revision: int
    identification_confirmed_by: list[str]
    terms: TradeTerms | None
    address: str | None
    fees: Decimal | None
    fees_usd: Decimal | None
    amount: Decimal | None
    amount_usd: Decimal | None
    received_at: datetime | None
    txid: str | None
    settlement_txid: str | None
    fund_controls_locked: bool


@dataclass
class TradeEvent:
    id: int
    type: str
    occurred_at: datetime
    changes: dict[str, Any]
    trade: Trade


def moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)


def number(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def as_side(data: dict[str, Any]) -> TermsSide:
    return TermsSide(
        text=data.get("text"),
        confirmed=data["confirmed"],
        confirmed_at=moment(data.get("confirmedAt")),
    )


def as_terms(data: dict[str, Any]) -> TradeTerms:
    return TradeTerms(data["version"], as_side(data["sender"]), as_side(data["receiver"]))


def as_trade(data: dict[str, Any]) -> Trade:
    return Trade(
        id=data["id"],
        trade_id=data["tradeId"],
        revision=data["revision"],
        opened_at=datetime.fromtimestamp(data["openedAt"], timezone.utc),
        crypto=data["crypto"],
        status=TradeStatus(data["status"]),
        sender=data.get("sender"),
        receiver=data.get("receiver"),
        identification_revision=data["identificationRevision"],
        identification_confirmed_by=data["identificationConfirmedBy"],
        terms=as_terms(data["terms"]) if "terms" in data else None,
        address=data.get("address"),
        fees=number(data.get("fees")),
        fees_usd=number(data.get("feesUsd")),
        amount=number(data.get("amount")),
        amount_usd=number(data.get("amountUsd")),
        received_at=moment(data.get("receivedAt")),
        txid=data.get("txid"),
        settlement_txid=data.get("settlementTxid"),
        fund_controls_locked=data.get("fundControlsLocked", False),
    )


def as_event(data: dict[str, Any]) -> TradeEvent:
    return TradeEvent(
        id=data["id"],
        type=data["type"],
        occurred_at=datetime.fromtimestamp(data["occurredAt"], timezone.utc),
        changes=data["changes"],
        trade=as_trade(data["trade"]),
    )


class Requests:
    snapshot: Trade

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.headers.update(HEADERS)
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=AT_ONCE)
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)
        if CA_FILE:
            self.session.verify = CA_FILE

    def get(self, url: str, params: dict[str, str] | None = None) -> Any:
        response = self.session.get(url, params=params)
        response.raise_for_status()
        return response.json(parse_float=Decimal)

    def post(self, url: str, body: dict[str, Any], *, keyed: bool) -> Any:
        headers = {"Idempotency-Key": uuid4().hex} if keyed else {}
        response = self.session.post(url, json=body, headers=headers)
        response.raise_for_status()
        return response.json(parse_float=Decimal)

    def trade(self) -> Trade:
        return as_trade(self.get(TRADE_URL))

    def one(self) -> int:
        self.snapshot = self.trade()
        return driver.read_three(self.snapshot)

    def pay(self) -> int:
        trade = self.snapshot
        opening = {"crypto": trade.crypto, "sender": trade.sender, "receiver": trade.receiver}
        opened = self.post(OPEN_URL, opening, keyed=True)
        challenge = self.post(ACTION_URL, driver.RELEASE, keyed=False)
        confirmation = {name: challenge[name] for name in ("action", "recipient", "confirmationCode")}
        released = as_trade(self.post(CONFIRM_URL, confirmation, keyed=True))
        number: int = opened["tradeId"]
        return number + released.revision

    def batch(self) -> int:
        return driver.read_all([as_event(event) for event in self.get(EVENTS_URL, AFTER_FIRST)["events"]])


stack = Requests()
obey(stack.one, stack.pay, stack.batch)
