package example

import gg.autoplus.ChangedSinceReviewException
import gg.autoplus.Client
import gg.autoplus.ConflictException
import gg.autoplus.NextStep
import gg.autoplus.NotFoundException
import gg.autoplus.testing.Simulator
import java.math.BigDecimal

/** Does what is next for this side. The other one may be faster: then the next event brings what stands. */
internal suspend fun act(client: Client, simulator: Simulator, id: String) {
    try {
        step(client, simulator, id)
    } catch (_: NotFoundException) {
    } catch (_: ConflictException) {
    } catch (_: ChangedSinceReviewException) {
    }
}

private suspend fun step(client: Client, simulator: Simulator, id: String) {
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
