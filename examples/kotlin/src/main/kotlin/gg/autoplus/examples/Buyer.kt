package gg.autoplus.examples

import gg.autoplus.ChangedSinceReviewException
import gg.autoplus.Client
import gg.autoplus.NextStep
import gg.autoplus.NotFoundException
import gg.autoplus.Priority
import gg.autoplus.StreamEnd
import gg.autoplus.Text
import gg.autoplus.Trade
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import java.math.BigDecimal
import kotlin.io.path.Path
import kotlin.io.path.exists
import kotlin.time.Duration.Companion.milliseconds

/** A buyer of one order: pays once, and releases the money once the goods came. */
class Buyer(
    private val client: Client,
    private val order: Order,
    private val journal: Journal,
    private val refundAddress: String,
    private val pay: suspend (trade: String, address: String) -> Unit,
    /** Comes back when the goods are there and were looked at. */
    private val goods: suspend () -> Unit,
) {
    private var release: Job? = null

    /** Does what is to be done until the trade is over; how it ended. */
    suspend fun buy(tradeId: String): StreamEnd? =
        coroutineScope {
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
            release?.cancel()
            events.end
        }

    private suspend fun CoroutineScope.act(trade: Trade) {
        when (val step = client.nextStep(trade)) {
            is NextStep.ConfirmIdentification -> {
                if (!order.fits(trade)) throw NeedsAPerson("trade ${trade.id} isn't about order ${order.id}")
                client.confirmIdentification(trade)
            }

            is NextStep.Terms -> {
                agree(trade, step)
            }

            is NextStep.Deposit -> {
                payOnce(trade, step)
            }

            is NextStep.MayRelease -> {
                if (release == null) release = launch { releaseAfterDelivery(trade) }
            }

            is NextStep.Claim -> {
                refund(trade)
            }

            is NextStep.Unknown -> {
                throw NeedsAPerson("trade ${trade.id} is at the unknown status ${step.status}")
            }

            is NextStep.ChooseRole -> {
                throw NeedsAPerson("somebody reset the roles of trade ${trade.id}")
            }

            else -> {
                Unit
            } // It is the shop's turn, or the network's.
        }
    }

    private suspend fun agree(trade: Trade, terms: NextStep.Terms) {
        when {
            terms.mine != Text(order.buyerTerms) -> client.setTerms(trade, order.buyerTerms)

            terms.theirs == null -> Unit

            // The shop's own are to come.
            !order.fitsTerms(trade) -> throw NeedsAPerson("the shop's terms aren't those of order ${order.id}")

            !terms.confirmedByMe -> client.confirmTerms(trade)
        }
    }

    /** The trade asks for money as long as none arrived; the journal knows whether it was sent. */
    private suspend fun payOnce(trade: Trade, deposit: NextStep.Deposit) {
        check(order.fits(trade) && order.fitsTerms(trade)) { "trade ${trade.id} isn't order ${order.id}" }
        if (journal.firstTime("paid ${order.id}")) pay(trade.id, deposit.address)
    }

    private suspend fun releaseAfterDelivery(trade: Trade) {
        goods()
        val challenge = client.requestRelease(trade)
        check(challenge.recipient == order.shop) { "the money would go to ${challenge.recipient}" }
        challenge.confirm(operation = "release:${order.id}")
    }

    private suspend fun refund(trade: Trade) {
        val challenge = client.requestClaim(trade, refundAddress)
        challenge.confirm(fee = challenge.feeOptions.find { it.priority == Priority.Medium })
    }
}

fun main(args: Array<String>) {
    val arguments = Arguments(args)
    val order = arguments.order()
    val amount = arguments.optional("pay")?.let(::BigDecimal) ?: order.price
    Client.fromEnv().use { client ->
        val buyer =
            Buyer(
                client = client,
                order = order,
                journal = Journal(Path(arguments["journal"])),
                refundAddress = arguments["address"],
                pay = { trade, address -> payInTheSimulator(trade, address, amount) },
                goods = { while (!Path(arguments["goods"]).exists()) delay(100.milliseconds) },
            )
        runBlocking { println("ended: ${buyer.buy(arguments["trade"])}") }
    }
}
