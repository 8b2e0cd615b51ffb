package gg.autoplus.examples

import gg.autoplus.Crypto
import gg.autoplus.Outcome
import gg.autoplus.StreamEnd
import gg.autoplus.Text
import gg.autoplus.Timeouts
import gg.autoplus.TradeStatus
import gg.autoplus.testing.Fault
import gg.autoplus.testing.RecordedRequest
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.math.BigDecimal
import java.nio.file.Path
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class ShopAndBuyerTest {
    @TempDir
    lateinit var folder: Path

    private val goods get() = Goods(folder.resolve("goods"))
    private val record get() = folder.resolve("record")

    @Test
    fun `a paid order is delivered, released and paid out`() =
        Simulator().use { simulator ->
            assertEquals(List(2) { StreamEnd.Closed(Outcome.Released) }, play(simulator, paid = "0.5"))
            assertTrue(goods.areDelivered)
            assertEquals(listOf("release"), simulator.confirmed("confirm-action").map { it.action })
            assertEquals(listOf("receiver"), simulator.confirmed("confirm-claim").map { it.user })
            assertEquals("42\n", record.readText())
        }

    @Test
    fun `an underpaid order is not delivered and goes back`() =
        Simulator().use { simulator ->
            assertEquals(List(2) { StreamEnd.Closed(Outcome.Returned) }, play(simulator, paid = "0.499"))
            assertFalse(goods.areDelivered)
            assertEquals(listOf("return"), simulator.confirmed("confirm-action").map { it.action })
            assertEquals(listOf("sender"), simulator.confirmed("confirm-claim").map { it.user })
        }

    @Test
    fun `a bitcoin order takes one of the offered fees`() =
        Simulator().use { simulator ->
            val ends = play(simulator, paid = "0.5", crypto = Crypto.Btc, address = BTC)
            assertEquals(List(2) { StreamEnd.Closed(Outcome.Released) }, ends)
        }

    @Test
    fun `an order that is in the record is not paid again`() =
        Simulator().use { simulator ->
            record.writeText("42\n")
            val payments = Payments(record, BigDecimal("0.5"), simulator.baseUrl)
            val trade = simulator.openTrade(TradeStatus.WaitingReceive)
            runBlocking { payments.payOnce(order(simulator), trade, "address") }
            assertTrue("waitingReceive" in simulator.inspect(trade))
        }

    @Test
    fun `what was delivered is not delivered again, whatever happens at that status`() =
        Simulator().use { simulator ->
            goods.deliver(order(simulator).copy(id = "41"))
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            val client = simulator.client(simulator.receiver)
            runBlocking {
                val shop = async { Shop(client, order(simulator), goods, LTC).serve(trade) }
                repeat(3) { events ->
                    while (simulator.requests().count { it.path.endsWith(trade) } <= events) delay(5.milliseconds)
                    simulator.emit(trade, "trade.support.updated")
                }
                simulator.close(trade, "released")
                assertEquals(StreamEnd.Closed(Outcome.Released), shop.await())
            }
            assertEquals("the goods of order 41\n", folder.resolve("goods").readText())
            assertEquals(emptyList(), simulator.requests().filter { it.method != "GET" })
        }

    @Test
    fun `a release is repeated until its outcome is known`() =
        Simulator().use { simulator ->
            val brief = Timeouts(attempt = 300.milliseconds, call = 600.milliseconds)
            val client = simulator.client(simulator.sender, brief)
            runBlocking {
                val trade = client.trade(simulator.openTrade(TradeStatus.WaitingAction))
                val challenge = client.requestRelease(trade)
                simulator.fault("POST /trades/{id}/confirm-action", Fault.LostBefore, times = 6)
                var asked = 0
                val released =
                    untilKnown(pause = 10.milliseconds) {
                        asked += 1
                        challenge.confirm("release:42")
                    }
                assertTrue(asked > 1)
                assertEquals(TradeStatus.WaitingAddress, released.status)
            }
            val confirmed = simulator.confirmed("confirm-action")
            assertEquals(1, confirmed.map { it.headers["idempotency-key"] to it.body }.distinct().size)
        }

    @Test
    fun `a shop that was killed while it opened a trade goes on with that trade when it starts again`() =
        Simulator().use { simulator ->
            simulator.fault("POST /guilds/{id}/trades", Fault.Slow(30.seconds))
            val killed = shopProgram(simulator)
            val trade = runBlocking { withTimeout(20.seconds) { opened(simulator) } }
            killed.destroyForcibly().waitFor()
            val again = shopProgram(simulator)
            val payments = Payments(record, BigDecimal("0.5"), simulator.baseUrl)
            val buyer = Buyer(simulator.client(simulator.sender), order(simulator), payments, goods, LTC)
            runBlocking { withTimeout(20.seconds) { buyer.buy(trade) } }
            val said = again.inputReader().readLines()
            assertEquals(0, again.waitFor(), "$said")
            assertEquals(listOf(SETTLED, "opened trade $trade for order 42"), said.take(2))
            assertEquals("trade closed: released", said.last())
            assertEquals(emptyList(), simulator.check(creates = 1))
        }

    @Test
    fun `a buyer that was stopped while it waited for the goods releases when it starts again`() =
        Simulator().use { simulator ->
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            val payments = Payments(record, BigDecimal("0.5"), simulator.baseUrl)
            val store = "sqlite:${folder.resolve("buyer.db")}"

            suspend fun buying(meanwhile: suspend (Deferred<StreamEnd?>) -> Unit) =
                coroutineScope {
                    simulator.client(simulator.sender, store = store).use { client ->
                        meanwhile(async { Buyer(client, order(simulator), payments, goods, LTC).buy(trade) })
                    }
                }
            runBlocking {
                withTimeout(20.seconds) {
                    buying { buyer ->
                        while (simulator.polls().waiting == 0) delay(5.milliseconds)
                        buyer.cancelAndJoin()
                    }
                    goods.deliver(order(simulator))
                    buying { buyer ->
                        while (simulator.effects(trade).actions == 0) delay(5.milliseconds)
                        simulator.close(trade, "released")
                        assertEquals(StreamEnd.Closed(Outcome.Released), buyer.await())
                    }
                }
            }
            val offsets = simulator.requests().filter { it.path.endsWith("events") }.map { it.query["offset"] }
            assertEquals(1, offsets.count { it == null })
        }

    @Test
    fun `somebody else's text is printed on one line as it is`() {
        assertEquals("\"one \\u001b[2J\\u000a\\u202e two\"", quoted(Text("one \u001b[2J\n\u202e two")))
        assertEquals("\"\"", quoted(null))
    }

    @Test
    fun `a trade that isn't the order is left to a person`() =
        Simulator().use { simulator ->
            val client = simulator.client(simulator.receiver)
            val others = order(simulator).copy(buyer = simulator.stranger.id)
            for (status in listOf(TradeStatus.WaitingIdentification, TradeStatus.WaitingAction)) {
                val shop = Shop(client, others, goods, LTC)
                runBlocking { assertFailsWith<NeedsAPerson> { shop.serve(simulator.openTrade(status)) } }
            }
            assertFalse(goods.areDelivered)
            assertEquals(emptyList(), simulator.requests().filter { it.method != "GET" })
        }

    private fun play(
        simulator: Simulator,
        paid: String,
        crypto: Crypto = Crypto.Ltc,
        address: String = LTC,
    ): List<StreamEnd?> {
        val order = order(simulator).copy(crypto = crypto)
        val payments = Payments(record, BigDecimal(paid), simulator.baseUrl)
        val shop = Shop(simulator.client(simulator.receiver), order, goods, address)
        val buyer = Buyer(simulator.client(simulator.sender), order, payments, goods, address)
        return runBlocking {
            withTimeout(20.seconds) {
                val trade = shop.open(simulator.guild)
                listOf(async { shop.serve(trade) }, async { buyer.buy(trade) }).map { it.await() }
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
            shopTerms = "One licence key, delivered at once",
            buyerTerms = "I release within a minute of delivery",
        )

    /** The shop as a process of its own. */
    private fun shopProgram(simulator: Simulator): Process {
        val order = order(simulator)
        val arguments =
            mapOf(
                "order" to order.id,
                "buyer" to order.buyer,
                "crypto" to order.crypto.wire,
                "price" to order.price.toPlainString(),
                "shop-terms" to order.shopTerms,
                "buyer-terms" to order.buyerTerms,
                "guild" to simulator.guild,
                "payout-address" to LTC,
                "deliver-to" to "${folder.resolve("goods")}",
                "store" to "sqlite:${folder.resolve("shop.db")}",
            ).flatMap { (name, value) -> listOf("--$name", value) }
        val java = "${System.getProperty("java.home")}/bin/java"
        val program = listOf(java, "-cp", System.getProperty("java.class.path"), "gg.autoplus.examples.ShopKt")
        val environment =
            mapOf(
                "AUTOPLUS_BASE_URL" to simulator.baseUrl,
                "AUTOPLUS_TOKEN" to simulator.receiver.token,
                "AUTOPLUS_USER_ID" to simulator.receiver.id,
            )
        return ProcessBuilder(program + arguments)
            .redirectErrorStream(true)
            .apply { environment() += environment }
            .start()
    }

    /** The trade that the shop opened, even if it doesn't know yet. */
    private suspend fun opened(simulator: Simulator): String {
        while (simulator.trades().isEmpty()) delay(5.milliseconds)
        return simulator.trades().single().id
    }

    private fun Simulator.confirmed(end: String) = requests().filter { it.path.endsWith(end) }

    private val RecordedRequest.action: String
        get() = checkNotNull(Regex("\"action\":\"(\\w+)\"").find(body!!)).groupValues[1]

    private companion object {
        const val SETTLED = "from an earlier run: open_trade order:42: done, once"
        const val LTC = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"
        const val BTC = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    }
}
