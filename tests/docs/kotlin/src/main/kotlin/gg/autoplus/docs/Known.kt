package gg.autoplus.docs

// ANCHOR: until_known
import gg.autoplus.OutcomeUnknownException
import kotlinx.coroutines.delay
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** Repeats the same call: on the same challenge, or under the same operation name. Nothing happens twice. */
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
// ANCHOR_END: until_known
