package gg.autoplus.testing

import gg.autoplus.Action
import gg.autoplus.Crypto
import gg.autoplus.TradeStatus
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Test
import java.math.BigDecimal
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds

class SimulatorTest {
    @Test
    fun `each is a world of its own and stops when it is closed`() {
        val stopped = Simulator()
        Simulator().use { assertNotEquals(stopped.baseUrl, it.baseUrl) }
        stopped.close()
        assertFailsWith<IllegalStateException> { stopped.now() }
    }

    @Test
    fun `a refusal says what would be right`() {
        Simulator().use { simulator ->
            val refusal = assertFailsWith<IllegalArgumentException> { simulator.control("""{"do": "nothing"}""") }
            assertTrue("open_trade" in refusal.message!!, refusal.message)
            assertFailsWith<IllegalArgumentException> { simulator.deposit("1", BigDecimal.ONE) }
        }
    }

    @Test
    fun `every verb is understood`() {
        Simulator().use { simulator ->
            val trade = simulator.openTrade(TradeStatus.WaitingReceive, Crypto.Btc, senderTerms = "a")
            simulator.deposit(trade, BigDecimal("0.1"))
            simulator.confirmDeposit(trade)
            simulator.support(trade, open = true)
            simulator.support(trade, open = false)
            simulator.lock(trade, locked = true)
            simulator.lock(trade, locked = false)
            simulator.reduce(trade, BigDecimal("0.01"))
            simulator.settings(Switches(holdExecutions = true, hideClosed = false, autoConfirmDeposit = true))
            simulator.act(trade, simulator.sender, "claim")
            simulator.execution(trade, "failed", reason = "no gas")
            simulator.patch(trade, mapOf("mood" to "1.0", "fees" to null))
            assertTrue(simulator.emit(trade, "trade.new", """{"a": 1e-7}""") > 0)
            assertEquals(List(3) { trade }, simulator.happen(trade, count = 3).map { it.trade })
            assertEquals(1, simulator.happen().size)
            simulator.expireHistory(trade)
            simulator.expireHistory(share = 0.5)
            assertEquals(0, simulator.cut(share = 1.0))
            assertTrue("no gas" in simulator.inspect(trade))
            simulator.force(simulator.openTrade(TradeStatus.WaitingAction), Action.Return)
            simulator.close(trade, null)
            simulator.setCrypto(Crypto.Sol, enabled = false)
            val before = simulator.now()
            simulator.advance(3600)
            assertTrue(simulator.now() >= before.plusSeconds(3600))
            val added = simulator.addUser(member = false)
            simulator.revokeToken(added.token!!)
        }
    }

    @Test
    fun `what must never happen is told, and plans are forgotten`() =
        Simulator().use { simulator ->
            assertEquals(emptyList(), simulator.check(simulator.openTrade()))
            val (guild, sender, receiver) = Triple(simulator.guild, simulator.sender, simulator.receiver)
            simulator.client(sender).use { client ->
                runBlocking {
                    client.openTrade(guild, crypto = Crypto.Ltc, sender = sender.id, receiver = receiver.id)
                }
            }
            assertEquals(emptyList(), simulator.check(creates = 1))
            assertTrue(simulator.check(creates = 0).single().startsWith("creates: "))
            simulator.requests(clear = true)
            simulator.fault("GET /servers", Fault.LostBefore)
            simulator.calm()
            simulator.client(simulator.stranger).use { runBlocking { it.servers() } }
            assertEquals(200, simulator.requests().single().status)
        }

    @Test
    fun `requests are recorded as they came`() =
        Simulator().use { simulator ->
            simulator.answer("GET /stats", 200, "{}", mapOf("x-note" to "1", "date" to null))
            simulator.fault("GET /servers", Fault.CutBody)
            simulator.client(simulator.stranger).use { client ->
                runBlocking { client.servers() }
            }
            val (first, second) = simulator.requests(clear = true)
            assertEquals("/servers", first.path)
            assertEquals("GET", second.method)
            assertNull(second.body)
            assertEquals(200, second.status)
            assertEquals(emptyList(), simulator.requests())
        }

    @Test
    fun `polls are counted by trade and token`() =
        Simulator().use { simulator ->
            val trade = simulator.openTrade()
            simulator.client(simulator.sender).use { client ->
                runBlocking {
                    client.openStream(trade).use {
                        it.next()
                        withTimeoutOrNull(50.milliseconds) { it.next() }
                        while (simulator.polls().waiting == 0) delay(5.milliseconds)
                        val of = PollsOf(trade, simulator.sender.token!!, waiting = 1, most = 1, came = 2, refused = 0)
                        val polls = simulator.polls(trade)
                        assertEquals(listOf(of), polls.of)
                        assertEquals(1 to 2, polls.waiting to polls.came)
                        assertTrue(polls.connections > 0)
                        assertEquals(1, simulator.cut(trade))
                    }
                }
            }
            assertEquals(0, simulator.polls(clear = true).waiting)
        }
}
