package gg.autoplus

import gg.autoplus.internal.BridgeException
import gg.autoplus.internal.InternalException
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

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
    fun `a panic is a bug`() {
        val bug = assertFailsWith<BugException> { bridged { throw InternalException("index out of bounds") } }
        assertEquals("bug", bug.kind)
        assertTrue("report" in bug.message)
    }

    @Test
    fun `half an emoji never crosses`() {
        assertFailsWith<InvalidException> { Client(baseUrl = "https://example.org/\ud83d") }
    }

    private fun failed(kind: String): AutoPlusException =
        assertFailsWith<AutoPlusException> { bridged { throw BridgeException.Failed(failure(kind, "why")) } }
}
