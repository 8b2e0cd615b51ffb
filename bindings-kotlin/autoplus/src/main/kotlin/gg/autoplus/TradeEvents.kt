package gg.autoplus

import gg.autoplus.internal.NativeStream
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * The events of one trade, in order, as a cold flow: each collector follows the trade by itself. It completes after the
 * trade closed; collecting in a cancelled coroutine ends the poll at once.
 */
public class TradeEvents private constructor(private val state: State) : Flow<TradeEvent> by state.flow {
    internal constructor(open: () -> NativeStream) : this(State(open))

    /** How the flow ended, for the collector that came last; null while it goes on or if it was left early. */
    public val end: StreamEnd? get() = state.end

    private class State(open: () -> NativeStream) {
        @Volatile var end: StreamEnd? = null

        val flow: Flow<TradeEvent> =
            flow {
                end = null
                open().use { stream ->
                    try {
                        while (true) {
                            // One at a time: with a batch the client would know of events that nobody saw yet.
                            val event = awaiting { stream.next() } ?: break
                            emit(event.toEvent())
                        }
                        end = stream.end()?.toEnd()
                    } finally {
                        stream.stop()
                    }
                }
            }
    }
}
