package gg.autoplus.docs

// ANCHOR: fixtures
import gg.autoplus.ChallengeExpiredException
import gg.autoplus.Client
import gg.autoplus.Crypto
import gg.autoplus.Timeouts
import gg.autoplus.TradeStatus
import gg.autoplus.testing.Fault
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import java.math.BigDecimal
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** How a bot is tested: its own code, against a whole AutoPlus in the process. */
class BotTest {
    private val simulator = Simulator()
    private val buyer =
        simulator.client(simulator.sender, Timeouts(attempt = 500.milliseconds, call = 2.seconds)) // impatient

    @AfterEach
    fun end() {
        buyer.close()
        simulator.close()
    }
    // ANCHOR_END: fixtures

    // ANCHOR: bot
    private suspend fun Client.release(id: String) {
        val challenge = requestRelease(trade(id))
        untilKnown(pause = 100.milliseconds) { challenge.confirm(operation = "release:$id") }
    }
    // ANCHOR_END: bot

    // ANCHOR: fault
    @Test
    fun `funds are released once, though the answer is lost`() =
        runBlocking {
            for (fault in listOf(Fault.LostBefore, Fault.LostAfter)) {
                val id = simulator.openTrade(TradeStatus.WaitingAction)
                simulator.fault("POST /trades/{id}/confirm-action", fault, times = 2)
                buyer.release(id)
                assertEquals(1, simulator.effects(id).actions)
            }
            assertEquals(emptyList(), simulator.check()) // nothing moved twice, nothing that wasn't confirmed
        }
    // ANCHOR_END: fault

    // ANCHOR: time
    @Test
    fun `an old challenge moves nothing`() =
        runBlocking<Unit> {
            val id = simulator.openTrade(TradeStatus.WaitingAction)
            val challenge = buyer.requestRelease(buyer.trade(id))
            simulator.advance(61) // virtual: it takes no time
            assertFailsWith<ChallengeExpiredException> { challenge.confirm() }
            assertEquals(TradeStatus.WaitingAction, buyer.trade(id).status)
        }
    // ANCHOR_END: time

    // ANCHOR: play
    @Test
    fun `a deposit that is too small`() =
        runBlocking {
            val id = simulator.openTrade(TradeStatus.WaitingReceive)
            simulator.deposit(id, BigDecimal("0.4"))
            simulator.confirmDeposit(id)
            assertFalse(buyer.trade(id).covers(BigDecimal("0.5"), Crypto.Ltc))
            simulator.act(id, simulator.receiver, "return") // the other side, in Discord
            assertEquals(TradeStatus.WaitingReturnAddress, buyer.trade(id).status)
        }
    // ANCHOR_END: play
}
