package gg.autoplus

import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

/** Limits of time. The defaults suit bots and apps. */
public data class Timeouts(
    /** Opening a connection. */
    val connect: Duration = 10.seconds,
    /** One attempt of a call, its body included. */
    val attempt: Duration = 20.seconds,
    /** A whole call with all its attempts. */
    val call: Duration = 45.seconds,
    /** How long the server may hold an event poll, in whole seconds, at most 60. */
    val poll: Duration = 50.seconds,
    /** How much later a poll's answer may come. */
    val pollGrace: Duration = 10.seconds,
)

internal fun lasting(field: String, time: Duration): java.time.Duration {
    if (time.isFinite() && !time.isNegative()) return time.toJavaDuration()
    throw InvalidException(failure("invalid", "timeouts.$field: $time is no length of time to wait for an answer"))
}
