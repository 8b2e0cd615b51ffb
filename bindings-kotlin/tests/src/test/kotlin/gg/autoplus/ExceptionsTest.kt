package gg.autoplus

import gg.autoplus.testing.Fault
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class ExceptionsTest {
    @Test
    fun `what the server said is readable`() =
        simulated {
            val error = assertFailsWith<NotFoundException> { sender.trade("3999999999999999999") }
            assertEquals(404, error.status)
            assertEquals("not_found", error.code)
            assertEquals("not_found", error.kind)
            assertNotNull(error.requestId)
            assertIs<AutoPlusException>(error)
        }

    @Test
    fun `details stay raw and retryAfter is a duration`() =
        simulated {
            val body = """{"code":"rate_limited","message":"slow down","requestId":"r","details":{"left":1.0}}"""
            simulator.answer("GET /stats", 429, body, mapOf("retry-after" to "7"), times = 10)
            val client = Client(baseUrl = simulator.baseUrl, timeouts = Timeouts(call = 500.milliseconds))
            val error = client.use { assertFailsWith<RateLimitedException> { it.stats() } }
            assertEquals("""{"left":1.0}""", error.details)
            assertEquals(7.seconds, error.retryAfter)
        }

    @Test
    fun `a change shows both snapshots`() =
        simulated {
            val reviewed = sender.trade(simulator.openTrade(TradeStatus.WaitingTermsAcceptance))
            simulator.act(reviewed.id, simulator.receiver, "set_terms", text = "no refunds")
            val error = assertFailsWith<ChangedSinceReviewException> { sender.confirmTerms(reviewed) }
            assertEquals(reviewed, error.reviewed)
            assertEquals("no refunds", error.current.terms?.receiver?.text?.value)
            assertTrue("terms.receiver.text" in error.fields)
            assertEquals(false, error.landed)
        }

    @Test
    fun `an unknown outcome names the operation to repeat`() =
        simulated {
            simulator.fault("POST /guilds/{id}/trades", Fault.LostAfter, times = 1)
            simulator.answer("POST /guilds/{id}/trades", 503, "<html>down</html>", times = 20)
            val timeouts = Timeouts(attempt = 300.milliseconds, call = 800.milliseconds)
            val brief = simulator.client(simulator.sender, timeouts)
            val error = assertFailsWith<OutcomeUnknownException> { open(brief) }
            val operation = assertNotNull(error.operation)
            assertEquals(ORDER to OperationKind.OpenTrade, operation.name to operation.kind)
            assertNull(operation.tradeId)
            brief.close()
        }

    @Test
    fun `a closed client says so`() =
        simulated {
            sender.close()
            assertFailsWith<ClosedException> { sender.stats() }
            assertNull(assertFailsWith<ClosedException> { sender.trade("1") }.status)
        }

    @Test
    fun `set-up mistakes are refused at once`() {
        assertFailsWith<InvalidException> { Client(baseUrl = "http://example.org/v1") }
        assertFailsWith<InvalidException> { Client(token = "two words") }
        assertFailsWith<InvalidException> { Trade.fromJson("{}") }
    }
}
