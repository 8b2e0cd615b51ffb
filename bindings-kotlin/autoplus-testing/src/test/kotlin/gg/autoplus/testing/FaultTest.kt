package gg.autoplus.testing

import gg.autoplus.TradeStatus
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class FaultTest {
    @Test
    fun `every fault is understood and met`() =
        Simulator().use { simulator ->
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            val faults =
                listOf(
                    Fault.LostBefore,
                    Fault.LostAfter,
                    Fault.CutBody,
                    Fault.Slow(1.milliseconds),
                    Fault.SlowBody(1.milliseconds),
                    Fault.Delayed(1.milliseconds),
                    Fault.Status(503, retryAfter = "0", processed = true),
                    Fault.Html(502, retryAfter = "0"),
                    Fault.Duplicate(answer = Delivery.Second),
                    Fault.Overtaken(simulator.receiver, "return"),
                )
            faults.forEach { simulator.fault("GET /trades/{id}", it) }
            simulator.client(simulator.sender).use { client ->
                runBlocking { while (simulator.requests().size < faults.size) runCatching { client.trade(trade) } }
            }
            assertEquals(faults.map { it.kind }, simulator.requests().map { it.fault })
            assertEquals("/trades/{id}", simulator.requests().first().route)
        }

    @Test
    fun `answers to polls go wrong in ways of their own`() =
        Simulator().use { simulator ->
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            val faults = listOf(Fault.Repeated(events = 2), Fault.Backwards, Fault.Stuck)
            faults.forEach { simulator.fault("GET /trades/{id}/events", it) }
            simulator.client(simulator.sender).use { client ->
                runBlocking {
                    client.openStream(trade).use { stream ->
                        repeat(9) {
                            simulator.happen(trade)
                            stream.next()
                        }
                    }
                }
            }
            assertEquals(faults.map { it.kind }, simulator.requests().mapNotNull { it.fault })
        }

    @Test
    fun `some are let through, and a window lasts in virtual time`() =
        Simulator().use { simulator ->
            simulator.fault("GET /servers", Fault.Status(500, window = 1.hours), skip = 1)
            simulator.client(simulator.stranger).use { client ->
                runBlocking {
                    client.servers()
                    simulator.advance(3601)
                    client.servers()
                }
            }
            assertEquals(listOf<Int?>(200, 200), simulator.requests().map { it.status })
        }

    @Test
    fun `a fault that can't be is refused`() {
        Simulator().use { simulator ->
            assertFailsWith<IllegalArgumentException> { simulator.fault("GET /servers", Fault.Status(418)) }
            assertFailsWith<IllegalArgumentException> { simulator.fault("GET /servers", Fault.Slow((-1).seconds)) }
        }
    }

    @Test
    fun `every switch is understood`() {
        Simulator().use { simulator ->
            val switches =
                Switches(
                    holdExecutions = true,
                    hideClosed = false,
                    autoConfirmDeposit = true,
                    executions = Executions.Hold,
                    executionSilence = 5.seconds,
                    claimStatus = "completed",
                    emptyChanges = true,
                    sendDate = false,
                    dateSkew = (-10).minutes,
                    expirySkew = 10.minutes,
                    keysKept = 60.seconds,
                    inFlight = InFlight.Conflict,
                    failedAnswers = FailedAnswers.All,
                    keyLookup = KeyLookup.AfterExpiry,
                    expiryChecked = ExpiryChecked.Processing,
                    olderChallenge = OlderChallenge.Valid,
                    abortedPoll = 3.seconds,
                    lostPolls = 0.5,
                    keepRequests = false,
                    staleReads = 2.seconds,
                    termsVersion = TermsVersion.OfTexts,
                )
            simulator.settings(switches)
            val now = simulator.control("""{"do": "settings"}""")
            for (shown in listOf("\"date_skew\":-600", "\"terms_version\":\"of_texts\"", "\"keys_kept\":60")) {
                assertTrue(shown in now, now)
            }
            assertEquals(now.count { it == ':' }, switches.arguments().count { it.second != null })
            Executions.entries.forEach { simulator.settings(Switches(executions = it)) }
            FailedAnswers.entries.forEach { simulator.settings(Switches(failedAnswers = it)) }
            assertFailsWith<IllegalArgumentException> { simulator.settings(Switches(keysKept = 1500.milliseconds)) }
        }
    }

    @Test
    fun `what was done is counted`() =
        Simulator().use { simulator ->
            val discord = simulator.openTrade(TradeStatus.WaitingAction)
            runBlocking {
                simulator.client(simulator.sender).use { it.requestRelease(it.trade(discord)).confirm() }
            }
            val effects = Effects(creates = 0, changes = 0, confirms = 0, actions = 1, executions = 0)
            assertEquals(effects, simulator.effects(discord))
            val trade = simulator.trades().single()
            assertEquals(discord to "waitingAddress", trade.id to trade.status)
            assertEquals(effects, trade.effects)
            assertEquals(simulator.sender.id, trade.createdBy)
        }
}
