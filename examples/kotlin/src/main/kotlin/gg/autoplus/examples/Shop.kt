package gg.autoplus.examples

import gg.autoplus.ClaimKind
import gg.autoplus.Client
import gg.autoplus.NextStep
import gg.autoplus.StreamEnd
import gg.autoplus.Trade
import kotlinx.coroutines.runBlocking
import kotlin.io.path.Path

/** A shop that sells one order: the receiver. It delivers what was paid in full, and sends back what was not. */
class Shop(
    private val client: Client,
    private val order: Order,
    private val goods: Goods,
    private val payoutAddress: String,
) {
    /** Opens the order's trade; the same one when it is called again, after a restart too: the store knows its name. */
    suspend fun open(guild: String): String {
        val opened =
            untilKnown {
                client.openTrade(
                    guild,
                    crypto = order.crypto,
                    sender = order.buyer,
                    receiver = order.shop,
                    operation = "order:${order.id}",
                )
            }
        println("opened trade ${opened.id} for order ${order.id}")
        return opened.id
    }

    /** Does what is to be done until the trade is over; how it ended. */
    suspend fun serve(tradeId: String): StreamEnd? =
        client.follow(tradeId, consumer = "shop") { trade ->
            when (val step = client.nextStep(trade)) {
                is NextStep.ConfirmIdentification -> client.confirmParties(trade, order)
                is NextStep.Terms -> client.agree(trade, step, order, order.shopTerms)
                is NextStep.MayReturn -> deliverOrReturn(trade)
                is NextStep.Claim -> claim(trade, step.kind)
                else -> refuseSurprises(trade, step)
            }
        }

    /**
     * The money is in escrow. Only a trade that was read just now and is the order in every point is delivered, and only
     * once: the goods are their own record.
     */
    private suspend fun deliverOrReturn(trade: Trade) {
        if (goods.areDelivered) return
        if (!order.fits(trade) || !order.fitsTerms(trade)) {
            throw NeedsAPerson("trade ${trade.id} is paid, but it isn't order ${order.id}")
        }
        val held = "escrow holds ${trade.amount?.toPlainString()} ${trade.crypto}"
        if (trade.covers(order.price, order.crypto)) {
            println("$held: delivering order ${order.id}")
            goods.deliver(order)
            return
        }
        println("$held, not the agreed ${order.price} ${order.crypto}: not delivered")
        val challenge = client.requestReturn(trade)
        println("returning the funds to ${challenge.recipient} (challenge ***)")
        untilKnown { challenge.confirm(operation = "return:${order.id}") }
    }

    private suspend fun claim(trade: Trade, kind: ClaimKind) {
        val challenge = client.requestClaim(trade, payoutAddress)
        println("claiming the ${kind.wire} in ${challenge.crypto} to ${challenge.address} (challenge ***)")
        untilKnown { challenge.confirm(fee = challenge.feeOptions.firstOrNull()) }
    }
}

fun main(args: Array<String>) {
    val arguments = Arguments(args)
    arguments.client("shop").use { client ->
        val order = arguments.order(buyer = arguments["buyer"], shop = arguments.me(client))
        val shop = Shop(client, order, Goods(Path(arguments["deliver-to"])), arguments["payout-address"])
        runBlocking {
            client.settle()
            val trade = arguments.optional("trade") ?: shop.open(arguments["guild"])
            report(shop.serve(trade))
        }
    }
}
