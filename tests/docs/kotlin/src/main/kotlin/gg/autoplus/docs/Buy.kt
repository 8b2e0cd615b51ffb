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
import gg.autoplus.TradeStatus
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import java.math.BigDecimal
import java.nio.file.FileAlreadyExistsException
import java.nio.file.Path
import java.nio.file.StandardOpenOption.CREATE_NEW
import java.nio.file.StandardOpenOption.DSYNC
import java.nio.file.StandardOpenOption.WRITE
import kotlin.io.path.exists
import kotlin.io.path.writeText

private const val RETURN_ADDRESS = LTC
private val PRICE = BigDecimal("0.5")

/** A buyer: the sender. It compares before it confirms, pays once, releases for goods, and takes back what is returned. */
private class Buyer(
    val simulator: Simulator,
    val client: Client,
    val shop: String,
    val order: String,
    val folder: Path,
) {
    // ANCHOR: act
    suspend fun act(trade: Trade) {
        when (val step = client.nextStep(trade)) {
            is NextStep.ConfirmIdentification -> {
                val agreed = trade.sender == client.userId && trade.receiver == shop && trade.crypto == Crypto.Ltc
                if (agreed) client.confirmIdentification(trade)
            }

            is NextStep.Terms -> {
                if (step.mine != Text(BUYER_TERMS)) {
                    client.setTerms(trade, BUYER_TERMS)
                } else if (!step.confirmedByMe && step.theirs == Text(SHOP_TERMS)) {
                    client.confirmTerms(trade)
                }
            }

            is NextStep.Deposit -> {
                payOnce(trade, step.address)
            }

            is NextStep.MayRelease -> {
                if (!goodsAreHere()) return
                val release = client.requestRelease(trade)
                untilKnown { release.confirm(operation = "release:$order") }
            }

            // a return, or the part of a reduction: it comes back to this account
            is NextStep.Claim -> {
                val claim = client.requestClaim(trade, RETURN_ADDRESS)
                println("the ${step.kind.wire} goes to ${claim.address}")
                untilKnown { claim.confirm(operation = "${step.kind.wire}:$order") }
            }

            else -> {
                Unit
            }
        }
    }
    // ANCHOR_END: act

    // ANCHOR: pay

    /** The note is on the disk before the money goes. After a crash in between a person looks; nobody pays twice. */
    fun payOnce(trade: Trade, address: String) {
        if (trade.terms?.receiver?.text != Text(SHOP_TERMS)) return
        val note = "${PRICE.toPlainString()} ${trade.crypto} to $address\n"
        try {
            folder.resolve("paid-$order").writeText(note, options = arrayOf(CREATE_NEW, WRITE, DSYNC))
        } catch (_: FileAlreadyExistsException) {
            return
        }
        payFromWallet(trade, address, PRICE)
    }
    // ANCHOR_END: pay

    @Suppress("UNUSED_PARAMETER")
    private fun payFromWallet(trade: Trade, address: String, amount: BigDecimal) {
        simulator.deposit(trade.id, amount)
        simulator.confirmDeposit(trade.id)
    }

    private fun goodsAreHere() = folder.resolve("goods-$order").exists()

    suspend fun follow(id: String): StreamEnd? {
        val events = client.events(id, consumer = "buyer")
        events.collect { event ->
            if (event.type == EventType.Closed) return@collect
            try {
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
}

/** The shop: delivers and takes its payout, or returns the funds. */
private suspend fun Simulator.sell(id: String, delivers: Path?) {
    client(receiver).use { shop ->
        shop.agree(id, SHOP_TERMS, BUYER_TERMS)
        val paid = shop.wait(id) { it.status == TradeStatus.WaitingAction }
        if (delivers == null) {
            shop.requestReturn(paid).confirm()
            return
        }
        delivers.writeText("one licence key\n")
        emit(id, "trade.updated") // somebody writes in the thread; the buyer looks again
        shop.requestClaim(shop.wait(id) { it.status == TradeStatus.WaitingAddress }, LTC).confirm()
    }
}

private suspend fun Simulator.purchase(order: String, delivers: Boolean, folder: Path): StreamEnd? =
    coroutineScope {
        val id = openTrade()
        client(sender, folder.resolve("buyer.db")).use { client ->
            launch { sell(id, folder.resolve("goods-$order").takeIf { delivers }) }
            Buyer(this@purchase, client, receiver.id, order, folder).follow(id)
        }
    }

suspend fun buy() =
    inFolder { folder ->
        Simulator().use { simulator ->
            check(simulator.purchase("42", delivers = true, folder) == StreamEnd.Closed(Outcome.Released))
            check(simulator.purchase("43", delivers = false, folder) == StreamEnd.Closed(Outcome.Returned))
            check(simulator.check().isEmpty())
        }
    }
