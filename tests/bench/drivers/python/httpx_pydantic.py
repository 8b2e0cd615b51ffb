"""httpx with pydantic models."""

from __future__ import annotations

import ssl
from typing import Any
from uuid import uuid4

import driver
import httpx
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
from pydantic_models import ActionChallenge, EventPage, OpenedTrade, Trade, as_opening

LIMITS = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)


class Httpx:
    snapshot: Trade

    def __init__(self) -> None:
        verify = ssl.create_default_context(cafile=CA_FILE) if CA_FILE else True
        self.client = httpx.Client(headers=HEADERS, limits=LIMITS, verify=verify)

    def trade(self) -> Trade:
        return Trade.model_validate_json(self.client.get(TRADE_URL).raise_for_status().content)

    def post(self, url: str, body: dict[str, Any], *, keyed: bool) -> bytes:
        headers = {"Idempotency-Key": uuid4().hex} if keyed else {}
        return self.client.post(url, json=body, headers=headers).raise_for_status().content

    def one(self) -> int:
        self.snapshot = self.trade()
        return driver.read_three(self.snapshot)

    def pay(self) -> int:
        opened = OpenedTrade.model_validate_json(self.post(OPEN_URL, as_opening(self.snapshot), keyed=True))
        challenge = ActionChallenge.model_validate_json(self.post(ACTION_URL, driver.RELEASE, keyed=False))
        released = Trade.model_validate_json(self.post(CONFIRM_URL, challenge.as_confirmation(), keyed=True))
        return opened.trade_id + released.revision

    def batch(self) -> int:
        response = self.client.get(EVENTS_URL, params=AFTER_FIRST).raise_for_status()
        return driver.read_all(EventPage.model_validate_json(response.content).events)


stack = Httpx()
obey(stack.one, stack.pay, stack.batch)
