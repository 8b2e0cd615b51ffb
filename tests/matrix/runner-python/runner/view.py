"""Canonical views, built from the package's public properties alone."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import autoplus
from autoplus import steps

Made = dict[str, Any]


def made(**fields: Any) -> Made:
    """Names in the API's case; values as the format writes them; what is ``None`` is left out."""
    found: Made = {}
    for name, value in fields.items():
        name = re.sub("_([a-z])", lambda letter: letter[1].upper(), name.rstrip("_"))
        if value is not None:
            found[name] = plain(value)
        if is_word(value) and not value.is_known:
            found[f"{name}Known"] = False
    return found


def is_word(value: Any) -> bool:
    return isinstance(value, str) and hasattr(value, "is_known")


def plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


def open_json(value: Any) -> Any:
    """JSON of any shape, numbers as plain decimal text."""
    if isinstance(value, dict):
        return {name: open_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [open_json(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    return format(Decimal(value), "f") if isinstance(value, (int, Decimal)) else value


def extra(fields: dict[str, Any]) -> Any:
    return open_json(fields) if fields else None


def shown(text: str | None) -> str | None:
    return None if text is None else re.sub("[\ud800-\udfff]", "\ufffd", text)


def server(server: autoplus.Server) -> Made:
    return made(id=server.id, name=server.name, icon=server.icon, extra=extra(server.extra))


def stats(stats: autoplus.Stats) -> Made:
    return made(
        trades=stats.trades,
        volume=stats.volume,
        canceled_trades=stats.canceled_trades,
        canceled_volume=stats.canceled_volume,
        trades24h=stats.trades24h,
        volume24h=stats.volume24h,
        extra=extra(stats.extra),
    )


def transaction(transaction: autoplus.Transaction) -> Made:
    return made(
        crypto=transaction.crypto,
        amount=transaction.amount,
        amount_usd=transaction.amount_usd,
        txid=transaction.txid,
        txid2=transaction.txid2,
        received_at=transaction.received_at,
        closed_at=transaction.closed_at,
        extra=extra(transaction.extra),
    )


def opened(opened: autoplus.OpenedTrade) -> Made:
    return made(id=opened.id, trade_id=opened.trade_id, extra=extra(opened.extra))


def trade(trade: autoplus.Trade) -> Made:
    return made(
        id=trade.id,
        trade_id=trade.trade_id,
        revision=trade.revision,
        opened_at=trade.opened_at,
        crypto=trade.crypto,
        status=trade.status,
        sender=trade.sender,
        receiver=trade.receiver,
        identification_revision=trade.identification_revision,
        identification_confirmed_by=trade.identification_confirmed_by,
        terms=trade.terms and terms(trade.terms),
        address=trade.address,
        fees=trade.fees,
        fees_usd=trade.fees_usd,
        amount=trade.amount,
        amount_usd=trade.amount_usd,
        received_at=trade.received_at,
        txid=trade.txid,
        settlement_txid=trade.settlement_txid,
        fund_controls_locked=trade.fund_controls_locked,
        extra=extra(trade.extra),
    )


def terms(terms: autoplus.TradeTerms) -> Made:
    return made(
        version=terms.version, sender=side(terms.sender), receiver=side(terms.receiver), extra=extra(terms.extra)
    )


def side(side: autoplus.TermsSide) -> Made:
    return made(
        text=shown(side.text),
        text_exact=None if shown(side.text) == side.text else False,
        confirmed=side.confirmed,
        confirmed_at=side.confirmed_at,
        extra=extra(side.extra),
    )


def action(challenge: autoplus.ActionChallenge) -> Made:
    return made(
        trade_id=challenge.trade_id,
        action=challenge.action,
        recipient=challenge.recipient,
        expires_at=challenge.expires_at,
    )


def claim(challenge: autoplus.ClaimChallenge) -> Made:
    found = made(
        trade_id=challenge.trade_id,
        address=challenge.address,
        crypto=challenge.crypto,
        expires_at=challenge.expires_at,
    )
    found["feeOptions"] = [
        made(
            priority=option.priority,
            sat_per_vbyte=option.sat_per_vbyte,
            estimated_cost_usd=option.estimated_cost_usd,
            extra=extra(option.extra),
        )
        for option in challenge.fee_options
    ]
    return found


def receipt(receipt: autoplus.FundExecution) -> Made:
    return made(execution_id=receipt.execution_id, status=receipt.status, extra=extra(receipt.extra))


def operation(operation: autoplus.Operation) -> Made:
    return made(
        name=operation.name,
        kind=operation.kind,
        trade_id=operation.trade_id,
        state=operation.state,
        values=dict(operation.values),
        idempotency_key=operation.idempotency_key,
        body=operation.body,
    )


def settlement(settlement: autoplus.Settlement) -> Made:
    return made(
        operation=operation(settlement.operation),
        verdict=settlement.verdict,
        by=settlement.by,
        opened=settlement.opened and opened(settlement.opened),
        trade=settlement.trade and trade(settlement.trade),
        execution=settlement.execution and receipt(settlement.execution),
        message=settlement.message,
    )


def event(event: autoplus.TradeEvent) -> Made:
    execution, gap = event.changes.execution, event.gap
    return made(
        id=event.id,
        type=event.type,
        occurred_at=event.occurred_at,
        offset=event.offset,
        trade=trade(event.trade),
        outcome=event.changes.outcome,
        execution=execution and made(id=execution.id, state=execution.state, reason=execution.reason),
        gap=gap and made(fields=gap.fields, last_known=gap.last_known and trade(gap.last_known)),
        extra=extra(event.extra),
    )


def next_step(step: autoplus.NextStep) -> Made:
    name = type(step).__name__
    name = name[0].lower() + name[1:]
    match step:
        case steps.ChooseRole(free=free):
            return made(step=name, free=free)
        case steps.Terms(mine=mine, theirs=theirs, confirmed_by_me=by_me, confirmed_by_them=by_them):
            return made(
                step=name,
                mine=shown(mine),
                theirs=shown(theirs),
                confirmed_by_me=by_me,
                confirmed_by_them=by_them,
            )
        case steps.Deposit(address=address, crypto=crypto):
            return made(step=name, address=address, crypto=crypto)
        case steps.Claim(kind=kind):
            return made(step=name, kind=kind)
        case steps.Closed(outcome=outcome):
            return made(step=name, outcome=outcome)
        case steps.Unknown(status=status):
            return made(step=name, status=status)
        case _:
            return made(step=name)


def error(error: autoplus.AutoPlusError) -> Made:
    change = None
    if isinstance(error, autoplus.ChangedSinceReviewError):
        change = made(
            fields=error.fields,
            landed=error.landed,
            reviewed=trade(error.reviewed),
            current=trade(error.current),
        )
    return made(
        kind=error.kind,
        code=error.code,
        status=error.status,
        request_id=error.request_id,
        details=open_json(error.details),
        retry_after=None if error.retry_after is None else int(error.retry_after),
        operation=error.operation and operation(error.operation),
        change=change,
        message=str(error),
    )
