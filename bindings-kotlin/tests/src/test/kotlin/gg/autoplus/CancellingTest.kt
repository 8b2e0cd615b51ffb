package gg.autoplus

import gg.autoplus.testing.Fault
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

class CancellingTest {
    @Test
    fun `a cancelled read ends at once`() =
        simulated { scope ->
            val trade = simulator.openTrade()
            simulator.fault("GET /trades/{id}", Fault.Slow(5.seconds))
            val read = scope.async(Dispatchers.Default) { sender.trade(trade) }
            received("GET", trade)
            assertTrue(measureTime { read.cancelAndJoin() } < 1.seconds)
            assertFailsWith<CancellationException> { read.await() }
            assertEquals(trade, sender.trade(trade).id)
        }

    @Test
    fun `a timeout around a read cancels it`() =
        simulated {
            val trade = simulator.openTrade()
            simulator.fault("GET /trades/{id}", Fault.Slow(5.seconds))
            assertNull(withTimeoutOrNull(100.milliseconds) { sender.trade(trade) })
        }

    @Test
    fun `a cancelled open is repeated under its name and opens one trade`() =
        simulated { scope ->
            simulator.fault("POST /guilds/{id}/trades", Fault.Slow(1.seconds))
            val open = scope.async(Dispatchers.Default) { open(sender) }
            received("POST", "trades")
            open.cancelAndJoin()
            // The call is still under way: what repeats it waits for its result.
            assertEquals(open(sender).id, open(sender).id)
            assertEquals(1, count("trades"))
        }

    @Test
    fun `a cancelled release goes on and is settled under its own challenge`() =
        simulated { scope ->
            val trade = sender.trade(simulator.openTrade(TradeStatus.WaitingAction))
            val challenge = sender.requestRelease(trade)
            simulator.fault("POST /trades/{id}/confirm-action", Fault.Slow(1.seconds))
            val release = scope.async(Dispatchers.Default) { challenge.confirm(operation = "release:1") }
            received("POST", "confirm-action")
            assertTrue(measureTime { release.cancelAndJoin() } < 0.4.seconds)
            // The call is still under way: nothing new is begun beside it, and what repeats it waits for its result.
            assertFailsWith<OperationInProgressException> { sender.requestRelease(trade) }
            val released = challenge.confirm(operation = "release:1")
            assertEquals(TradeStatus.WaitingAddress, released.status)
            assertEquals(1, count("confirm-action"))
        }
}
