package gg.autoplus

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Test
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.locks.LockSupport
import kotlin.random.Random
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds

/** Cancelling a thousand times, at whatever instant, while events come: none is lost, and each trade keeps its order. */
class CancelledAnywhereTest {
    private val random = Random(SEED)

    @Test
    fun `asking for the next event`() =
        simulated { scope ->
            val (trade, seen) = simulator.openTrade() to CopyOnWriteArrayList<Long>()
            val client = simulator.client(simulator.sender)
            val stream = client.openStream(trade, BOT)
            stream.next()
            val happening = happening(scope, trade)
            withContext(Dispatchers.Default) {
                repeat(TIMES) { time ->
                    when (time % 3) {
                        0 -> {
                            launch { stream.next()?.let { seen += it.id } }.cancelledAfter(instant())
                        }

                        1 -> {
                            withTimeoutOrNull(instant()) { stream.next() }?.let { seen += it.id }
                        }

                        else -> {
                            val next = async { stream.next() }
                            pause(instant())
                            next.cancel()
                            runCatching { next.await() }.onSuccess { seen += it!!.id }
                        }
                    }
                }
            }
            happening.stop()
            while (seen.lastOrNull() != happening.ids.last()) seen += stream.next()!!.id
            assertNoneLost(happening.ids, seen)
            stream.close()
            assertNothingLeft(client)
        }

    @Test
    fun `asking for batches of a watch`() =
        simulated { scope ->
            val (trade, seen) = simulator.openTrade() to CopyOnWriteArrayList<List<Long>>()
            val client = simulator.client(simulator.sender)
            val watch = client.watch(listOf(trade), BOT)
            watch.next()
            val happening = happening(scope, trade)

            fun ids(items: List<Watched>) = items.map { (it as Watched.Event).event.id }

            withContext(Dispatchers.Default) {
                repeat(TIMES) {
                    withTimeoutOrNull(instant()) { watch.nextBatch(3) }?.let { seen += ids(it) }
                }
            }
            happening.stop()
            while (seen.lastOrNull()?.last() != happening.ids.last()) seen += ids(watch.nextBatch(3))
            // A time-out that comes too late is ignored, but its coroutine counts as cancelled: that batch comes again.
            val batches = seen.filterIndexed { index, batch -> index == 0 || batch != seen[index - 1] }
            assertEquals(happening.ids, batches.flatten(), "seed $SEED")
            watch.close()
            assertNothingLeft(client)
        }

    @Test
    fun `collecting under a name`() =
        simulated { scope ->
            val (trade, seen) = simulator.openTrade() to CopyOnWriteArrayList<Long>()
            val client = simulator.client(simulator.sender)
            client.openStream(trade, BOT).use {
                it.next()
                it.commit()
            }
            val happening = happening(scope, trade)
            val events = client.events(trade, BOT)
            withContext(Dispatchers.Default) {
                repeat(TIMES) { launch { events.collect { seen += it.id } }.cancelledAfter(instant()) }
            }
            happening.stop()
            val rest = scope.launch { events.collect { seen += it.id } }
            until { seen.lastOrNull() == happening.ids.last() }
            rest.cancelAndJoin()
            assertNoneLost(happening.ids, seen)
            assertTrue(simulator.polls().most <= 2)
            assertNothingLeft(client)
        }

    @Test
    fun `working on a watch`() =
        simulated { scope ->
            val trades = List(8) { simulator.openTrade() }
            val seen = ConcurrentHashMap<String, MutableList<Long>>()
            val client = simulator.client(simulator.sender)
            val watch = client.watch(trades, BOT)
            repeat(trades.size) { watch.done(watch.take()!!) }
            val happening = happening(scope, null)

            suspend fun handle(item: Watched) {
                delay(random.nextInt(3).milliseconds)
                seen.getOrPut(item.tradeId) { CopyOnWriteArrayList() } += (item as Watched.Event).event.id
            }
            withContext(Dispatchers.Default) {
                repeat(TIMES) { time ->
                    when (time % 3) {
                        0 -> launch { watch.forEach(3) { handle(it) } }
                        1 -> launch { watch.asFlow().collect { handle(it) } }
                        else -> launch { watch.take()?.let { handle(it).also { _ -> watch.done(it) } } }
                    }.cancelledAfter(instant())
                }
            }
            happening.stop()
            val rest = scope.launch { watch.forEach { handle(it) } }
            val last = happening.byTrade.mapValues { it.value.last() }
            until { last.all { (trade, id) -> seen[trade]?.lastOrNull() == id } }
            rest.cancelAndJoin()
            happening.byTrade.forEach { (trade, ids) -> assertNoneLost(ids, seen.getValue(trade)) }
            watch.close()
            assertNothingLeft(client)
        }

    private fun instant(): Duration = random.nextInt(MOST_MICROSECONDS).microseconds

    private suspend fun Job.cancelledAfter(instant: Duration) {
        pause(instant)
        cancelAndJoin()
    }

    /** Finer than the whole milliseconds of `delay`. */
    private fun pause(time: Duration) = LockSupport.parkNanos(time.inWholeNanoseconds)

    /** What was at hand when it was cancelled comes again, right away; nothing else does. */
    private fun assertNoneLost(happened: List<Long>, seen: List<Long>) {
        assertEquals(happened, seen.distinct(), "seed $SEED")
        assertEquals(seen.sorted(), seen, "seed $SEED")
    }

    private suspend fun Simulated.assertNothingLeft(client: Client) {
        until { simulator.polls().waiting == 0 }
        assertEquals(0, client.streamStats().streams)
        client.close()
        sender.close()
        until { simulator.polls().connections == 0 }
    }

    /** Events of a trade, or of all, that come at random instants until it is stopped. */
    private class Happening(private val job: Job, val byTrade: Map<String, List<Long>>) {
        val ids: List<Long> get() = byTrade.values.single()

        suspend fun stop() = job.cancelAndJoin()
    }

    private fun Simulated.happening(scope: CoroutineScope, trade: String?): Happening {
        val made = ConcurrentHashMap<String, MutableList<Long>>()
        val job =
            scope.launch(Dispatchers.IO) {
                while (true) {
                    simulator.happen(trade).forEach { made.getOrPut(it.trade) { CopyOnWriteArrayList() } += it.id }
                    delay(random.nextInt(4).milliseconds)
                }
            }
        return Happening(job, made)
    }

    private companion object {
        const val BOT = "bot"
        const val TIMES = 1000
        const val MOST_MICROSECONDS = 4000
        val SEED = Random.nextInt()
    }
}
