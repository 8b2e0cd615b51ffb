package gg.autoplus

import org.junit.jupiter.api.Test
import java.lang.reflect.Modifier
import java.math.BigDecimal
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue

class ReviewTest {
    @Test
    fun `a trade with changed values is refused and nothing is sent`() =
        simulated {
            val trade = sender.trade(simulator.openTrade(TradeStatus.WaitingTermsAcceptance, senderTerms = "a laptop"))
            simulator.requests(clear = true)
            val other = receiver.trade(simulator.openTrade(TradeStatus.WaitingTermsAcceptance))
            val changed =
                listOf(
                    trade.changed("receiver", simulator.stranger.id),
                    trade.changed("crypto", Crypto.Btc),
                    trade.changed("id", other.id),
                    trade.changed("terms", trade.terms?.copy(sender = other.terms!!.sender)),
                    trade.changed("terms", trade.terms?.copy(version = "x")),
                    trade.changed("extra", mapOf("new" to "1")),
                    trade.changed("provenance", other.provenance),
                )
            simulator.requests(clear = true)
            for (other in changed) {
                assertFailsWith<InvalidException> { sender.confirmTerms(other) }
                assertFailsWith<InvalidException> { sender.setTerms(other, "x") }
                assertFailsWith<InvalidException> { sender.nextStep(other) }
            }
            val paid = sender.trade(simulator.openTrade(TradeStatus.WaitingAction))
            simulator.requests(clear = true)
            assertFailsWith<InvalidException> { sender.requestRelease(paid.changed("amount", BigDecimal("0.1"))) }
            assertEquals(emptyList(), simulator.requests())
        }

    @Test
    fun `a trade with equal values is the snapshot`() =
        simulated {
            val trade = sender.trade(simulator.openTrade(TradeStatus.WaitingTermsAcceptance, senderTerms = "a laptop"))
            val equal = trade.changed("terms", trade.terms?.copy())
            assertTrue(sender.confirmTerms(equal).terms!!.sender.confirmed)
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
            assertFailsWith<InvalidException> { sender.confirmTerms(trade.changed("provenance", rebuilt.provenance)) }
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
    fun `covers compares status, value and crypto`() =
        simulated {
            val trade = sender.trade(simulator.openTrade(TradeStatus.WaitingAction, amount = BigDecimal("0.50")))
            assertTrue(trade.covers(BigDecimal("0.5"), Crypto.Ltc))
            assertFalse(trade.covers(BigDecimal("0.500000000000000001"), Crypto.Ltc))
            assertFalse(trade.covers(BigDecimal("0.5"), Crypto.Btc))
            assertFalse(sender.trade(simulator.openTrade()).covers(BigDecimal.ZERO, Crypto.Ltc))
            val secured = TradeStatus.known.filter { trade.changed("status", it).covers(BigDecimal("0.5"), Crypto.Ltc) }
            assertEquals(listOf(TradeStatus.WaitingAction, TradeStatus.WaitingAddress), secured)
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

    /** What Kotlin doesn't offer and reflection can do. */
    private fun Trade.changed(field: String, value: Any?): Trade {
        val maker = Trade::class.java.constructors.maxBy { it.parameterCount }
        val fields = Trade::class.java.declaredFields.filterNot { Modifier.isStatic(it.modifiers) }
        val values = fields.map { if (it.name == field) value else it.apply { isAccessible = true }.get(this) }
        return maker.newInstance(*values.toTypedArray()) as Trade
    }
}
