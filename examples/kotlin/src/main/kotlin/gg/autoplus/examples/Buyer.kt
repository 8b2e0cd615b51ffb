package gg.autoplus.examples

import gg.autoplus.ClaimKind
import gg.autoplus.Client
import gg.autoplus.NextStep
import gg.autoplus.StreamEnd
import gg.autoplus.Trade
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlin.io.path.Path

/** A buyer of one order: the sender. It pays once by its own record, and releases the money once the goods are there. */
class Buyer(
    private val client: Client,
    private val order: Order,
    private val payments: Payments,
    private val goods: Goods,
    private val returnAddress: String,
) {
    /** Does what is to be done until the trade is over; how it ended. */
    suspend fun buy(tradeId: String): StreamEnd? =
        coroutineScope {
            var release: Job? = null
            val end =
                client.follow(tradeId, consumer = "buyer") { trade ->
                    when (val step = client.nextStep(trade)) {
                        is NextStep.ConfirmIdentification -> client.confirmParties(trade, order)
                        is NextStep.Terms -> client.agree(trade, step, order, order.buyerTerms)
                        is NextStep.Deposit -> pay(trade, step)
                        is NextStep.MayRelease -> if (release?.isActive != true) release = launch { await(tradeId) }
                        is NextStep.Claim -> claim(trade, step.kind)
                        else -> refuseSurprises(trade, step)
                    }
                }
            release?.cancel()
            end
        }

    /** The trade asks for money as long as none arrived; the buyer's own record knows whether it was sent. */
    private suspend fun pay(trade: Trade, deposit: NextStep.Deposit) {
        if (!order.fits(trade) || !order.fitsTerms(trade)) {
            throw NeedsAPerson("trade ${trade.id} wants money, but it isn't order ${order.id}")
        }
        payments.payOnce(order, trade.id, deposit.address)
    }

    /** Releases once the goods are there: what counts is the trade as it stands then. */
    private suspend fun await(tradeId: String) {
        goods.await()
        unlessFaster {
            val trade = client.trade(tradeId)
            if (client.nextStep(trade) is NextStep.MayRelease) release(trade)
        }
    }

    private suspend fun release(trade: Trade) {
        if (!order.fits(trade)) throw NeedsAPerson("trade ${trade.id} isn't order ${order.id} any more")
        val challenge = client.requestRelease(trade)
        println("the goods are here: releasing the funds to ${challenge.recipient} (challenge ***)")
        untilKnown { challenge.confirm(operation = "release:${order.id}") }
    }

    private suspend fun claim(trade: Trade, kind: ClaimKind) {
        val challenge = client.requestClaim(trade, returnAddress)
        println("claiming the ${kind.wire} in ${challenge.crypto} to ${challenge.address} (challenge ***)")
        untilKnown { challenge.confirm(fee = challenge.feeOptions.firstOrNull()) }
    }
}

fun main(args: Array<String>) {
    val arguments = Arguments(args)
    arguments.client("buyer").use { client ->
        val order = arguments.order(buyer = arguments.me(client), shop = arguments["shop"])
        val amount = arguments.optional("pay")?.toBigDecimal() ?: order.price
        val payments = Payments(Path(arguments["record"]), amount, System.getenv("AUTOPLUS_BASE_URL"))
        val buyer = Buyer(client, order, payments, Goods(Path(arguments["goods"])), arguments["return-address"])
        runBlocking {
            client.settle()
            report(buyer.buy(arguments["trade"]))
        }
    }
}
