package gg.autoplus

import gg.autoplus.testing.Fault
import org.junit.jupiter.api.Test
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds

class SecretsTest {
    @Test
    fun `neither token nor code is ever printed`() =
        simulated {
            val token = simulator.sender.token!!
            val timeouts = Timeouts(attempt = 300.milliseconds, call = 600.milliseconds)
            val brief = simulator.client(simulator.sender, timeouts)
            val trade = brief.trade(simulator.openTrade(TradeStatus.WaitingAction))
            val challenge = brief.requestRelease(trade)
            simulator.fault("POST /trades/{id}/confirm-action", Fault.LostBefore, times = 20)
            val error = assertFailsWith<OutcomeUnknownException> { challenge.confirm() }
            val code = code(received("POST", "confirm-action").body!!)
            val printed =
                listOf(brief, challenge, trade, error, error.stackTraceToString(), simulator.sender, error.operation)
            for (text in printed.map { it.toString() }) {
                assertFalse(token in text, text)
                assertFalse(code in text, text)
            }
            assertTrue(trade.receiver!! in challenge.toString())
            brief.close()
        }

    @Test
    fun `a token that can't be one isn't echoed`() {
        val error = assertFailsWith<InvalidException> { Client(token = "my secret token") }
        assertFalse("secret" in error.message)
    }

    private fun code(body: String): String =
        checkNotNull(Regex("\"confirmationCode\":\"([^\"]+)\"").find(body)).groupValues[1]
}
