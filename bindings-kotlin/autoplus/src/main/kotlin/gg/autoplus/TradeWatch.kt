package gg.autoplus

import gg.autoplus.internal.FfiConverterTypeWatchedParts
import gg.autoplus.internal.Method
import gg.autoplus.internal.NativeWatch
import gg.autoplus.internal.WatchedParts
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withLock
import java.nio.ByteBuffer
import java.util.concurrent.ConcurrentHashMap
import kotlin.coroutines.coroutineContext

/**
 * The events of many trades, each trade's in order. Goes on until it is closed, also when no trade is left. What waits is
 * bounded: a slow consumer stops the polls.
 *
 * Either one consumer takes everything with [next] and [nextBatch], or it is worked on by [forEach], [asFlow] or, with
 * workers of one's own, by [take] and [done]. Nothing more of a trade comes before what came last is finished. Cancelling
 * loses nothing: what a coroutine took and didn't finish because it failed or was cancelled comes again.
 */
public class TradeWatch internal constructor(
    private val native: NativeWatch,
    /** The name under which it reads, if it has one. */
    public val consumer: String?,
) : AutoCloseable {
    private val turns = Turns()
    private val callee = Callee(native.number(), this)
    private val workers = Mutex()
    private val leashes = ConcurrentHashMap<String, Leash>()

    /** The trades that are watched, by thread id. */
    public val trades: List<String> get() = native.trades()

    /** Watches one more trade. False if it is watched already. */
    public fun add(tradeId: String): Boolean = bridged { native.add(tradeId) }

    /**
     * Stops watching a trade; what waits of it is given up, and comes again under the same name. False if it isn't watched.
     */
    public fun remove(tradeId: String): Boolean = bridged { native.remove(tradeId) }

    /**
     * What comes next, of whatever trade; null once the watch was closed. It says that all that this and [nextBatch] gave
     * before is finished.
     */
    public suspend fun next(): Watched? = nextBatch(1).firstOrNull()

    /** What comes next, at least one and at most [max], each trade's in order; empty once the watch was closed. */
    public suspend fun nextBatch(max: Int): List<Watched> =
        turns.take { seen ->
            val read = { bytes: ByteBuffer -> readBatch(bytes) { watched(FfiConverterTypeWatchedParts.read(it)) } }
            callee.ask(Method.NEXT_WATCHED, read) { it.putInt(max).putLong(seen) }
        }

    /**
     * What comes next, for one of several workers: nothing more of its trade comes before it is [done]. If the coroutine
     * that took it fails or is cancelled before that, another worker gets it. Null once the watch was closed.
     */
    public suspend fun take(): Watched? {
        val work = work() ?: return null
        coroutineContext[Job]
            ?.invokeOnCompletion { failure -> if (failure != null) giveBack(work) }
            ?.let { leashes.put(work.item.tradeId, Leash(work.item, it)) }
        return work.item
    }

    /** Says that what [take] or [next] gave is finished. */
    public suspend fun done(item: Watched) {
        val leash = leashes[item.tradeId]?.takeIf { it.item == item }
        awaiting { native.done(item.tradeId, (item as? Watched.Event)?.event?.offset) }
        if (leash != null && leashes.remove(item.tradeId, leash)) leash.watching.dispose()
    }

    /** What comes, one after the other, as a flow. An item is finished when the collector took it and came back. */
    public fun asFlow(): Flow<Watched> =
        flow {
            while (true) {
                val work = work() ?: break
                try {
                    emit(work.item)
                    done(work.item)
                } catch (left: Throwable) {
                    giveBack(work)
                    throw left
                }
            }
        }

    /**
     * Works on up to [atOnce] trades side by side, each in order. What the handler returned from is finished. Ends when the
     * watch is closed. If a handler fails, the others are cancelled, and its exception comes out of this; what they didn't
     * finish comes again.
     */
    public suspend fun forEach(atOnce: Int = 16, handler: suspend (Watched) -> Unit): Unit =
        coroutineScope {
            val room = Semaphore(atOnce.coerceAtLeast(1))
            while (true) {
                room.acquire()
                val work = work() ?: break
                val worker =
                    launch {
                        handler(work.item)
                        done(work.item)
                    }
                // Also when it was cancelled before it began.
                worker.invokeOnCompletion { failure ->
                    if (failure != null) giveBack(work)
                    room.release()
                }
            }
        }

    /** Ends the watch and its polls. What was handed out and not finished comes again under the same name. */
    override fun close(): Unit = native.stop()

    override fun toString(): String = "TradeWatch(consumer=$consumer)"

    private class Work(val ticket: Long, val item: Watched)

    /** What `take` gave, and what looks after the coroutine that took it. */
    private class Leash(val item: Watched, val watching: DisposableHandle)

    private suspend fun work(): Work? =
        workers.withLock {
            while (awaiting { native.workReady() }) {
                native.takeWork()?.let { return Work(it.ticket, watched(it.item)) }
            }
            null
        }

    private fun giveBack(work: Work) = native.giveBackWork(work.item.tradeId, work.ticket)

    private fun watched(parts: WatchedParts): Watched =
        when (parts) {
            is WatchedParts.Event -> event(parts)
            is WatchedParts.Ended -> Watched.Ended(parts.tradeId, parts.end.toEnd(), parts.lastKnown?.toTrade())
            is WatchedParts.Failed -> Watched.Failed(parts.tradeId, parts.failure.toException(), parts.over)
        }

    /** An event that can't be shown isn't finished either: its trade leaves, and the others go on. */
    private fun event(parts: WatchedParts.Event): Watched =
        try {
            Watched.Event(parts.event.toEvent())
        } catch (unreadable: DecodeException) {
            native.remove(parts.event.trade.id)
            Watched.Failed(parts.event.trade.id, unreadable, over = true)
        }
}
