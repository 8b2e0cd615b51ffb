package gg.autoplus

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.test.assertTrue

class ConsumerTest {
    @TempDir
    lateinit var folder: Path

    private fun Simulated.keeper() = simulator.client(simulator.sender, store = "sqlite:${folder.resolve("shop.db")}")

    @Test
    fun `a flow goes on behind what the collector came back from`() =
        simulated {
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            val all = sender.events(trade, startAfter = 0).take(6).toList()
            val first = keeper().use { it.events(trade, BOT, startAfter = 0).take(2).toList() }
            // The second one was taken, and nobody came back from it.
            val rest = keeper().use { it.events(trade, BOT).take(5).toList() }
            assertEquals(all, first.take(1) + rest)
        }

    @Test
    fun `what is committed doesn't come again, and what isn't does`() =
        simulated {
            val trade = simulator.openTrade()
            val happened = { simulator.happen(trade).single().id }
            keeper().use { client ->
                client.openStream(trade, BOT).use { stream ->
                    assertNull(stream.offset)
                    assertEquals(EventType.Snapshot, stream.next()?.type)
                    assertEquals(happened(), stream.next()?.id)
                    stream.commit()
                }
            }
            val next = happened()
            keeper().use { client ->
                repeat(2) { assertEquals(next, client.openStream(trade, BOT).use { it.next() }?.id) }
                // For another consumer nothing of this counts.
                assertEquals(EventType.Snapshot, client.events(trade, "another").first().type)
            }
        }

    @Test
    fun `one collector has the name at a time`() =
        simulated { scope ->
            val trade = simulator.openTrade()
            keeper().use { client ->
                val began = CompletableDeferred<Unit>()
                val events = client.events(trade, BOT)
                val collector = scope.launch { events.collect { began.complete(Unit) } }
                began.await()
                val asked = count("events")
                assertEquals("operation_in_progress", failure { events.first() }.kind)
                keeper().use { other -> failure { other.events(trade, BOT).first() } }
                assertTrue(count("events") <= asked + 1)
                collector.cancelAndJoin()
                assertEquals(simulator.happen(trade).single().id, events.first().id)
            }
        }

    @Test
    fun `an offset that is kept elsewhere counts more`() =
        simulated {
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            keeper().use { client ->
                val all = client.events(trade, BOT, startAfter = 0).take(4).toList()
                assertEquals(all[1], client.events(trade, BOT, startAfter = all[0].offset).first())
            }
        }

    @Test
    fun `many events come in one go`() =
        simulated { scope ->
            val trade = simulator.openTrade()
            sender.openStream(trade).use { stream ->
                stream.next()
                val happened = simulator.happen(trade, 100).map { it.id }
                val batch = stream.nextBatch(60) + stream.nextBatch(1000)
                assertEquals(happened, batch.map { it.id })
                assertEquals(happened.last(), stream.offset)
                assertEquals(batch.last().trade, stream.lastKnown)
                val next = scope.async { stream.next() }
                simulator.close(trade, "returned")
                assertEquals(EventType.Closed, next.await()?.type)
                assertEquals(emptyList(), stream.nextBatch(10))
                assertEquals(StreamEnd.Closed(Outcome.Returned), stream.end)
            }
        }

    @Test
    fun `a consumer that saw the end hears of it again without a request`() =
        simulated {
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            simulator.close(trade, "released")
            keeper().use { client -> client.events(trade, BOT, startAfter = 0).toList() }
            simulator.requests(clear = true)
            keeper().use { client ->
                val events = client.events(trade, BOT)
                assertEquals(emptyList(), events.toList())
                assertEquals(StreamEnd.Closed(Outcome.Released), events.end)
            }
            assertEquals(emptyList(), simulator.requests())
        }

    @Test
    fun `what a coroutine took that was cancelled comes again`() =
        simulated { scope ->
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            keeper().use { client ->
                client.openStream(trade, BOT, startAfter = 0).use { stream ->
                    val first = stream.next()
                    val took = CompletableDeferred<TradeEvent?>()
                    val cancelled =
                        scope.launch {
                            took.complete(stream.next())
                            awaitCancellation()
                        }
                    val second = took.await()
                    cancelled.cancelAndJoin()
                    assertEquals(first?.offset, stream.offset)
                    stream.commit()
                    assertEquals(second, stream.next())
                    assertEquals(second?.offset, stream.offset)
                    stream.commit()
                    assertEquals("TradeStream(tradeId=$trade, consumer=$BOT)", stream.toString())
                }
                val rest = client.events(trade, BOT).first()
                assertEquals(client.events(trade, startAfter = 0).take(3).toList().last(), rest)
            }
        }

    @Test
    fun `a closed stream gives nothing more`() =
        simulated { scope ->
            val stream = sender.openStream(simulator.openTrade())
            stream.next()
            val next = scope.async { stream.next() }
            until { simulator.polls().waiting == 1 }
            stream.close()
            assertNull(next.await())
            assertNull(stream.next())
            assertNull(stream.end)
            until { simulator.polls().waiting == 0 }
        }

    @Test
    fun `a name that can't be one is refused at once`() =
        simulated {
            assertFailsWith<InvalidException> { sender.openStream(simulator.openTrade(), "") }
            assertFailsWith<InvalidException> { sender.watch(emptyList(), "a\u0000") }
            assertFailsWith<InvalidException> { sender.watch(listOf("not an id/")) }
        }

    private suspend fun failure(call: suspend () -> Unit) = assertFailsWith<OperationInProgressException> { call() }

    private companion object {
        const val BOT = "bot"
    }
}
