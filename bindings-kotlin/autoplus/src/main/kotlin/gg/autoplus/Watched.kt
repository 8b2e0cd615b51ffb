package gg.autoplus

/** What a [TradeWatch] gives. */
public sealed interface Watched {
    /** The trade it is about, by thread id. */
    public val tradeId: String

    /** Something happened in a trade. */
    public data class Event(
        /** What happened, with the trade as it stood then. */
        val event: TradeEvent,
    ) : Watched {
        override val tradeId: String get() = event.trade.id
    }

    /** A trade ended, and all its events were handed out: it has left the watch. */
    public data class Ended(
        override val tradeId: String,
        /** How, as far as that is known. */
        val end: StreamEnd,
        /** As its last event showed it. */
        val lastKnown: Trade?,
    ) : Watched

    /** A trade can't be followed. The others go on. */
    public data class Failed(
        override val tradeId: String,
        /** Why. */
        val error: AutoPlusException,
        /** Whether it has left the watch; else it is tried on. */
        val over: Boolean,
    ) : Watched
}
