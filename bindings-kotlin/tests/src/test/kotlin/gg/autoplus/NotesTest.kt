package gg.autoplus

import gg.autoplus.testing.Fault
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Test
import kotlin.random.Random
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds

class NotesTest {
    @Test
    fun `trouble of a followed trade is told from the moment it was asked for`() =
        simulated { scope ->
            val trade = simulator.openTrade()
            val notes = receiver.streamNotes()
            simulator.fault("GET /trades/{id}/events", Fault.Status(503), times = 2)
            receiver.events(trade).first()
            val told = scope.async { notes.toList() }
            receiver.close()
            val changes = told.await().onEach { assertEquals(trade, it.tradeId) }.map { it.change.wire }
            assertEquals(listOf("opened", "failing", "recovered", "closed"), changes)
        }

    @Test
    fun `what refuses for good is told with its exception`() =
        simulated {
            val notes = receiver.streamNotes()
            assertFailsWith<NotFoundException> { receiver.events("1").first() }
            val refused = notes.nextBatch(9).map { it.change }.filterIsInstance<StreamChange.Refused>()
            assertEquals("not_found", (refused.single().error as NotFoundException).kind)
        }

    @Test
    fun `each listener has its own notes, and collectors of one share them`() =
        simulated {
            val (one, other) = receiver.streamNotes() to receiver.streamNotes()
            receiver.events(simulator.openTrade()).first()
            assertEquals("opened", one.map { it.change.wire }.first())
            assertEquals("closed", one.map { it.change.wire }.first())
            assertEquals(listOf("opened", "closed"), other.nextBatch(9).map { it.change.wire })
        }

    @Test
    fun `closing it ends who waits`() =
        simulated { scope ->
            val notes = receiver.streamNotes()
            val waiting = scope.async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) { notes.next() }
            notes.close()
            assertNull(waiting.await())
            assertNull(notes.next())
            assertEquals(0, notes.missed)
        }

    @Test
    fun `cancelling at random instants loses no note`() =
        simulated { scope ->
            val notes = receiver.streamNotes()
            val rounds = 200
            val following = scope.launch { repeat(rounds) { receiver.events(simulator.openTrade()).first() } }
            val seen = mutableListOf<StreamNote>()
            val random = Random(7)
            until {
                withTimeoutOrNull(random.nextInt(1, 900).microseconds) { notes.next() }?.let { seen += it }
                seen.filter { it.change == StreamChange.Closed }.distinct().size == rounds
            }
            following.join()
            // What a coroutine saw that was cancelled right then comes again.
            val told = seen.distinct().groupBy({ it.tradeId }) { it.change.wire }
            assertEquals(rounds, told.size)
            told.forEach { (trade, changes) -> assertEquals(listOf("opened", "closed"), changes, trade) }
        }

    @Test
    fun `what a slow listener misses is counted`() =
        simulated { scope ->
            val notes = receiver.streamNotes()
            val trade = simulator.openTrade()
            repeat(600) { receiver.openStream(trade).use { it.next() } }
            val told = scope.async { notes.toList() }
            until { notes.missed > 0 }
            receiver.close()
            assertEquals(1200, told.await().size + notes.missed)
        }

    @Test
    fun `a closed client tells nothing`() =
        simulated { scope ->
            val notes = receiver.streamNotes()
            val waiting = scope.launch { notes.next() }
            receiver.close()
            waiting.join()
            assertFailsWith<ClosedException> { receiver.streamNotes() }
            scope.launch { notes.next() }.cancelAndJoin()
            assertNull(withTimeoutOrNull(500.milliseconds) { notes.next() })
        }
}
