"""The standard library's http.client, a connection per thread, with msgspec's structs."""

from __future__ import annotations

import http.client
import ssl
import threading
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import uuid4

import driver
import msgspec
from driver import ACTION_URL, CA_FILE, CONFIRM_URL, EVENTS_URL, HEADERS, OPEN_URL, TRADE_URL, URL, obey
from words import Crypto, EventType, TradeStatus


class TermsSide(msgspec.Struct, rename="camel"):
    confirmed: bool
    text: str | None = None
    confirmed_at: datetime | None = None


class TradeTerms(msgspec.Struct, rename="camel"):
    version: str
    sender: TermsSide
    receiver: TermsSide


class Trade(msgspec.Struct, rename="camel"):
    id: str
    trade_id: int
    revision: int
    opened_at: datetime
    crypto: Crypto
    status: TradeStatus
    identification_revision: int
    identification_confirmed_by: list[str]
    sender: str | None = None
    receiver: str | None = None
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


class TradeEvent(msgspec.Struct, rename="camel"):
    id: int
    type: EventType
    occurred_at: datetime
    changes: dict[str, Any]
    trade: Trade


class EventPage(msgspec.Struct, rename="camel"):
    events: list[TradeEvent]
    next_offset: int


class OpenedTrade(msgspec.Struct, rename="camel"):
    id: str
    trade_id: int


class ActionChallenge(msgspec.Struct, rename="camel"):
    action: Literal["release", "return"]
    recipient: str
    confirmation_code: str
    expires_at: datetime


# Not strict, so that a number is a time.
read_trade = msgspec.json.Decoder(Trade, strict=False).decode
read_page = msgspec.json.Decoder(EventPage, strict=False).decode
read_opened = msgspec.json.Decoder(OpenedTrade, strict=False).decode
read_challenge = msgspec.json.Decoder(ActionChallenge, strict=False).decode
write = msgspec.json.Encoder().encode

TRADE_PATH, EVENTS_PATH, OPEN_PATH, ACTION_PATH, CONFIRM_PATH = (
    urlsplit(url).path for url in (TRADE_URL, EVENTS_URL, OPEN_URL, ACTION_URL, CONFIRM_URL)
)
AFTER_FIRST_PATH = f"{EVENTS_PATH}?offset=0"


class HttpClient(threading.local):
    snapshot: Trade

    def __init__(self) -> None:
        url = urlsplit(URL)
        host = url.hostname or ""
        self.connection: http.client.HTTPConnection
        if url.scheme == "https":
            tls = ssl.create_default_context(cafile=CA_FILE)
            self.connection = http.client.HTTPSConnection(host, url.port, context=tls)
        else:
            self.connection = http.client.HTTPConnection(host, url.port)

    def answer(self) -> bytes:
        response = self.connection.getresponse()
        body = response.read()
        if not 200 <= response.status < 300:
            raise RuntimeError(f"HTTP {response.status}")
        return body

    def get(self, path: str) -> bytes:
        self.connection.request("GET", path, headers=HEADERS)
        return self.answer()

    def post(self, path: str, body: object, *, keyed: bool) -> bytes:
        headers = {**HEADERS, "Content-Type": "application/json"}
        if keyed:
            headers["Idempotency-Key"] = uuid4().hex
        self.connection.request("POST", path, write(body), headers)
        return self.answer()

    def trade(self) -> Trade:
        return read_trade(self.get(TRADE_PATH))

    def one(self) -> int:
        self.snapshot = self.trade()
        return driver.read_three(self.snapshot)

    def pay(self) -> int:
        trade = self.snapshot
        opening = {"crypto": trade.crypto, "sender": trade.sender, "receiver": trade.receiver}
        opened = read_opened(self.post(OPEN_PATH, opening, keyed=True))
        challenge = read_challenge(self.post(ACTION_PATH, driver.RELEASE, keyed=False))
        confirmation = {
            "action": challenge.action,
            "recipient": challenge.recipient,
            "confirmationCode": challenge.confirmation_code,
        }
        released = read_trade(self.post(CONFIRM_PATH, confirmation, keyed=True))
        return opened.trade_id + released.revision

    def batch(self) -> int:
        return driver.read_all(read_page(self.get(AFTER_FIRST_PATH)).events)


stack = HttpClient()
obey(stack.one, stack.pay, stack.batch)
