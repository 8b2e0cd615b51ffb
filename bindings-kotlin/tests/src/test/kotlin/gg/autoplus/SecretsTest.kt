package gg.autoplus

import gg.autoplus.testing.Fault
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readText
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds

class SecretsTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `neither token nor code is ever printed or kept`() =
        simulated {
            val token = simulator.sender.token!!
            val timeouts = Timeouts(attempt = 300.milliseconds, call = 600.milliseconds)
            val brief = simulator.client(simulator.sender, timeouts, "sqlite:${folder.resolve("kept.db")}")
            val trade = brief.trade(simulator.openTrade(TradeStatus.WaitingAction))
            val challenge = brief.requestRelease(trade)
            simulator.fault("POST /trades/{id}/confirm-action", Fault.LostBefore, times = 20)
            val error = assertFailsWith<OutcomeUnknownException> { challenge.confirm() }
            val settlement = brief.resolve(error.operation!!)
            val code = code(received("POST", "confirm-action").body!!)
            val printed =
                listOf(brief, challenge, trade, error, error.stackTraceToString(), simulator.sender, error.operation)
            val kept = folder.listDirectoryEntries().map { it.readText(Charsets.ISO_8859_1) }
            assertTrue(kept.any { error.operation!!.idempotencyKey in it })
            for (text in printed.map { it.toString() } + kept + error.operation!!.toJson() + settlement.toJson()) {
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
