package gg.autoplus.examples

import gg.autoplus.ChangedSinceReviewException
import gg.autoplus.Client
import gg.autoplus.ConflictException
import gg.autoplus.NotFoundException
import gg.autoplus.OutcomeUnknownException
import gg.autoplus.StreamEnd
import gg.autoplus.Trade
import kotlinx.coroutines.delay
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * Settles what an earlier run left open, before anything is begun. What stays unknown is never begun anew: the same call
 * under the same name, or a later start, settles it.
 */
suspend fun Client.settle() {
    for (settlement in recover()) {
        val operation = settlement.operation
        println("from an earlier run: ${operation.kind.wire} ${operation.name}: ${settlement.message}")
    }
}

/**
 * Calls [act] whenever something happened, until the trade is over; how it ended. An event may be old by now, so what
 * [act] gets is the trade as it stands. The store remembers under the consumer's name which event was the last that was
 * acted on: a later start goes on right behind it.
 */
suspend fun Client.follow(tradeId: String, consumer: String, act: suspend (Trade) -> Unit): StreamEnd? {
    val events = events(tradeId, consumer)
    // What an earlier run began and didn't end, such as a wait for the goods, no event brings back.
    unlessFaster { act(trade(tradeId)) }
    events.collect { unlessFaster { act(trade(tradeId)) } }
    return events.end
}

/** The other side may be faster. Then nothing was confirmed, and the next event brings what stands now. */
suspend fun unlessFaster(act: suspend () -> Unit) {
    try {
        act()
    } catch (_: ChangedSinceReviewException) {
        println("the trade moved on meanwhile, looking again")
    } catch (_: ConflictException) {
        println("the trade moved on meanwhile, looking again")
    } catch (_: NotFoundException) {
        // It closed meanwhile: the last event comes next.
    }
}

/**
 * Repeats a call whose outcome is unknown until it is known: under the same operation name, or on the same challenge.
 * Identical key and bytes go out, so nothing happens twice. Never start it anew instead.
 */
suspend fun <T> untilKnown(pause: Duration = 5.seconds, call: suspend () -> T): T {
    while (true) {
        try {
            return call()
        } catch (unknown: OutcomeUnknownException) {
            println("not known yet, asking again: ${unknown.message}")
            delay(pause)
        }
    }
}
