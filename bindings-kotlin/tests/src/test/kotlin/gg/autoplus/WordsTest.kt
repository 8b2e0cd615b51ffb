package gg.autoplus

import gg.autoplus.internal.knownWords
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertTrue

class WordsTest {
    @Test
    fun `the words are the core's`() {
        val words =
            mapOf(
                "Crypto" to Crypto.known,
                "TradeStatus" to TradeStatus.known,
                "EventType" to EventType.known,
                "Priority" to Priority.known,
                "Outcome" to Outcome.known,
            )
        assertEquals(knownWords(), words.mapValues { (_, known) -> known.map { it.wire } })
    }

    @Test
    fun `a word that isn't known stays readable`() {
        val crypto = Crypto.of("doge")
        assertIs<Crypto.Unknown>(crypto)
        assertEquals("doge", crypto.raw)
        assertFalse(crypto.isKnown)
        assertEquals(crypto, Crypto.of("doge"))
        assertEquals("doge", "$crypto")
        assertTrue(Crypto.of("ltc") === Crypto.Ltc)
    }

    @Test
    fun `every field of a trade has its property`() =
        simulated {
            val trade = sender.trade(simulator.openTrade(TradeStatus.WaitingAction))
            val models = listOf(Trade::class.java, TradeTerms::class.java, TermsSide::class.java)
            val properties = models.flatMap { model -> model.declaredFields.map { it.name } }.toSet()
            val fields = Regex("\"(\\w+)\":").findAll(trade.toJson()).map { it.groupValues[1] }.toSet()
            assertTrue(fields.size > 20)
            assertEquals(emptySet(), fields - properties)
        }
}
