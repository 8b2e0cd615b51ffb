package gg.autoplus.bench.jackson

import gg.autoplus.bench.see

/** What is read of a trade; gives its revision. */
internal fun read(trade: Trade): Long {
    see(trade.status, trade.amount)
    return trade.revision
}

/** One like this. */
internal fun toOpen(trade: Trade): TradeToOpen =
    TradeToOpen(trade.crypto, checkNotNull(trade.sender), checkNotNull(trade.receiver))

/** Reads every field; gives the page's part of the check. */
internal fun readAll(page: Page): Long = page.events.sumOf(::readAll)

private fun readAll(event: TradeEvent): Long {
    see(event.type, event.occurredAt, event.changes)
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
    see(trade.txid, trade.settlementTxid, trade.fundControlsLocked)
    return trade.revision
}
