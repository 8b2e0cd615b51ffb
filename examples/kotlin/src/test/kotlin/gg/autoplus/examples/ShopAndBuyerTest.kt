package gg.autoplus.examples

import gg.autoplus.Crypto
import gg.autoplus.Outcome
import gg.autoplus.StreamEnd
import gg.autoplus.TradeStatus
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.math.BigDecimal
import java.nio.file.Path
import kotlin.io.path.readText
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds

class ShopAndBuyerTest {
    private val shopAddress = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"
    private val buyerAddress = "LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9"

    @TempDir
    lateinit var folder: Path

    @Test
    fun `a paid order is delivered, released and paid out`() =
        Simulator().use { simulator ->
            val ends = play(simulator, paid = BigDecimal("0.5"))
            assertEquals(List(2) { StreamEnd.Closed(Outcome.Released) }, ends.ends)
            assertTrue(ends.delivered)
            assertEquals(1, simulator.count("confirm-action"))
            assertEquals(1, simulator.count("confirm-claim"))
            assertEquals("paid 42\n", folder.resolve("buyer").readText())
        }

    @Test
    fun `an underpaid order is not delivered and goes back`() =
        Simulator().use { simulator ->
            val ends = play(simulator, paid = BigDecimal("0.499"))
            assertEquals(List(2) { StreamEnd.Closed(Outcome.Returned) }, ends.ends)
            assertFalse(ends.delivered)
            assertEquals(
                listOf("return"),
                simulator.requests().filter {
                    "confirm-action" in it.path
                }.map { it.action },
            )
        }

    @Test
    fun `a buyer whose journal says paid doesn't pay again`() {
        val journal = Journal(folder.resolve("journal"))
        assertTrue(journal.firstTime("paid 42"))
        assertFalse(Journal(folder.resolve("journal")).firstTime("paid 42"))
        assertTrue(journal.firstTime("paid 4"))
    }

    @Test
    fun `a trade of somebody else is left to a person`() =
        Simulator().use { simulator ->
            val order = order(simulator).copy(buyer = simulator.stranger.id)
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            val shop =
                Shop(simulator.client(simulator.receiver), order, Journal(folder.resolve("shop")), shopAddress) {}
            runBlocking { assertFailsWith<NeedsAPerson> { shop.serve(trade) } }
            assertEquals(emptyList(), simulator.requests().filter { it.method != "GET" })
        }

    private class Played(val ends: List<StreamEnd?>, val delivered: Boolean)

    private fun play(simulator: Simulator, paid: BigDecimal): Played {
        val order = order(simulator)
        val goods = CompletableDeferred<Unit>()
        val shop =
            Shop(simulator.client(simulator.receiver), order, Journal(folder.resolve("shop")), shopAddress) {
                goods.complete(Unit)
            }
        val buyer =
            Buyer(
                client = simulator.client(simulator.sender),
                order = order,
                journal = Journal(folder.resolve("buyer")),
                refundAddress = buyerAddress,
                pay = { trade, address -> payInTheSimulator(trade, address, paid, simulator.baseUrl) },
                goods = goods::await,
            )
        return runBlocking {
            withTimeout(20.seconds) {
                val trade = shop.open(simulator.guild)
                val ends = listOf(async { shop.serve(trade) }, async { buyer.buy(trade) })
                Played(ends.map { it.await() }, goods.isCompleted)
            }
        }
    }

    private fun order(simulator: Simulator) =
        Order(
            id = "42",
            buyer = simulator.sender.id,
            shop = simulator.receiver.id,
            crypto = Crypto.Ltc,
            price = BigDecimal("0.5"),
            shopTerms = "One licence key for 0.5 ltc, no refunds once it was used",
            buyerTerms = "Order 42",
        )

    private fun Simulator.count(end: String) = requests().count { it.path.endsWith(end) }

    private val gg.autoplus.testing.RecordedRequest.action: String
        get() = checkNotNull(Regex("\"action\":\"(\\w+)\"").find(body!!)).groupValues[1]
}
