package gg.autoplus.docs

import gg.autoplus.ChangedSinceReviewException
import gg.autoplus.Client
import gg.autoplus.ConflictException
import gg.autoplus.Crypto
import gg.autoplus.EventType
import gg.autoplus.NextStep
import gg.autoplus.NotFoundException
import gg.autoplus.Outcome
import gg.autoplus.StreamEnd
import gg.autoplus.Text
import gg.autoplus.Trade
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import java.math.BigDecimal
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.writeText

private const val PAYOUT_ADDRESS = LTC

/**
 * A shop: the receiver. It opens a trade, agrees, delivers what was paid, returns what wasn't, and claims its payout.
 */
private class Shop(val client: Client, val buyer: String, val order: String, val goods: Path) {
    val price = BigDecimal("0.5")

    // ANCHOR: open

    /** One trade per order, however often this is called: the store knows the name. */
    suspend fun openTrade(guild: String): String =
        untilKnown {
            client.openTrade(
                guild,
                crypto = Crypto.Ltc,
                sender = buyer,
                receiver = client.userId!!,
                operation = "order:$order",
            )
        }.id
    // ANCHOR_END: open

    // ANCHOR: follow
    suspend fun serve(id: String): StreamEnd? {
        val events = client.events(id, consumer = "shop")
        events.collect { event ->
            if (event.type == EventType.Closed) return@collect
            try {
                // An event may be old by the time it is handled: act on what stands now.
                act(client.trade(id))
            } catch (late: ChangedSinceReviewException) {
                println("the other side was faster, the next event tells: ${late.message}")
            } catch (late: ConflictException) {
                println("the other side was faster, the next event tells: ${late.message}")
            } catch (_: NotFoundException) {
                // It closed meanwhile: that event comes next.
            }
        }
        return events.end
    }
    // ANCHOR_END: follow

    // ANCHOR: act
    suspend fun act(trade: Trade) {
        when (val step = client.nextStep(trade)) {
            is NextStep.ConfirmIdentification -> {
                val agreed = trade.sender == buyer && trade.receiver == client.userId && trade.crypto == Crypto.Ltc
                if (agreed) client.confirmIdentification(trade)
            }

            is NextStep.Terms -> {
                if (step.mine != Text(SHOP_TERMS)) {
                    client.setTerms(trade, SHOP_TERMS)
                } else if (!step.confirmedByMe && step.theirs == Text(BUYER_TERMS)) {
                    client.confirmTerms(trade)
                }
            }

            is NextStep.MayReturn -> {
                deliverOrReturn(trade)
            }

            is NextStep.Claim -> {
                val claim = client.requestClaim(trade, PAYOUT_ADDRESS)
                untilKnown { claim.confirm(operation = "payout:$order") }
            }

            else -> {
                Unit
            }
        }
    }
    // ANCHOR_END: act

    // ANCHOR: deliver
    suspend fun deliverOrReturn(trade: Trade) {
        if (wasDelivered()) return // your own record: once per order, never once per event
        if (trade.covers(price, Crypto.Ltc)) return deliver()
        val back = client.requestReturn(trade)
        println("paid ${trade.amount?.toPlainString()}, not $price: back to ${back.recipient}")
        untilKnown { back.confirm(operation = "return:$order") }
    }
    // ANCHOR_END: deliver

    fun wasDelivered() = goods.exists()

    private fun deliver() = goods.writeText("one licence key\n")
}

private suspend fun Simulator.sell(order: String, pays: String, folder: Path): StreamEnd? =
    coroutineScope {
        val (guild, buyer, token, me) = listOf(guild, sender.id, receiver.token!!, receiver.id)
        val store = "sqlite:${folder.resolve("shop.db")}"
        // ANCHOR: start
        Client(token, userId = me, baseUrl = baseUrl, store = store).use { client ->
            for (settlement in client.recover()) {
                println("from an earlier run: ${settlement.operation.name} ${settlement.message}")
            }
            val shop = Shop(client, buyer, order, goods = folder.resolve("goods-$order"))
            val id = shop.openTrade(guild)
            // ANCHOR_END: start
            launch { buy(id, pays, shop::wasDelivered) }
            shop.serve(id)
        }
    }

suspend fun sell() =
    inFolder { folder ->
        Simulator().use { simulator ->
            check(simulator.sell("42", "0.5", folder) == StreamEnd.Closed(Outcome.Released))
            check(simulator.sell("43", "0.4", folder) == StreamEnd.Closed(Outcome.Returned))
            check(folder.resolve("goods-42").exists() && !folder.resolve("goods-43").exists())
            check(simulator.check(creates = 2).isEmpty())
        }
    }
