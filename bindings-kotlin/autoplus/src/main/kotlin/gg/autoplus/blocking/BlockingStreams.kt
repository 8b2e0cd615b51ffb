package gg.autoplus.blocking

import gg.autoplus.StreamEnd
import gg.autoplus.StreamNote
import gg.autoplus.StreamNotes
import gg.autoplus.Trade
import gg.autoplus.TradeEvent
import gg.autoplus.TradeStream
import gg.autoplus.TradeWatch
import gg.autoplus.Watched
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runInterruptible
import java.util.function.Consumer

/**
 * The events of one trade, in order, for a loop; to be closed, which ends its poll. The loop ends after the trade closed.
 *
 * Under a consumer's name an event is finished when the loop comes back for the next one, or by [commit]. All iterators of
 * it are the same one: a second loop goes on where the first stopped.
 */
public class BlockingEvents internal constructor(
    private val stream: TradeStream,
) : Iterable<TradeEvent>,
    AutoCloseable {
    private val pulled = Pulled(stream::nextBatch)

    /** The trade that is followed, by thread id. */
    public val tradeId: String get() = stream.tradeId

    /** The name under which it reads, if it has one. */
    public val consumer: String? get() = stream.consumer

    /** How the stream ended, once all its events were handed out. */
    public val end: StreamEnd? get() = stream.end

    /** The trade as the last event that came shows it. */
    public val lastKnown: Trade? get() = stream.lastKnown

    /** The offset of the last event that came: where a new stream would go on. */
    public val offset: Long? get() = stream.offset

    override fun iterator(): Iterator<TradeEvent> = pulled

    /** The next event; null once the stream has ended or was closed. */
    public fun next(): TradeEvent? = pulled.nextOrNull()

    /** The next events, at least one and at most [max], in one go; empty once the stream has ended. */
    public fun nextBatch(max: Int): List<TradeEvent> = pulled.nextBatch(max)

    /** Says that all that came is finished, without asking for more. Does nothing without a consumer's name. */
    public fun commit(): Unit = waiting { stream.commit() }

    /** Ends the stream and, if no other follows the trade, its poll. A loop that waits ends. */
    override fun close(): Unit = stream.close()

    override fun toString(): String = "BlockingEvents(tradeId=$tradeId, consumer=$consumer)"
}

/** The events of many trades, each trade's in order, for a loop or for workers; goes on until it is closed. */
public class BlockingWatch internal constructor(
    private val watch: TradeWatch,
) : Iterable<Watched>,
    AutoCloseable {
    private val pulled = Pulled(watch::nextBatch)

    /** The name under which it reads, if it has one. */
    public val consumer: String? get() = watch.consumer

    /** The trades that are watched, by thread id. */
    public val trades: List<String> get() = watch.trades

    /** Watches one more trade. False if it is watched already. */
    public fun add(tradeId: String): Boolean = watch.add(tradeId)

    /** Stops watching a trade. False if it isn't watched. */
    public fun remove(tradeId: String): Boolean = watch.remove(tradeId)

    override fun iterator(): Iterator<Watched> = pulled

    /** What comes next, of whatever trade; null once the watch was closed. What came before is finished then. */
    public fun next(): Watched? = pulled.nextOrNull()

    /** What comes next, at least one and at most [max]; empty once the watch was closed. */
    public fun nextBatch(max: Int): List<Watched> = pulled.nextBatch(max)

    /** Says that what [next] gave is finished. */
    public fun done(item: Watched): Unit = waiting { watch.done(item) }

    /**
     * Works on up to [atOnce] trades side by side, each in order, on threads of a pool. What the handler returned from is
     * finished. Ends when the watch is closed. If a handler fails, the others are interrupted, and its exception comes out
     * of this; what they didn't finish comes again.
     */
    public fun work(atOnce: Int, handler: Consumer<Watched>): Unit =
        waiting { watch.forEach(atOnce) { item -> runInterruptible(Dispatchers.IO) { handler.accept(item) } } }

    /** Ends the watch and its polls. A loop that waits ends. */
    override fun close(): Unit = watch.close()

    override fun toString(): String = watch.toString()
}

/** What changes in how a client's trades are followed, for a loop; ends when the client or this is closed. */
public class BlockingNotes internal constructor(
    private val notes: StreamNotes,
) : Iterable<StreamNote>,
    AutoCloseable {
    private val pulled = Pulled(notes::nextBatch)

    /** How many were given up because too many waited. */
    public val missed: Long get() = notes.missed

    override fun iterator(): Iterator<StreamNote> = pulled

    /** What changed next; null once the client or this was closed. */
    public fun next(): StreamNote? = pulled.nextOrNull()

    /** What changed next, at least one and at most [max], in one go; empty once the client or this was closed. */
    public fun nextBatch(max: Int): List<StreamNote> = pulled.nextBatch(max)

    /** Stops listening. A loop that waits ends. */
    override fun close(): Unit = notes.close()

    override fun toString(): String = notes.toString()
}
