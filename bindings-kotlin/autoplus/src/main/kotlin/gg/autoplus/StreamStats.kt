package gg.autoplus

import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** What the streams of a client are doing and did so far. */
public data class StreamStats(
    /** Streams that are open; a watch counts once per trade. */
    val streams: Long,
    /** Trades that they follow; each has one poll. */
    val trades: Long,
    /** Polls that wait for an answer now. */
    val pollsInFlight: Long,
    /** Trades whose two polls other processes on the same store have at the moment. */
    val waiting: Long,
    /** Followed trades of which nothing came for longer than a poll may take. */
    val silent: Long,
    /** Polls that were answered readably, so far. */
    val polls: Long,
    /** Events that came, before what repeats was dropped. */
    val events: Long,
    /** Polls that were begun anew, after trouble or because a stream wanted earlier events. */
    val reconnects: Long,
    /** Snapshots that came because history had expired. */
    val gaps: Long,
    /** Events that repeated or went back and were not handed out. */
    val dropped: Long,
    /** Answers with events that led nowhere. */
    val notAdvancing: Long,
)

/** How following one trade goes. */
public data class FollowedTrade(
    /** The trade's thread id. */
    val tradeId: String,
    /** Streams that follow it in this client. */
    val streams: Long,
    /** Whether a poll waits for an answer. */
    val polling: Boolean,
    /** How long ago a poll was answered readably; null before the first. */
    val lastGoodPoll: Duration?,
    /** Polls in a row that failed or led nowhere. */
    val failures: Long,
    /** Events that came and weren't handed out, of the stream that is furthest behind. */
    val lag: Long,
    /** Nothing came for longer than a poll may take: don't take its quiet for peace. */
    val silent: Boolean,
    /** What went wrong last, until a poll is answered again. */
    val error: AutoPlusException?,
) {
    /** [lastGoodPoll] for Java. */
    @get:JvmName("getLastGoodPoll")
    public val lastGoodPollForJava: java.time.Duration? get() = lastGoodPoll?.toJavaDuration()
}
