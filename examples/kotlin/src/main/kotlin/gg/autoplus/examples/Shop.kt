package gg.autoplus.examples

import gg.autoplus.ChangedSinceReviewException
import gg.autoplus.ClaimKind
import gg.autoplus.Client
import gg.autoplus.NextStep
import gg.autoplus.NotFoundException
import gg.autoplus.Priority
import gg.autoplus.StreamEnd
import gg.autoplus.Text
import gg.autoplus.Trade
import kotlinx.coroutines.runBlocking
import kotlin.io.path.Path
import kotlin.io.path.writeText

/** A shop that sells one order: it delivers what was paid in full, and sends back what was not. */
class Shop(
    private val client: Client,
    private val order: Order,
    private val journal: Journal,
    private val payoutAddress: String,
    private val deliver: suspend () -> Unit,
) {
    /** Opens the order's trade, and the same one when it is called again. */
    suspend fun open(guild: String): String =
        client
            .openTrade(
                guild = guild,
                crypto = order.crypto,
                sender = order.buyer,
                receiver = order.shop,
                operation = "order:${order.id}",
            ).id

    /** Does what is to be done until the trade is over; how it ended. */
    suspend fun serve(tradeId: String): StreamEnd? {
        val events = client.events(tradeId)
        events.collect {
            // An event says that something happened; what stands now is read.
            try {
                act(client.trade(tradeId))
            } catch (_: ChangedSinceReviewException) {
                // Somebody was faster: their event comes next, and is looked at then.
            } catch (_: NotFoundException) {
                // It closed meanwhile: the last event comes next.
            }
        }
        return events.end
    }

    private suspend fun act(trade: Trade) {
        when (val step = client.nextStep(trade)) {
            is NextStep.ConfirmIdentification -> {
                if (!order.fits(trade)) throw NeedsAPerson("trade ${trade.id} isn't about order ${order.id}")
                client.confirmIdentification(trade)
            }

            is NextStep.Terms -> {
                agree(trade, step)
            }

            is NextStep.MayReturn -> {
                deliverOrReturn(trade)
            }

            is NextStep.Claim -> {
                claim(trade, step.kind)
            }

            is NextStep.Unknown -> {
                throw NeedsAPerson("trade ${trade.id} is at the unknown status ${step.status}")
            }

            is NextStep.ChooseRole -> {
                throw NeedsAPerson("somebody reset the roles of trade ${trade.id}")
            }

            else -> {
                Unit
            } // It is the buyer's turn, or the network's.
        }
    }

    private suspend fun agree(trade: Trade, terms: NextStep.Terms) {
        when {
            terms.mine != Text(order.shopTerms) -> client.setTerms(trade, order.shopTerms)

            terms.theirs == null -> Unit

            // The buyer's own are to come.
            !order.fitsTerms(trade) -> throw NeedsAPerson("the buyer's terms aren't those of order ${order.id}")

            !terms.confirmedByMe -> client.confirmTerms(trade)
        }
    }

    /** The money is in escrow. Only a trade that is the order in every point is delivered. */
    private suspend fun deliverOrReturn(trade: Trade) {
        if (!order.fits(trade) || !order.fitsTerms(trade)) {
            throw NeedsAPerson("trade ${trade.id} is paid, but it isn't order ${order.id}")
        }
        if (trade.covers(order.price, order.crypto)) {
            if (journal.firstTime("delivered ${order.id}")) deliver()
            return
        }
        println("${trade.amount} ${trade.crypto} instead of ${order.price} ${order.crypto}: not delivered, sent back")
        val challenge = client.requestReturn(trade)
        check(challenge.recipient == order.buyer) { "the money would go to ${challenge.recipient}" }
        challenge.confirm(operation = "return:${order.id}")
    }

    private suspend fun claim(trade: Trade, kind: ClaimKind) {
        check(kind == ClaimKind.Payout) { "a shop claims payouts alone, not a $kind" }
        val challenge = client.requestClaim(trade, payoutAddress)
        challenge.confirm(fee = challenge.feeOptions.find { it.priority == Priority.Medium })
    }
}

fun main(args: Array<String>) {
    val arguments = Arguments(args)
    val order = arguments.order()
    Client.fromEnv().use { client ->
        val shop =
            Shop(client, order, Journal(Path(arguments["journal"])), arguments["address"]) {
                Path(arguments["goods"]).writeText("the goods of order ${order.id}\n")
                println("delivered order ${order.id}")
            }
        runBlocking {
            val trade = arguments.optional("trade") ?: shop.open(arguments["guild"])
            println("trade $trade")
            println("ended: ${shop.serve(trade)}")
        }
    }
}
