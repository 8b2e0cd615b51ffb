package gg.autoplus

import gg.autoplus.internal.Method
import gg.autoplus.internal.NativeStream
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * The events of one trade, in order, asked for one by one. To be closed, which ends its poll; [Client.events] does that by
 * itself.
 *
 * Under a consumer's name an event is finished when the next one is asked for, or by [commit]. Cancelling loses nothing:
 * what a coroutine took that was cancelled before it came back for more comes again.
 */
public class TradeStream internal constructor(
    private val native: NativeStream,
    /** The trade that is followed, by thread id. */
    public val tradeId: String,
    /** The name under which it reads, if it has one. */
    public val consumer: String?,
) : AutoCloseable {
    private val turns = Turns()
    private val callee = Callee(native.number(), this)

    /** How the stream ended, once all its events were handed out. */
    public val end: StreamEnd? get() = native.end(turns.seen)?.toEnd()

    /** The trade as the last event that came shows it. */
    public val lastKnown: Trade? get() = native.lastKnown()?.toTrade()

    /** The [offset][TradeEvent.offset] of the last event that was handed out: where a new stream would go on. */
    public val offset: Long? get() = native.offset(turns.seen)

    /**
     * The next event; null once the stream has ended or was closed. Trouble on the way is retried; only when nothing came
     * through for as long as a whole call may take does it fail, and asking again goes on.
     *
     * @throws OperationInProgressException while another stream reads this trade under the same consumer's name.
     */
    public suspend fun next(): TradeEvent? = nextBatch(1).firstOrNull()

    /** The next events, at least one and at most [max], in one go: far cheaper; empty once the stream has ended. */
    public suspend fun nextBatch(max: Int): List<TradeEvent> =
        turns.take { seen ->
            callee.ask(Method.NEXT_EVENTS, { readBatch(it, ::readEvent) }) { it.putInt(max).putLong(seen) }
        }

    /**
     * Says that all that was handed out is finished, without asking for more; not what was lost with a cancelled coroutine.
     * Does nothing without a consumer's name.
     */
    public suspend fun commit(): Unit = callee.ask(Method.COMMIT_EVENTS, { }) { it.putLong(turns.seen) }

    /**
     * Ends the stream and, if no other follows the trade, its poll. A [next] under way gives null. What was handed out last
     * and not finished comes again under the same name.
     */
    override fun close(): Unit = native.stop()

    override fun toString(): String = "TradeStream(tradeId=$tradeId, consumer=$consumer)"

    /** The trade at the first event for which the condition holds. */
    internal suspend fun until(condition: (Trade) -> Boolean): Trade {
        while (true) {
            val event = next() ?: throw native.endedWithout().toException()
            if (condition(event.trade)) return event.trade
        }
    }

    internal fun tooLate(timeout: Duration): AutoPlusException =
        native.tooLate(timeout.coerceAtLeast(Duration.ZERO).toJavaDuration()).toException()
}
