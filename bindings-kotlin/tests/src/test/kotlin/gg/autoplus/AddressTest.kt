package gg.autoplus

import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

class AddressTest {
    @Test
    fun `an address reads as its network writes it`() {
        val check = checkAddress(Crypto.Ltc, "LTC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KGMN4N9")
        assertEquals(AddressCheck("ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", emptyList()), check)
    }

    @Test
    fun `what is odd is told`() {
        val warnings = checkAddress(Crypto.Eth, "0x" + "ab".repeat(20)).warnings.associateBy { it.kind }
        assertEquals(setOf("several_networks", "no_checksum"), warnings.keys)
        assertTrue("compare every character" in warnings.getValue("no_checksum").toString())
        assertTrue("polygon" in warnings.getValue("several_networks").networks)
        assertEquals(emptyList(), warnings.getValue("no_checksum").networks)
        assertEquals(listOf("unchecked"), checkAddress(Crypto.of("doge"), "anything").warnings.map { it.kind })
    }

    @Test
    fun `a wrong address is refused and nothing is sent`() =
        simulated {
            val trade = receiver.trade(simulator.openTrade(TradeStatus.WaitingAddress))
            simulator.requests(clear = true)
            val wrong = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n8"
            val alone = assertFailsWith<InvalidException> { checkAddress(Crypto.Ltc, wrong) }
            val claimed = assertFailsWith<InvalidException> { receiver.requestClaim(trade, wrong) }
            assertTrue("nothing was sent" in alone.message)
            assertEquals(alone.message, claimed.message)
            assertEquals(emptyList(), simulator.requests())
        }
}
