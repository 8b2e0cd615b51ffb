package gg.autoplus

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * The events of one trade, in order, as a cold flow: each collector follows the trade by a stream of its own. It completes
 * after the trade closed; collecting in a cancelled coroutine ends the poll at once.
 *
 * An event is finished when the collector took it and came back. One that left early, by `take`, a failure or because it
 * was cancelled, leaves its last event unfinished: under the same consumer's name it comes again.
 */
public class TradeEvents private constructor(private val state: State) : Flow<TradeEvent> by state.flow {
    internal constructor(open: () -> TradeStream) : this(State(open))

    /** How the flow ended, for the collector that came last; null while it goes on or if it was left early. */
    public val end: StreamEnd? get() = state.end

    private class State(open: () -> TradeStream) {
        @Volatile var end: StreamEnd? = null

        val flow: Flow<TradeEvent> =
            flow {
                end = null
                open().use { stream ->
                    // One at a time: to ask for more says that what came is finished.
                    while (true) emit(stream.next() ?: break)
                    end = stream.end
                }
            }
    }
}
