package gg.autoplus

import java.time.Instant

/** One change of a trade, with the whole trade as it stood then. */
public data class TradeEvent(
    /** Increases within the trade, with gaps. */
    val id: Long,
    /** What kind of change this is. */
    val type: EventType,
    /** When it happened. */
    val occurredAt: Instant,
    /** The changed public fields and, where it applies, outcome or execution. */
    val changes: Changes,
    /** The trade at this event. */
    val trade: Trade,
    /** Set where history was lost before this event: what changed meanwhile. */
    val gap: Gap?,
    /** Pass this back as `startAfter` to go on right behind this event. */
    val offset: Long,
    /** Fields that this version doesn't know, each as raw JSON. */
    val extra: Map<String, String> = emptyMap(),
)

/** What an event changed. */
public data class Changes(
    /** The object as it came. */
    val rawJson: String,
    /** How the trade ended, if these changes say so. */
    val outcome: Outcome?,
    /** The transfer that these changes report on, if any. */
    val execution: Execution?,
)

/** How a transfer of funds goes on. */
public data class Execution(
    /** The transfer's identifier, if it was given. */
    val id: String?,
    /** Where the transfer stands. */
    val state: ExecutionState,
    /** Why it failed, if the server says. */
    val reason: String?,
)

/** History that expired before it was read: the trade jumped from the last known snapshot to the event's own. */
public data class Gap(
    /** The last snapshot that this stream had seen, if any. */
    val lastKnown: Trade?,
    /** Names of the fields that differ from it. */
    val fields: List<String>,
)

/** How a stream of events ended. */
public sealed interface StreamEnd {
    /** The trade closed. */
    public data class Closed(
        /** How, as far as the events told. */
        val outcome: Outcome,
    ) : StreamEnd

    /** The server no longer has this trade; how it ended isn't known. */
    public data object NoLongerAvailable : StreamEnd
}
