package gg.autoplus

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Test
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds

class WatchTest {
    @Test
    fun `trades are added and removed while it goes on, and a bad one stops no other`() =
        simulated {
            val (one, two) = List(2) { simulator.openTrade() }
            sender.watch(listOf(one, NOBODYS)).use { watch ->
                val items = List(2) { watch.next()!! }.associateBy { it.tradeId }
                assertEquals(EventType.Snapshot, assertIs<Watched.Event>(items[one]).event.type)
                val failed = assertIs<Watched.Failed>(items[NOBODYS])
                assertEquals("not_found" to true, failed.error.kind to failed.over)
                assertEquals(listOf(true, false), List(2) { watch.add(two) })
                assertEquals(two, watch.next()?.tradeId)
                assertEquals(listOf(one, two), watch.trades)
                assertEquals(listOf(true, false), List(2) { watch.remove(one) })
                simulator.happen(one)
                val happened = simulator.happen(two).single().id
                assertEquals(happened, assertIs<Watched.Event>(watch.next()).event.id)
                until { simulator.polls(one).waiting == 0 }
            }
            until { simulator.polls().waiting == 0 }
        }

    @Test
    fun `an end is told, and the watch goes on`() =
        simulated { scope ->
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            sender.watch(listOf(trade)).use { watch ->
                watch.next()
                simulator.close(trade, "released")
                val last = assertIs<Watched.Event>(watch.next()).event
                val ended = Watched.Ended(trade, StreamEnd.Closed(Outcome.Released), last.trade)
                assertEquals(ended, watch.next())
                val next = scope.async { watch.next() }
                until { watch.trades.isEmpty() }
                val another = simulator.openTrade()
                watch.add(another)
                assertEquals(another, next.await()?.tradeId)
            }
        }

    @Test
    fun `many items come in one go`() =
        simulated {
            val trades = List(20) { simulator.openTrade() }.toSet()
            sender.watch(trades).use { watch ->
                val snapshots = mutableListOf<Watched>()
                while (snapshots.size < 20) snapshots += watch.nextBatch(100)
                assertEquals(trades, snapshots.map { it.tradeId }.toSet())
                val happened = simulator.happen(trades.first(), 50).map { it.id }
                val items = mutableListOf<Watched>()
                while (items.size < 50) items += watch.nextBatch(50 - items.size)
                assertEquals(happened, items.map { (it as Watched.Event).event.id })
            }
        }

    @Test
    fun `forEach works on trades side by side, each in order, and ends with the watch`() =
        simulated {
            val trades = List(12) { simulator.openTrade() }
            val seen = ConcurrentHashMap<String, MutableList<Long>>()
            val (now, most) = AtomicInteger() to AtomicInteger()
            val happened = mutableListOf<Pair<String, Long>>()
            sender.watch(trades).use { watch ->
                val handled = AtomicInteger()
                watch.forEach(atOnce = 4) { item ->
                    most.accumulateAndGet(now.incrementAndGet(), ::maxOf)
                    delay((1..4).random().milliseconds)
                    val event = (item as Watched.Event).event
                    if (event.type == EventType.Snapshot) {
                        happened += simulator.happen(item.tradeId, 5).map { it.trade to it.id }
                    } else {
                        seen.getOrPut(item.tradeId) { CopyOnWriteArrayList() } += event.id
                    }
                    now.decrementAndGet()
                    if (handled.incrementAndGet() == 12 * 6) watch.close()
                }
            }
            assertEquals(4, most.get())
            assertEquals(happened.groupBy({ it.first }, { it.second }), seen.toMap())
        }

    @Test
    fun `what a failed handler was at comes again`() =
        simulated {
            val (bad, good) = List(2) { simulator.openTrade() }
            val client = simulator.client(simulator.sender)
            client.watch(listOf(bad, good), BOT).use { watch ->
                val begun = CompletableDeferred<Unit>()
                assertFailsWith<ArithmeticException> {
                    watch.forEach { item ->
                        if (item.tradeId == good) {
                            begun.complete(Unit)
                            awaitCancellation()
                        }
                        begun.await()
                        throw ArithmeticException()
                    }
                }
                assertEquals(setOf(bad, good), watch.asFlow().take(2).toList().map { it.tradeId }.toSet())
            }
            // The flow came back from the first of them alone.
            val happened = listOf(bad, good).map { simulator.happen(it).single().id }
            val firsts = listOf(bad, good).map { client.events(it, BOT).first() }
            assertEquals(1, firsts.count { it.id in happened && it.type != EventType.Snapshot })
            assertEquals(1, firsts.count { it.type == EventType.Snapshot })
            client.close()
        }

    @Test
    fun `a flow finishes what the collector came back from`() =
        simulated {
            val trade = simulator.openTrade()
            sender.watch(listOf(trade), BOT).use { watch ->
                val first = watch.asFlow().first()
                assertEquals(first, watch.asFlow().first())
                val happened = simulator.happen(trade, 2).map { it.id }
                val ids = watch.asFlow().take(3).toList().map { (it as Watched.Event).event.id }
                assertEquals(happened, ids.drop(1))
            }
            val last = sender.events(trade, BOT).first()
            assertEquals(EventType.of("trade.support.updated"), last.type)
        }

    @Test
    fun `workers of one's own take and finish`() =
        simulated { scope ->
            val trade = simulator.openTrade()
            sender.watch(listOf(trade), BOT).use { watch ->
                val took = CompletableDeferred<Watched?>()
                val worker =
                    scope.launch(Dispatchers.Default) {
                        took.complete(watch.take())
                        awaitCancellation()
                    }
                val first = took.await()
                simulator.happen(trade)
                // Its trade waits for it …
                assertNull(withTimeoutOrNull(50.milliseconds) { watch.take() })
                val another = scope.async { watch.take() }
                delay(20.milliseconds)
                // … and goes to whoever waits, once it is cancelled.
                worker.cancelAndJoin()
                assertEquals(first, another.await())
                watch.done(first!!)
                watch.done(first)
                val next = watch.take()
                assertTrue(next != first)
                watch.done(next!!)
            }
            val stream = sender.openStream(trade, BOT)
            assertNull(withTimeoutOrNull(100.milliseconds) { stream.next() })
            stream.close()
        }

    @Test
    fun `one of a batch can be finished before the others`() =
        simulated {
            val trade = simulator.openTrade()
            sender.watch(listOf(trade), BOT).use { watch ->
                watch.next()
                val happened = simulator.happen(trade, 3).map { it.id }
                val items = mutableListOf<Watched>()
                while (items.size < 3) items += watch.nextBatch(3)
                watch.done(items[1])
                watch.close()
                assertNull(watch.next())
                assertNull(watch.take())
                assertEquals(happened.last(), sender.events(trade, BOT).first().id)
            }
        }

    private companion object {
        const val BOT = "bot"
        const val NOBODYS = "3999999999999999999"
    }
}
