package gg.autoplus

import gg.autoplus.internal.BridgeException
import gg.autoplus.internal.panicAtOnce
import gg.autoplus.internal.panicLater
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class BridgeTest {
    @Test
    fun `each kind has its own exception`() {
        val kinds =
            listOf(
                "invalid", "authentication", "forbidden", "not_found", "conflict", "challenge_expired", "unprocessable",
                "rate_limited", "server", "transport", "timeout", "decode", "outcome_unknown", "operation_in_progress",
                "store", "closed", "bug",
            )
        val classes = kinds.map { kind -> failed(kind).also { assertEquals(kind, it.kind) }.javaClass }
        assertEquals(classes, classes.distinct())
    }

    @Test
    fun `a kind that isn't known is a bug`() {
        assertTrue("brand_new" in (failed("brand_new") as BugException).message)
    }

    @Test
    fun `a panic of the library is a bug`() {
        val bugs =
            listOf(
                assertFailsWith<BugException> { bridged { panicAtOnce() } },
                assertFailsWith<BugException> { runBlocking { awaiting { panicLater() } } },
            )
        for (bug in bugs) {
            assertEquals("bug", bug.kind)
            assertTrue("report it: on purpose" in bug.message, bug.message)
        }
    }

    @Test
    fun `a length of time that can't be one is named`() {
        val wrong =
            mapOf(
                "connect" to Timeouts(connect = (-1).seconds),
                "attempt" to Timeouts(attempt = (-1).milliseconds),
                "call" to Timeouts(call = Duration.INFINITE),
                "poll" to Timeouts(poll = (-1).seconds),
                "pollGrace" to Timeouts(pollGrace = -Duration.INFINITE),
            )
        for ((field, timeouts) in wrong) {
            val error = assertFailsWith<InvalidException> { Client(timeouts = timeouts) }
            assertTrue("timeouts.$field:" in error.message, error.message)
        }
    }

    @Test
    fun `half an emoji never crosses`() {
        assertFailsWith<InvalidException> { Client(baseUrl = "https://example.org/\ud83d") }
    }

    private fun failed(kind: String): AutoPlusException =
        assertFailsWith<AutoPlusException> { bridged { throw BridgeException.Failed(failure(kind, "why")) } }
}
