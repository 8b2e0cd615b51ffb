package gg.autoplus

import gg.autoplus.internal.NoteParts
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/** Something changed in how a trade is followed. */
public data class StreamNote(
    /** The trade's thread id. */
    val tradeId: String,
    /** What changed. */
    val change: StreamChange,
)

/** What changed in how a trade is followed. */
public sealed interface StreamChange {
    /** The stable name, such as `recovered`, for logs and counters. */
    public val wire: String

    /** The first stream of this client follows it. */
    public data object Opened : StreamChange {
        override val wire: String get() = "opened"
    }

    /** The last stream of this client left it. */
    public data object Closed : StreamChange {
        override val wire: String get() = "closed"
    }

    /** A poll failed; it is tried again. Told once until one is answered. */
    public data class Failing(
        /** Why. */
        val error: AutoPlusException,
    ) : StreamChange {
        override val wire: String get() = "failing"
    }

    /** Nothing came for longer than a poll may take. Told once until something comes. */
    public data class Silent(
        /** How long nothing came by then. */
        val lasting: Duration,
    ) : StreamChange {
        override val wire: String get() = "silent"

        /** [lasting] for Java. */
        @get:JvmName("getLasting")
        public val lastingForJava: java.time.Duration get() = lasting.toJavaDuration()
    }

    /** A poll was answered again. */
    public data object Recovered : StreamChange {
        override val wire: String get() = "recovered"
    }

    /** The server refuses for good. */
    public data class Refused(
        /** Why. */
        val error: AutoPlusException,
    ) : StreamChange {
        override val wire: String get() = "refused"
    }

    /** History had expired: a snapshot came in place of events. */
    public data object Gap : StreamChange {
        override val wire: String get() = "gap"
    }
}

internal fun NoteParts.toNote(): StreamNote = StreamNote(tradeId, toChange())

private fun NoteParts.toChange(): StreamChange =
    when (change) {
        "opened" -> StreamChange.Opened
        "closed" -> StreamChange.Closed
        "failing" -> StreamChange.Failing(told(failure).toException())
        "silent" -> StreamChange.Silent(told(silentFor).toKotlinDuration())
        "recovered" -> StreamChange.Recovered
        "refused" -> StreamChange.Refused(told(failure).toException())
        "gap" -> StreamChange.Gap
        else -> throw bug("a note of the unknown change $change")
    }

private fun <T : Any> NoteParts.told(part: T?): T = part ?: throw bug("a note of $change tells too little")
