package gg.autoplus

import gg.autoplus.testing.Fault
import org.junit.jupiter.api.Test
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.ObjectInputStream
import java.io.ObjectOutputStream
import java.time.Instant
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNotEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds

class OperationTest {
    @Test
    fun `an operation is a value with all that was meant`() =
        left {
            assertEquals(ORDER, it.name)
            assertEquals(OperationKind.OpenTrade, it.kind)
            assertEquals(OperationState.Unknown, it.state)
            assertNull(it.tradeId)
            val meant =
                mapOf(
                    "guild" to simulator.guild,
                    "crypto" to "ltc",
                    "sender" to simulator.sender.id,
                    "receiver" to simulator.receiver.id,
                )
            assertEquals(meant, it.values)
            val sent = received("POST", "trades")
            assertEquals(sent.headers["idempotency-key"] to sent.body, it.idempotencyKey to it.body)
            assertTrue(it.begunAt in Instant.now().minusSeconds(60)..Instant.now())
            assertEquals(
                "Operation(name=order:1, kind=open_trade, tradeId=null, state=unknown, begunAt=${it.begunAt})",
                "$it",
            )
            @Suppress("UNCHECKED_CAST")
            assertFailsWith<UnsupportedOperationException> { (it.values as MutableMap<String, String>).clear() }
        }

    @Test
    fun `it goes through JSON and serialization and stays equal`() =
        left {
            for (copy in listOf(Operation.fromJson(it.toJson()), serialized(it))) {
                assertEquals(it, copy)
                assertEquals(it.hashCode(), copy.hashCode())
                assertEquals(it.toJson(), copy.toJson())
                assertEquals("$it", "$copy")
            }
            assertNotEquals(it, Operation.fromJson(it.toJson().replace(ORDER, "order:2")))
            val token = simulator.sender.token!!
            assertFalse(token in it.toJson())
            assertFailsWith<InvalidException> { Operation.fromJson("{}") }
            assertFailsWith<InvalidException> { Operation.fromJson(it.toJson().replace("open_trade", "burn")) }
        }

    @Test
    fun `kept as JSON it is settled by a client that never saw it`() =
        left {
            val settlement = another().use { client -> client.resolve(Operation.fromJson(it.toJson())) }
            assertEquals(Verdict.Done to SettledBy.Replay, settlement.verdict to settlement.by)
            assertEquals(simulator.trades().single().id, settlement.opened?.id)
            assertEquals(emptyList(), simulator.check(creates = 1))
        }

    @Test
    fun `a settlement is a value that says what it means`() =
        left {
            another().use { client ->
                client.resolve(it)
                val (one, two) = client.resolve(it) to client.resolve(it)
                assertEquals(SettledBy.Record, one.by)
                assertEquals(one, two)
                assertEquals(one.hashCode(), two.hashCode())
                assertTrue("verdict=done, by=record" in "$one", "$one")
                assertTrue("done, once" in one.message, one.message)
                assertTrue("\"verdict\":\"done\"" in one.toJson(), one.toJson())
            }
        }

    @Test
    fun `what nothing proves stays unknown and says so`() =
        left {
            simulator.fault("POST /guilds/{id}/trades", Fault.Status(503, retryAfter = "60"), times = 9)
            simulator.client(simulator.sender, BRIEF).use { client ->
                val settlement = client.resolve(it)
                assertEquals(Verdict.Unknown, settlement.verdict)
                assertNull(settlement.by)
                assertNull(settlement.opened)
                assertTrue("still unknown" in settlement.message, settlement.message)
                assertEquals(listOf(it.name), client.pendingOperations().map { pending -> pending.name })
            }
        }

    /** A sender that knows nothing of what was begun. */
    private fun Simulated.another(): Client = simulator.client(simulator.sender)

    /** With the operation of a trade that was opened, though nobody could hear of it. */
    private fun left(look: suspend Simulated.(Operation) -> Unit): Unit =
        simulated {
            simulator.fault("POST /guilds/{id}/trades", Fault.LostAfter, times = 99)
            val error =
                simulator.client(simulator.sender, BRIEF).use { assertFailsWith<OutcomeUnknownException> { open(it) } }
            simulator.calm()
            look(assertNotNull(error.operation))
        }

    private fun serialized(operation: Operation): Operation {
        val bytes = ByteArrayOutputStream()
        ObjectOutputStream(bytes).use { it.writeObject(operation) }
        return ObjectInputStream(ByteArrayInputStream(bytes.toByteArray())).use { it.readObject() as Operation }
    }

    private companion object {
        val BRIEF = Timeouts(attempt = 300.milliseconds, call = 600.milliseconds)
    }
}
