package gg.autoplus

import gg.autoplus.testing.Fault
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import kotlin.io.path.fileSize
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class StoreTest {
    @TempDir
    lateinit var folder: Path

    private val file get() = folder.resolve("orders.db")

    private fun Simulated.keeper(timeouts: Timeouts = Timeouts()): Client =
        simulator.client(simulator.sender, timeouts, "sqlite:$file")

    @Test
    fun `names and trades outlast a client`() =
        simulated {
            val opened = keeper().use { open(it) }
            keeper().use { client ->
                assertEquals(opened, open(client))
                assertEquals(listOf(opened.id), client.knownTrades())
                assertEquals(emptyList(), client.recover())
                assertTrue(client.forget(ORDER))
                assertFalse(client.forget(ORDER))
            }
            assertEquals(emptyList(), simulator.check(creates = 1))
        }

    @Test
    fun `in memory they end with it`() =
        simulated {
            simulator.client(simulator.sender).use { open(it) }
            simulator.client(simulator.sender).use { assertEquals(emptyList(), it.knownTrades()) }
        }

    @Test
    fun `what is unknown outlasts a client, and is recovered`() =
        simulated {
            simulator.fault("POST /guilds/{id}/trades", Fault.LostAfter, times = 99)
            keeper(BRIEF).use { client ->
                val left = assertFailsWith<OutcomeUnknownException> { open(client) }.operation
                assertEquals(listOf(left), client.pendingOperations())
                assertEquals(OperationState.Unknown, left?.state)
            }
            simulator.calm()
            keeper().use { client ->
                val settlement = client.recover().single()
                assertEquals(Verdict.Done, settlement.verdict)
                assertEquals(settlement.opened, open(client))
                assertEquals(emptyList(), client.pendingOperations())
            }
            assertEquals(emptyList(), simulator.check(creates = 1))
        }

    @Test
    fun `the outcome of a cancelled confirmation lands in the store`() =
        simulated { scope ->
            val trade = sender.trade(simulator.openTrade(TradeStatus.WaitingAction))
            val client = keeper()
            val challenge = client.requestRelease(trade)
            simulator.fault("POST /trades/{id}/confirm-action", Fault.Slow(1.seconds))
            val release = scope.async(Dispatchers.Default) { challenge.confirm(RELEASE) }
            received("POST", "confirm-action")
            release.cancelAndJoin()
            keeper().use { other ->
                val running = other.pendingOperations().single()
                assertEquals(OperationState.Running, running.state)
                assertEquals(emptyList(), other.recover())
                until { other.pendingOperations().isEmpty() }
                val settlement = other.resolve(running)
                assertEquals(Verdict.Done to SettledBy.Record, settlement.verdict to settlement.by)
                assertEquals(OperationState.Done, settlement.operation.state)
                assertEquals(TradeStatus.WaitingAddress, settlement.trade?.status)
            }
            client.close()
            assertEquals(1, simulator.effects(trade.id).actions)
            assertEquals(1, count("confirm-action"))
        }

    @Test
    fun `a file that another process holds stops a call before anything is sent`() =
        simulated {
            keeper().use { client ->
                client.knownTrades()
                val other = program(simulator.sender, "memory", "hold", "$file")
                assertEquals("held", other.inputReader().readLine())
                val error = assertFailsWith<StoreException> { open(client) }
                assertEquals("store", error.kind)
                assertTrue("nothing was sent" in error.message, error.message)
                assertEquals(emptyList(), simulator.requests())
                other.destroyForcibly().waitFor()
                open(client)
            }
            assertEquals(emptyList(), simulator.check(creates = 1))
        }

    @Test
    fun `a file that is no store is refused and left alone`() {
        file.writeText("a note, and no database at all\n".repeat(200))
        val (text, size) = file.readText() to file.fileSize()
        val error = assertFailsWith<StoreException> { Client(store = "sqlite:$file") }
        assertTrue("left as it is" in error.message, error.message)
        assertEquals(text to size, file.readText() to file.fileSize())
    }

    @Test
    fun `a store that can't be is refused at once`() {
        val error = assertFailsWith<StoreException> { Client(store = "sqlite:${folder.resolve("nowhere/orders.db")}") }
        assertTrue("can't be made" in error.message, error.message)
        assertFailsWith<InvalidException> { Client(store = "postgres:orders") }
    }

    private companion object {
        val BRIEF = Timeouts(attempt = 300.milliseconds, call = 800.milliseconds)
    }
}
