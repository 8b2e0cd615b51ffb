package gg.autoplus.testing

import kotlinx.serialization.json.JsonObject
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.DurationUnit

/** What can go wrong with a request. */
public sealed class Fault(internal val kind: String, internal vararg val arguments: Pair<String, Any?>?) {
    /** The connection closes before anything was done. */
    public data object LostBefore : Fault("lost_before")

    /** It is done, then the connection closes without an answer. */
    public data object LostAfter : Fault("lost_after")

    /** It is done; half of the answer arrives. */
    public data object CutBody : Fault("cut_body")

    /** It is done at once; the answer comes later. */
    public data class Slow(
        /** Real time. */
        val by: Duration = 1.seconds,
    ) : Fault("slow", by.asSeconds())

    /** It is done at once; the answer's body drips in. */
    public data class SlowBody(
        /** Real time. */
        val over: Duration = 1.seconds,
    ) : Fault("slow_body", over.asSeconds())

    /** It is done later, even if its client is gone by then. */
    public data class Delayed(
        /** Virtual time: [Simulator.advance] gets there at once. */
        val by: Duration = 1.seconds,
    ) : Fault("delayed", by.asSeconds())

    /** A failure in the API's form of errors. */
    public data class Status(
        /** 429, 500, 502, 503 or 504. */
        val status: Int,
        /** The header `Retry-After`: seconds, a date, or any text. */
        val retryAfter: String? = null,
        /** All such requests in this much virtual time, instead of a number of them. */
        val window: Duration? = null,
        /** Whether it is done all the same; not in a [window]. */
        val processed: Boolean? = null,
    ) : Fault("status", "status" to status, "retry_after" to retryAfter, window?.asSeconds(), "processed" to processed)

    /** A page of HTML, as from a proxy or a captive portal. */
    public data class Html(
        /** 200, or an error's. */
        val status: Int = 200,
        /** The header `Retry-After`: seconds, a date, or any text. */
        val retryAfter: String? = null,
        /** All such requests in this much virtual time, instead of a number of them. */
        val window: Duration? = null,
        /** Whether it is done all the same; not in a [window]. */
        val processed: Boolean? = null,
    ) : Fault("html", "status" to status, "retry_after" to retryAfter, window?.asSeconds(), "processed" to processed)

    /** It is processed twice, as by a proxy that sends again. */
    public data class Duplicate(
        /** How much later the second time comes, in virtual time. */
        val after: Duration = Duration.ZERO,
        /** Which of the two answers the client gets. */
        val answer: Delivery = Delivery.First,
    ) : Fault("duplicate", after.asSeconds(), "answer" to answer.wire)

    /** Somebody makes a move in Discord just before it is looked at. The arguments are those of [Simulator.act]. */
    public data class Overtaken(
        /** Who moves. */
        val user: User,
        /** What they do. */
        val act: String,
        /** For choose_role. */
        val role: String? = null,
        /** For set_terms; without it they are cleared. */
        val text: String? = null,
        /** For claim; without it one is made up. */
        val address: String? = null,
    ) : Fault("overtaken", "act" to move(user, "act" to act, "role" to role, "text" to text, "address" to address))

    /** A poll's answer comes at once and begins with events from before its offset: ids that repeat and go back. */
    public data class Repeated(
        /** How many of the last ones. */
        val events: Int = 1,
    ) : Fault("repeated", "events" to events)

    /** The newest event comes first in a poll's answer. */
    public data object Backwards : Fault("backwards")

    /** A poll's answer has the events after its offset, and that same offset as `nextOffset`. */
    public data object Stuck : Fault("stuck")
}

/** One of the two times that a request was processed. */
public enum class Delivery(internal val wire: String) {
    /** The earlier one. */
    First("first"),

    /** The later one. */
    Second("second"),
}

private fun move(user: User, vararg what: Pair<String, Any?>) = JsonObject(fields("user" to user.id, *what))

private fun Duration.asSeconds(): Pair<String, Double> = "seconds" to toDouble(DurationUnit.SECONDS)
