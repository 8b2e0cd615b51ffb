package gg.autoplus.docs

import gg.autoplus.BtcFeeOption
import gg.autoplus.Client
import gg.autoplus.Crypto
import gg.autoplus.EventType
import gg.autoplus.Execution
import gg.autoplus.ExecutionState
import gg.autoplus.InvalidException
import gg.autoplus.NextStep
import gg.autoplus.TradeStatus
import gg.autoplus.checkAddress
import gg.autoplus.testing.Executions
import gg.autoplus.testing.Simulator
import gg.autoplus.testing.Switches
import java.math.BigDecimal

private const val ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
private val DEAREST = BigDecimal(5)

// ANCHOR: fee
private suspend fun Client.claim(id: String) {
    val challenge = requestClaim(trade(id), ADDRESS)
    for (offer in challenge.feeOptions) {
        println("${offer.priority}: ${offer.satPerVbyte.toPlainString()} sat/vB, about ${offer.estimatedCostUsd} USD")
    }
    val fee = fastestBelow(DEAREST, challenge.feeOptions)
    // The fee goes back exactly as it was offered. What was accepted is a receipt, not a transfer.
    val receipt = untilKnown { challenge.confirm(fee, operation = "payout:42") }
    println("accepted: ${receipt.executionId} ${receipt.status}")
}

/** The dearest offer that isn't above the limit; the cheapest if all are. */
private fun fastestBelow(limit: BigDecimal, offers: List<BtcFeeOption>): BtcFeeOption {
    val cheapestFirst = offers.sortedBy { it.satPerVbyte }
    return cheapestFirst.lastOrNull { it.satPerVbyte <= limit } ?: cheapestFirst.first()
}
// ANCHOR_END: fee

// ANCHOR: address

/** Sends nothing. Throws InvalidException if it is no BTC address; warns of what a person should look at. */
private fun lookAt(address: String): String {
    val checked = checkAddress(Crypto.Btc, address)
    for (warning in checked.warnings) println(warning)
    return checked.canonical
}
// ANCHOR_END: address

// ANCHOR: transfer
private suspend fun Client.takePayout(id: String, tellAPerson: (Execution) -> Unit) {
    val events = events(id, consumer = "payout")
    events.collect { event ->
        // nothing moved then: the funds are still in escrow and are claimed again
        event.changes.execution?.takeIf { it.state == ExecutionState.Failed }?.let(tellAPerson)
        if (event.type != EventType.Closed && nextStep(event.trade) is NextStep.Claim) claim(id)
    }
    println("ended: ${events.end}")
}
// ANCHOR_END: transfer

/** A claim in BTC: one of the offered fees goes along, and the transfer is followed to its end. */
suspend fun btc() {
    check(lookAt(ADDRESS.uppercase()) == ADDRESS)
    check(runCatching { lookAt(ADDRESS.replace("w508", "w509")) }.exceptionOrNull() is InvalidException)
    Simulator().use { simulator ->
        val id = simulator.openTrade(TradeStatus.WaitingAddress, crypto = Crypto.Btc, amount = BigDecimal("0.015"))
        simulator.settings(Switches(executions = Executions.Fail))
        var failures = 0
        simulator.client(simulator.receiver).use { client ->
            client.takePayout(id) {
                failures += 1
                simulator.settings(Switches(executions = Executions.Complete))
            }
        }
        check(failures == 1)
        val bodies = simulator.requests().filter { it.path.endsWith("confirm-claim") }.map { it.body.orEmpty() }
        check(bodies.size == 2 && bodies.all { "\"priority\":\"medium\"" in it }) { bodies }
        check(simulator.check().isEmpty())
    }
}
