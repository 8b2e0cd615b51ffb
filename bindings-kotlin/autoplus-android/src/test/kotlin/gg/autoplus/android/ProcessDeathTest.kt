package gg.autoplus.android

import gg.autoplus.Client
import gg.autoplus.Crypto
import gg.autoplus.Verdict
import gg.autoplus.testing.Fault
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.flow.first
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import kotlin.test.assertEquals
import kotlin.time.Duration.Companion.seconds

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35])
class ProcessDeathTest {
    @Test
    fun `what a process that died had begun, the next one goes on with`() =
        Simulator().use { simulator ->
            simulator.fault("POST /guilds/{id}/trades", Fault.Slow(30.seconds))
            val died = appThatOpens(simulator)
            Screen.mainUntil {
                check(died.isAlive) { died.inputReader().readText() }
                simulator.trades().size == 1
            }
            died.destroyForcibly().waitFor()
            simulator.calm()

            val screen = Screen(simulator, simulator.sender)
            val settlement = screen.run { screen.session.start() }.single()
            assertEquals("order:1" to Verdict.Done, settlement.operation.name to settlement.verdict)
            val trade = simulator.trades().single().id
            assertEquals(trade, settlement.opened?.id)
            assertEquals(trade, screen.run { screen.session.watch("screen").first() }.tradeId)
            assertEquals(emptyList(), simulator.check(creates = 1))
            screen.clear()
        }

    /** The same app in a process of its own, over the same file. */
    private fun appThatOpens(simulator: Simulator): Process {
        val java = "${System.getProperty("java.home")}/bin/java"
        val (guild, sender, receiver) = listOf(simulator.guild, simulator.sender.id, simulator.receiver.id)
        return ProcessBuilder(
            java, "-cp", System.getProperty("java.class.path"), "gg.autoplus.android.ProcessDeathTestKt",
            guild, sender, receiver,
        ).redirectErrorStream(true)
            .apply {
                environment() +=
                    mapOf(
                        "AUTOPLUS_TOKEN" to simulator.sender.token,
                        "AUTOPLUS_USER_ID" to sender,
                        "AUTOPLUS_BASE_URL" to simulator.baseUrl,
                        "AUTOPLUS_STORE" to Store.android(Screen.app),
                    )
            }.start()
    }
}

suspend fun main(args: Array<String>) {
    val (guild, sender, receiver) = args
    Client.fromEnv().openTrade(guild, crypto = Crypto.Ltc, sender = sender, receiver = receiver, operation = "order:1")
}
