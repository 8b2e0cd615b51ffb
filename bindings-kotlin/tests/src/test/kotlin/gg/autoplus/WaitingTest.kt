package gg.autoplus

import gg.autoplus.testing.Fault
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class WaitingTest {
    @Test
    fun `what is waited for is given as it stood then`() =
        simulated { scope ->
            val trade = simulator.openTrade(TradeStatus.WaitingReceive)
            val paid = scope.async { receiver.waitFor(trade, 20.seconds) { it.status == TradeStatus.WaitingAction } }
            received("GET", "events")
            simulator.deposit(trade, "0.5".toBigDecimal())
            simulator.confirmDeposit(trade)
            assertEquals(TradeStatus.WaitingAction, paid.await().status)
            assertEquals(trade, receiver.waitFor(trade) { true }.id)
            until { simulator.polls().waiting == 0 }
        }

    @Test
    fun `the time is up`() =
        simulated {
            val trade = simulator.openTrade()
            val error = assertFailsWith<TimeoutException> { receiver.waitFor(trade, 300.milliseconds) { false } }
            assertEquals("timeout", error.kind)
            assertTrue("0.3 s, and it is at waitingIdentification" in error.message, error.message)
            assertFailsWith<TimeoutException> { receiver.waitFor(trade, (-1).seconds) { true } }
            until { simulator.polls().waiting == 0 }
        }

    @Test
    fun `a trade that ended without it is a conflict`() =
        simulated { scope ->
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            val paid = scope.async { runCatching { receiver.waitFor(trade) { false } } }
            received("GET", "events")
            simulator.close(trade, "returned")
            val error = assertNotNull(paid.await().exceptionOrNull() as? ConflictException)
            assertTrue("closed (returned) before that came true" in error.message, error.message)
        }

    @Test
    fun `a failure of the condition or of the trade comes through`() =
        simulated {
            val trade = simulator.openTrade()
            assertFailsWith<ArithmeticException> { receiver.waitFor(trade) { throw ArithmeticException() } }
            assertFailsWith<NotFoundException> { receiver.waitFor("3999999999999999999") { true } }
            until { simulator.polls().waiting == 0 }
        }

    @Test
    fun `waiting is cancelled with its coroutine`() =
        simulated { scope ->
            val trade = simulator.openTrade()
            val waiting = scope.launch(Dispatchers.Default) { receiver.waitFor(trade) { false } }
            until { simulator.polls().waiting == 1 }
            waiting.cancelAndJoin()
            until { simulator.polls().waiting == 0 }
        }

    @Test
    fun `streams tell what they do`() =
        simulated { scope ->
            val trade = simulator.openTrade()
            assertEquals(StreamStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), sender.streamStats())
            assertEquals(emptyList(), sender.followedTrades())
            sender.openStream(trade).use { stream ->
                stream.next()
                val next = scope.launch { stream.next() }
                until { sender.streamStats().pollsInFlight == 1L }
                val stats = sender.streamStats()
                assertEquals(listOf(1L, 1L, 1L, 1L, 0L), stats.run { listOf(streams, trades, polls, events, silent) })
                val followed = sender.followedTrades().single()
                assertEquals(FollowedTrade(trade, 1, true, followed.lastGoodPoll, 0, 0, false, null), followed)
                assertTrue(followed.lastGoodPoll!! < 20.seconds)
                simulator.fault("GET /trades/{id}/events", Fault.Status(503), times = 99)
                simulator.happen(trade)
                next.join()
                val failing = scope.launch { stream.next() }
                until { sender.followedTrades().single().error is ServerException }
                assertTrue(sender.followedTrades().single().failures > 0)
                failing.cancelAndJoin()
            }
            until { sender.streamStats().streams == 0L }
        }
}
