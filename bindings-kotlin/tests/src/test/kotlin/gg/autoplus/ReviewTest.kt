package gg.autoplus

import org.junit.jupiter.api.Test
import java.math.BigDecimal
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue

class ReviewTest {
    @Test
    fun `a copy with other values is refused and nothing is sent`() =
        simulated {
            val trade = sender.trade(simulator.openTrade(TradeStatus.WaitingTermsAcceptance, senderTerms = "a laptop"))
            simulator.requests(clear = true)
            val other = receiver.trade(simulator.openTrade(TradeStatus.WaitingTermsAcceptance))
            val changed =
                listOf(
                    trade.copy(receiver = simulator.stranger.id),
                    trade.copy(crypto = Crypto.Btc),
                    trade.copy(id = other.id),
                    trade.copy(terms = trade.terms?.copy(sender = other.terms!!.sender)),
                    trade.copy(terms = trade.terms?.copy(version = "x")),
                    trade.copy(extra = mapOf("new" to "1")),
                    trade.copy(provenance = other.provenance),
                )
            simulator.requests(clear = true)
            for (copy in changed) {
                assertFailsWith<InvalidException> { sender.confirmTerms(copy) }
                assertFailsWith<InvalidException> { sender.setTerms(copy, "x") }
                assertFailsWith<InvalidException> { sender.nextStep(copy) }
            }
            val locked = sender.trade(simulator.openTrade(TradeStatus.WaitingAction)).copy(amount = BigDecimal("0.1"))
            simulator.requests(clear = true)
            assertFailsWith<InvalidException> { sender.requestRelease(locked) }
            assertEquals(emptyList(), simulator.requests())
        }

    @Test
    fun `a copy with the same values is the snapshot`() =
        simulated {
            val trade = sender.trade(simulator.openTrade(TradeStatus.WaitingTermsAcceptance, senderTerms = "a laptop"))
            val copy = trade.copy(crypto = Crypto.of("ltc"), terms = trade.terms?.copy())
            assertTrue(sender.confirmTerms(copy).terms!!.sender.confirmed)
        }

    @Test
    fun `amounts of any notation are the snapshot`() =
        simulated {
            val id = simulator.openTrade(TradeStatus.WaitingAction)
            simulator.patch(id, mapOf("amount" to "1e-7", "fees" to "5e-324", "amountUsd" to "1e99"))
            val trade = sender.trade(id)
            assertEquals(BigDecimal("0.0000001"), trade.amount)
            assertEquals(BigDecimal("5e-324"), trade.fees)
            assertEquals(Action.Release, sender.requestRelease(trade).action)
        }

    @Test
    fun `a trade from JSON reads alike and is refused`() =
        simulated {
            val trade = sender.trade(simulator.openTrade(TradeStatus.WaitingTermsAcceptance))
            val rebuilt = Trade.fromJson(trade.toJson())
            assertEquals(trade, rebuilt)
            assertEquals(trade.hashCode(), rebuilt.hashCode())
            assertFalse(rebuilt.provenance.isFromServer)
            assertEquals(sender.nextStep(trade), sender.nextStep(rebuilt))
            assertFailsWith<InvalidException> { sender.confirmTerms(rebuilt) }
            assertFailsWith<InvalidException> { sender.confirmTerms(trade.copy(provenance = rebuilt.provenance)) }
        }

    @Test
    fun `half an emoji is shown and echoed, and refused where it begins`() =
        simulated {
            val id = simulator.openTrade(TradeStatus.WaitingTermsAcceptance, senderTerms = "x")
            simulator.patch(id, mapOf("terms.sender.text" to "\"cut \\ud83d\""))
            val trade = receiver.trade(id)
            assertEquals(Text("cut \uFFFD", isExact = false), trade.terms!!.sender.text)
            assertNotEquals(Text("cut \uFFFD"), trade.terms!!.sender.text)
            receiver.confirmTerms(trade)
            assertTrue("\\ud83d" in received("POST", "terms/confirm").body!!)
            assertFailsWith<InvalidException> { receiver.setTerms(receiver.trade(id), "cut \ud83d") }
        }

    @Test
    fun `covers compares value and crypto`() =
        simulated {
            val trade = sender.trade(simulator.openTrade(TradeStatus.WaitingAction, amount = BigDecimal("0.50")))
            assertTrue(trade.covers(BigDecimal("0.5"), Crypto.Ltc))
            assertFalse(trade.covers(BigDecimal("0.500000000000000001"), Crypto.Ltc))
            assertFalse(trade.covers(BigDecimal("0.5"), Crypto.Btc))
            assertFalse(sender.trade(simulator.openTrade()).covers(BigDecimal.ZERO, Crypto.Ltc))
        }

    @Test
    fun `only an offered fee is taken, exactly as offered`() =
        simulated {
            val id = simulator.openTrade(TradeStatus.WaitingAddress, crypto = Crypto.Btc)
            val trade = receiver.trade(id)
            val challenge = receiver.requestClaim(trade, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
            val fee = challenge.feeOptions.last()
            val invented = fee.copy(satPerVbyte = fee.satPerVbyte + BigDecimal.ONE)
            assertFailsWith<InvalidException> { challenge.confirm(invented) }
            assertFailsWith<InvalidException> { challenge.confirm() }
            assertEquals("pending", challenge.confirm(fee.copy()).status)
        }
}
