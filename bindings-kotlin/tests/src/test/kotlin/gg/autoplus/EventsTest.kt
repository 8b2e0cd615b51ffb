package gg.autoplus

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

class EventsTest {
    @Test
    fun `taking some events ends the poll`() =
        simulated {
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            val events = receiver.events(trade, startAfter = 0)
            assertEquals(3, events.take(3).toList().size)
            assertNull(events.end)
            delay(200.milliseconds)
            assertEquals(1, count("events"))
            assertEquals(0, polls(trade))
        }

    @Test
    fun `nothing is sent before somebody collects`() =
        simulated {
            val trade = simulator.openTrade()
            receiver.events(trade)
            delay(100.milliseconds)
            assertEquals(0, count("events"))
        }

    @Test
    fun `a busy collector is waited for`() =
        simulated { scope ->
            val trade = simulator.openTrade()
            val seen = mutableListOf<TradeEvent>()
            val (began, handled) = CompletableDeferred<Unit>() to CompletableDeferred<Unit>()
            val collector =
                scope.launch {
                    receiver
                        .events(trade)
                        .onEach { began.complete(Unit) }
                        .onEach { handled.await() }
                        .collect { seen += it }
                }
            began.await()
            repeat(20) { simulator.emit(trade, "trade.status.changed") }
            delay(150.milliseconds)
            // The first event is still being handled, so nobody asked for the next ones.
            assertEquals(1, count("events"))
            handled.complete(Unit)
            until { seen.size == 21 }
            collector.cancelAndJoin()
        }

    @Test
    fun `where one collector stopped another goes on`() =
        simulated {
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            val all = receiver.events(trade, startAfter = 0).take(6).toList()
            val first = receiver.events(trade, startAfter = 0).take(2).toList()
            val rest = receiver.events(trade, startAfter = first.last().offset).take(4).toList()
            assertEquals(all, first + rest)
        }

    @Test
    fun `cancelling a waiting collector ends its poll at once`() =
        simulated { scope ->
            val trade = simulator.openTrade()
            val collector = scope.launch(Dispatchers.Default) { receiver.events(trade).collect() }
            until { polls(trade) == 1 }
            assertTrue(measureTime { collector.cancelAndJoin() } < 1.seconds)
            until { polls(trade) == 0 }
        }

    @Test
    fun `a closed trade completes the flow`() =
        simulated { scope ->
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            val events = receiver.events(trade)
            val all = scope.async { events.toList() }
            received("GET", "events")
            simulator.close(trade, "returned")
            assertEquals(EventType.Closed, all.await().last().type)
            assertEquals(StreamEnd.Closed(Outcome.Returned), events.end)
        }

    @Test
    fun `an error of the collector comes through as it is`() =
        simulated {
            val trade = simulator.openTrade()
            assertFailsWith<ArithmeticException> { receiver.events(trade).collect { throw ArithmeticException() } }
            assertFailsWith<NotFoundException> { receiver.events("3999999999999999999").first() }
        }

    /** Polls of the trade that wait for something to happen. */
    private fun Simulated.polls(trade: String): Int =
        checkNotNull(Regex("\"polls\":(\\d+)").find(simulator.inspect(trade))).groupValues[1].toInt()
}
