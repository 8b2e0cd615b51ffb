package gg.autoplus.bench

import gg.autoplus.Trade
import gg.autoplus.TradeEvent

/** What is read of a trade; gives its revision. */
internal fun read(trade: Trade): Long {
    see(trade.status, trade.amount)
    return trade.revision
}

/** Sender and receiver, whom a trade has that holds funds. */
internal fun participants(trade: Trade): Pair<String, String> =
    checkNotNull(trade.sender) to checkNotNull(trade.receiver)

/** Reads every field; gives the event's part of the check. */
internal fun readAll(event: TradeEvent): Long {
    see(event.type, event.occurredAt, event.gap, event.offset, event.extra)
    val changes = event.changes
    see(changes.rawJson, changes.outcome, changes.execution)
    return event.id + readAll(event.trade)
}

private fun readAll(trade: Trade): Long {
    see(trade.id, trade.tradeId, trade.openedAt, trade.crypto, trade.status, trade.sender, trade.receiver)
    see(trade.identificationRevision, trade.identificationConfirmedBy)
    trade.terms?.let { terms ->
        see(terms.version, terms.sender.text, terms.sender.confirmed, terms.sender.confirmedAt)
        see(terms.receiver.text, terms.receiver.confirmed, terms.receiver.confirmedAt)
    }
    see(trade.address, trade.fees, trade.feesUsd, trade.amount, trade.amountUsd, trade.receivedAt)
    see(trade.txid, trade.settlementTxid, trade.fundControlsLocked, trade.extra)
    return trade.revision
}
