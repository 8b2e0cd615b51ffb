"""The words that the API's page has."""

from __future__ import annotations

from typing import Literal

Crypto = Literal[
    "ltc",
    "sol",
    "eth",
    "bnb",
    "btc",
    "pol",
    "sol_usdt",
    "sol_usdc",
    "eth_usdt",
    "eth_usdc",
    "bnb_usdt",
    "bnb_usdc",
    "pol_usdt",
    "pol_usdc",
    "pol_usdce",
]
TradeStatus = Literal[
    "waitingIdentification",
    "waitingTermsAcceptance",
    "waitingReceive",
    "waitingConfirmations",
    "waitingAction",
    "waitingReduceAmountAddress",
    "waitingReturnAddress",
    "waitingAddress",
    "completed",
]
EventType = Literal[
    "trade.snapshot",
    "trade.created",
    "trade.identification.updated",
    "trade.terms.updated",
    "trade.status.changed",
    "trade.fund.execution.updated",
    "trade.support.updated",
    "trade.closed",
]
