package gg.autoplus

import gg.autoplus.testing.Fault
import gg.autoplus.testing.User
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.time.Duration.Companion.seconds

class KilledTest {
    @TempDir
    lateinit var folder: Path

    private val store get() = "sqlite:${folder.resolve("orders.db")}"

    @Test
    fun `a trade whose opening was killed before its answer came is opened once`() =
        openedOnce(Fault.Slow(30.seconds))

    @Test
    fun `a trade whose opening lost its answer and was killed is opened once`() = openedOnce(Fault.LostAfter)

    private fun openedOnce(fault: Fault) =
        simulated {
            simulator.fault("POST /guilds/{id}/trades", fault, times = 9)
            killedOnce(openingProgram(store)) { simulator.trades().isNotEmpty() }
            recovering(simulator.sender) { client, settlement ->
                assertEquals(OperationKind.OpenTrade to ORDER, settlement.operation.kind to settlement.operation.name)
                assertEquals(Verdict.Done to SettledBy.Replay, settlement.verdict to settlement.by)
                assertEquals(simulator.trades().single().id, settlement.opened?.id)
                assertEquals(settlement.opened, open(client))
                assertEquals(listOf(settlement.opened?.id), client.knownTrades())
            }
            assertEquals(1, simulator.trades().sumOf { it.effects.creates })
            assertEquals(emptyList(), simulator.check(creates = 1))
        }

    @Test
    fun `a release that was killed is done once`() =
        simulated {
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            simulator.fault("POST /trades/{id}/confirm-action", Fault.Slow(30.seconds))
            killedOnce(program(simulator.sender, store, "release", trade)) { simulator.effects(trade).actions > 0 }
            recovering(simulator.sender) { client, settlement ->
                assertEquals(OperationKind.Release to RELEASE, settlement.operation.kind to settlement.operation.name)
                assertEquals(Verdict.Done to SettledBy.Reading, settlement.verdict to settlement.by)
                assertEquals(TradeStatus.WaitingAddress, settlement.trade?.status)
                assertEquals(NextStep.Wait, client.nextStep(settlement.trade!!))
            }
            assertEquals(1, simulator.effects(trade).actions)
            assertEquals(1, count("confirm-action"))
            assertEquals(emptyList(), simulator.check())
        }

    @Test
    fun `a claim that lost its answer and was killed is done once`() =
        simulated {
            val trade = simulator.openTrade(TradeStatus.WaitingAddress)
            simulator.fault("POST /trades/{id}/confirm-claim", Fault.LostAfter, times = 9)
            killedOnce(program(simulator.receiver, store, "claim", trade)) { simulator.effects(trade).executions > 0 }
            recovering(simulator.receiver) { _, settlement ->
                assertEquals(OperationKind.Claim to PAYOUT, settlement.operation.kind to settlement.operation.name)
                assertEquals(ADDRESS, settlement.operation.values["address"])
                assertEquals(Verdict.Done to SettledBy.Reading, settlement.verdict to settlement.by)
                assertEquals(trade, settlement.operation.tradeId)
                assertNull(settlement.opened)
            }
            assertEquals(1, simulator.effects(trade).executions)
            assertEquals(emptyList(), simulator.check())
        }

    @Test
    fun `what a living process is at is left to it, and its result is waited for`() =
        simulated {
            simulator.fault("POST /guilds/{id}/trades", Fault.Slow(5.seconds))
            val other = openingProgram(store)
            until { simulator.trades().isNotEmpty() }
            simulator.client(simulator.sender, store = store).use { client ->
                assertEquals(emptyList(), client.recover())
                assertEquals(listOf(OperationState.Running), client.pendingOperations().map { it.state })
                assertFailsWith<OperationInProgressException> { client.forget(ORDER) }
                val opened = open(client)
                assertEquals(opened.id, other.inputReader().readText().trim())
                assertEquals(0, other.waitFor())
            }
            assertEquals(1, count("trades"))
            assertEquals(emptyList(), simulator.check(creates = 1))
        }

    /** Kills the program at once when it has brought that about, in the middle of its call. */
    private suspend fun Simulated.killedOnce(program: Process, condition: suspend () -> Boolean) {
        try {
            until { check(program.isAlive) { program.inputReader().readText() } == Unit && condition() }
        } finally {
            program.destroyForcibly().waitFor()
        }
        assertEquals(KILLED, program.exitValue())
        simulator.calm()
    }

    /** What a new process would find: one operation left open, and none after it was settled. */
    private suspend fun Simulated.recovering(user: User, look: suspend (Client, Settlement) -> Unit) {
        simulator.client(user, store = store).use { client ->
            assertEquals(listOf(OperationState.Running), client.pendingOperations().map { it.state })
            look(client, client.recover().single())
            assertEquals(emptyList(), client.recover())
        }
    }

    private companion object {
        /** By SIGKILL. */
        const val KILLED = 128 + 9
    }
}
