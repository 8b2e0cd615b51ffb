package gg.autoplus.docs

import gg.autoplus.AuthenticationException
import gg.autoplus.AutoPlusException
import gg.autoplus.ChallengeExpiredException
import gg.autoplus.ChangedSinceReviewException
import gg.autoplus.Client
import gg.autoplus.ConflictException
import gg.autoplus.NotFoundException
import gg.autoplus.Operation
import gg.autoplus.OperationInProgressException
import gg.autoplus.OutcomeUnknownException
import gg.autoplus.RateLimitedException
import gg.autoplus.ServerException
import gg.autoplus.TimeoutException
import gg.autoplus.Timeouts
import gg.autoplus.TradeStatus
import gg.autoplus.TransportException
import gg.autoplus.testing.Fault
import gg.autoplus.testing.Simulator
import java.nio.file.Path
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.time.Duration.Companion.milliseconds

private val PAUSE = 100.milliseconds
private val alarms = mutableListOf<AutoPlusException>()

private fun tellAPerson(error: AutoPlusException) {
    alarms += error
}

// ANCHOR: by_kind

/** True if the funds were released. False if nothing moved, and it may be tried at the next event. */
private suspend fun Client.release(id: String): Boolean {
    try {
        val challenge = requestRelease(trade(id))
        untilKnown(PAUSE) { challenge.confirm(operation = "release:$id") }
        return true
    } catch (error: AutoPlusException) {
        when (error) {
            // the trade moved on: the next event has what stands now
            is ConflictException, is ChangedSinceReviewException, is NotFoundException,
            is ChallengeExpiredException,
            -> Unit

            // passes by itself
            is TransportException, is TimeoutException, is ServerException, is RateLimitedException,
            is OperationInProgressException,
            -> Unit

            // a wrong token, a full disk, a defect: nothing that waiting mends
            else -> tellAPerson(error)
        }
        return false
    }
}
// ANCHOR_END: by_kind

// ANCHOR: keep

/** Without a file as the store: what is unknown is kept by the caller, and settled later. */
private suspend fun Client.confirmOnce(id: String, kept: Path) {
    val challenge = requestRelease(trade(id))
    try {
        challenge.confirm()
    } catch (unknown: OutcomeUnknownException) {
        kept.writeText(unknown.operation!!.toJson())
    }
}

private suspend fun Client.settleLater(kept: Path): String {
    val settlement = resolve(Operation.fromJson(kept.readText()))
    return "${settlement.verdict}: ${settlement.message}"
}
// ANCHOR_END: keep

/** Errors by what to do about them. */
suspend fun errors() =
    inFolder { folder ->
        Simulator().use { simulator ->
            val impatient = Timeouts(attempt = 300.milliseconds, call = 600.milliseconds)
            val (done, movedOn, lost) = List(3) { simulator.openTrade(TradeStatus.WaitingAction) }
            simulator.client(simulator.sender, impatient).use { client ->
                simulator.fault("POST /trades/{id}/confirm-action", Fault.LostAfter, times = 5)
                check(client.release(done))

                simulator.act(movedOn, simulator.receiver, "return")
                check(!client.release(movedOn))

                simulator.fault("POST /trades/{id}/confirm-action", Fault.LostAfter, times = 99)
                simulator.fault("GET /trades/{id}", Fault.Status(503), times = 99, skip = 1)
                simulator.fault("GET /trades/{id}/events", Fault.Status(503), times = 99)
                val kept = folder.resolve("unknown.json")
                client.confirmOnce(lost, kept)
                simulator.calm()
                val settled = client.settleLater(kept)
                check(settled.startsWith("Done")) { settled }

                simulator.revokeToken(simulator.sender.token!!)
                check(!client.release(lost))
                check(alarms.single() is AuthenticationException)
            }
            check(simulator.check().isEmpty())
        }
    }
