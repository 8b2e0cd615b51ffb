package example

import gg.autoplus.Client
import gg.autoplus.Crypto
import gg.autoplus.Outcome
import gg.autoplus.StreamEnd
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withTimeout
import kotlin.time.Duration.Companion.seconds

/** Plays both sides of a trade, from its opening to the payout. */
suspend fun main() {
    Simulator().use { simulator ->
        val sides = listOf(simulator.receiver, simulator.sender).map { simulator.client(it) }
        val trade =
            sides.first().openTrade(
                simulator.guild,
                crypto = Crypto.Ltc,
                sender = simulator.sender.id,
                receiver = simulator.receiver.id,
            )
        val ends =
            withTimeout(30.seconds) {
                coroutineScope { sides.map { async { play(it, simulator, trade.id) } }.map { it.await() } }
            }
        check(ends == List(2) { StreamEnd.Closed(Outcome.Released) }) { "it ended with $ends" }
        check(simulator.check(creates = 1).isEmpty()) { "${simulator.check()}" }
        sides.forEach { it.close() }
    }
    println("played in Kotlin")
}

private suspend fun play(client: Client, simulator: Simulator, id: String): StreamEnd? {
    val events = client.events(id)
    events.collect { act(client, simulator, id) }
    return events.end
}
