"""The API's answers as pydantic models."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from words import Crypto, EventType, TradeStatus


class Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class TermsSide(Model):
    text: str | None = None
    confirmed: bool
    confirmed_at: datetime | None = None


class TradeTerms(Model):
    version: str
    sender: TermsSide
    receiver: TermsSide


class Trade(Model):
    id: str
    trade_id: int
    revision: int
    opened_at: datetime
    crypto: Crypto
    status: TradeStatus
    sender: str | None = None
    receiver: str | None = None
    identification_revision: int
    identification_confirmed_by: list[str]
    terms: TradeTerms | None = None
    address: str | None = None
    fees: Decimal | None = None
    fees_usd: Decimal | None = None
    amount: Decimal | None = None
    amount_usd: Decimal | None = None
    received_at: datetime | None = None
    txid: str | None = None
    settlement_txid: str | None = None
    fund_controls_locked: bool = False


class TradeEvent(Model):
    id: int
    type: EventType
    occurred_at: datetime
    changes: dict[str, Any]
    trade: Trade


class EventPage(Model):
    events: list[TradeEvent]
    next_offset: int


class OpenedTrade(Model):
    id: str
    trade_id: int


class ActionChallenge(Model):
    action: Literal["release", "return"]
    recipient: str
    confirmation_code: str
    expires_at: datetime

    def as_confirmation(self) -> dict[str, str]:
        return {"action": self.action, "recipient": self.recipient, "confirmationCode": self.confirmation_code}


def as_opening(trade: Trade) -> dict[str, str | None]:
    return {"crypto": trade.crypto, "sender": trade.sender, "receiver": trade.receiver}
