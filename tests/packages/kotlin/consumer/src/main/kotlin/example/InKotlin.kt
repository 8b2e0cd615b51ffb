package example

import gg.autoplus.ChangedSinceReviewException
import gg.autoplus.Client
import gg.autoplus.ConflictException
import gg.autoplus.Crypto
import gg.autoplus.NextStep
import gg.autoplus.NotFoundException
import gg.autoplus.Outcome
import gg.autoplus.StreamEnd
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withTimeout
import java.math.BigDecimal
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
    events.collect { unlessFaster { act(client, simulator, id) } }
    return events.end
}

private suspend fun act(client: Client, simulator: Simulator, id: String) {
    val trade = client.trade(id)
    when (val step = client.nextStep(trade)) {
        is NextStep.ConfirmIdentification -> {
            client.confirmIdentification(trade)
        }

        is NextStep.Terms if step.mine == null -> {
            client.setTerms(trade, "mine")
        }

        is NextStep.Terms if step.theirs != null -> {
            client.confirmTerms(trade)
        }

        is NextStep.Deposit -> {
            simulator.deposit(id, BigDecimal("0.5"))
            simulator.confirmDeposit(id)
        }

        is NextStep.MayRelease -> {
            client.requestRelease(trade).confirm("release:1")
        }

        is NextStep.Claim -> {
            client.requestClaim(trade, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9").confirm()
        }

        else -> {
            Unit
        }
    }
}

/** The other side may be faster: then the next event brings what stands. */
private suspend fun unlessFaster(act: suspend () -> Unit) {
    try {
        act()
    } catch (_: NotFoundException) {
    } catch (_: ConflictException) {
    } catch (_: ChangedSinceReviewException) {
    }
}
