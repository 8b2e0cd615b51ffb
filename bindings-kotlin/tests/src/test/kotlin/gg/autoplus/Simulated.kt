package gg.autoplus

import gg.autoplus.testing.RecordedRequest
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** A simulator with clients of both sides. */
class Simulated(val simulator: Simulator) {
    val sender: Client = simulator.client(simulator.sender)
    val receiver: Client = simulator.client(simulator.receiver)

    /** Waits until the simulator received such a request. */
    suspend fun received(method: String, end: String): RecordedRequest {
        val find = { simulator.requests().find { it.method == method && it.path.endsWith(end) } }
        until { find() != null }
        return find()!!
    }

    suspend fun until(condition: suspend () -> Boolean): Unit =
        withTimeout(20.seconds) {
            while (!condition()) delay(5.milliseconds)
        }

    /** The order that tests open a trade for; under its name there is one, whoever opens it. */
    suspend fun open(client: Client): OpenedTrade =
        client.openTrade(
            simulator.guild,
            crypto = Crypto.Ltc,
            sender = simulator.sender.id,
            receiver = simulator.receiver.id,
            operation = ORDER,
        )

    fun count(end: String): Int = simulator.requests().count { it.path.endsWith(end) }
}

const val ORDER: String = "order:1"

fun simulated(test: suspend Simulated.(CoroutineScope) -> Unit): Unit =
    Simulator().use { simulator ->
        val world = Simulated(simulator)
        runBlocking { withTimeout(2.minutes) { world.test(this) } }
        world.sender.close()
        world.receiver.close()
    }
