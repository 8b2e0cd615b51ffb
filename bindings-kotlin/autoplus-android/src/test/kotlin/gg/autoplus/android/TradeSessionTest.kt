package gg.autoplus.android

import android.os.StrictMode
import gg.autoplus.AuthenticationException
import gg.autoplus.ChangedSinceReviewException
import gg.autoplus.Client
import gg.autoplus.ConflictException
import gg.autoplus.Crypto
import gg.autoplus.EventType
import gg.autoplus.NextStep
import gg.autoplus.NotFoundException
import gg.autoplus.Outcome
import gg.autoplus.StreamEnd
import gg.autoplus.TradeStatus
import gg.autoplus.Watched
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import org.junit.After
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.io.IOException
import java.math.BigDecimal
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35])
class TradeSessionTest {
    private val simulator = Simulator()

    @After
    fun close() {
        StrictMode.setThreadPolicy(StrictMode.ThreadPolicy.LAX)
        simulator.close()
    }

    @Test
    fun `a whole trade is played from the main thread, and nothing slow happens there`() {
        val buyer = Screen(simulator, simulator.sender, "buyer")
        val shop = Screen(simulator, simulator.receiver, "shop")
        Screen.beStrict()
        val ends =
            buyer.run {
                val id = shop.session.call { it.open() }
                listOf(async { shop.play(id) }, async { buyer.play(id) }).map { it.await() }
            }
        assertEquals(List(2) { StreamEnd.Closed(Outcome.Released) }, ends)
        assertEquals(listOf(1, 1), listOf(buyer, shop).map { it.asked.get() })
        assertEquals(emptyList(), simulator.check(creates = 1))
    }

    @Test
    fun `the scope's end ends what goes on, and the session with it`() {
        val screen = Screen(simulator, simulator.receiver)
        val trade = simulator.openTrade(TradeStatus.WaitingAction)
        val came = CompletableDeferred<Watched>()
        screen.scope.launch { screen.session.watch("app", opened = flowOf(trade)).collect { came.complete(it) } }
        Screen.mainUntil { came.isCompleted && simulator.polls().waiting == 1 }
        Screen.beStrict()
        screen.clear()
        Screen.mainUntil { simulator.polls().waiting == 0 && screen.scope.coroutineContext.job.isCompleted }
        val other = Screen(simulator, simulator.receiver, "other")
        val refused = assertFailsWith<IllegalStateException> { other.run { screen.session.start() } }
        assertTrue("its scope has ended" in "${refused.message}", "$refused")
    }

    @Test
    fun `a token that is refused is asked for again`() {
        var token = simulator.sender.token
        val screen = Screen(simulator, simulator.sender) { token }
        val trade = simulator.openTrade()
        assertEquals(trade, screen.run { screen.session.call { it.trade(trade) } }.id)
        simulator.revokeToken(checkNotNull(token))
        assertFailsWith<AuthenticationException> { screen.run { screen.session.call { it.trade(trade) } } }
        token = simulator.addUser(simulator.sender.id, token = "sim-token-another").token
        assertEquals(trade, screen.run { screen.session.call { it.trade(trade) } }.id)
        assertEquals(3, screen.asked.get())
    }

    @Test
    fun `trades are followed on after a token was refused`() {
        var token = simulator.receiver.token
        val screen = Screen(simulator, simulator.receiver) { token }
        val trade = simulator.openTrade(TradeStatus.WaitingAction)
        val seen = mutableListOf<Watched>()
        screen.scope.launch { screen.session.watch(opened = flowOf(trade)).collect { seen += it } }
        Screen.mainUntil { seen.isNotEmpty() && simulator.polls().waiting == 1 }
        val old = token
        token = simulator.addUser(simulator.receiver.id, token = "sim-token-another").token
        simulator.revokeToken(checkNotNull(old))
        simulator.cut()
        Screen.mainUntil { seen.any { it is Watched.Failed } && simulator.polls().waiting == 1 }
        simulator.emit(trade, "trade.support.updated")
        Screen.mainUntil { (seen.last() as? Watched.Event)?.event?.type == EventType.SupportUpdated }
        assertEquals(2, screen.asked.get())
        screen.clear()
    }

    @Test
    fun `a start that failed is tried again`() {
        var isOffline = true
        val screen =
            Screen(simulator, simulator.sender) {
                if (isOffline) throw IOException("no network")
                simulator.sender.token
            }
        assertFailsWith<IOException> { screen.run { screen.session.start() } }
        isOffline = false
        assertEquals(emptyList(), screen.run { screen.session.start() })
        screen.clear()
    }

    private suspend fun Client.open(): String =
        openTrade(
            simulator.guild,
            crypto = Crypto.Ltc,
            sender = simulator.sender.id,
            receiver = simulator.receiver.id,
            operation = "order:1",
        ).id

    /** Does what is next until the trade is over. */
    private suspend fun Screen.play(id: String): StreamEnd =
        session
            .watch("screen", opened = flowOf(id))
            .onEach { assertTrue(it !is Watched.Failed, "$it") }
            .onEach { unlessFaster { session.call { client -> client.act(id) } } }
            .filterIsInstance<Watched.Ended>()
            .first()
            .end

    /** The other side may be faster: then the next event brings what stands. */
    private suspend fun unlessFaster(act: suspend () -> Unit) {
        try {
            act()
        } catch (_: NotFoundException) {
        } catch (_: ConflictException) {
        } catch (_: ChangedSinceReviewException) {
        }
    }

    private suspend fun Client.act(id: String) {
        val trade = trade(id)
        when (val step = nextStep(trade)) {
            is NextStep.ConfirmIdentification -> {
                confirmIdentification(trade)
            }

            is NextStep.Terms if step.mine == null -> {
                setTerms(trade, "mine")
            }

            is NextStep.Terms if step.theirs != null -> {
                confirmTerms(trade)
            }

            is NextStep.Deposit -> {
                simulator.deposit(id, BigDecimal("0.5"))
                simulator.confirmDeposit(id)
            }

            is NextStep.MayRelease -> {
                requestRelease(trade).confirm("release:1")
            }

            is NextStep.Claim -> {
                requestClaim(trade, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9").confirm()
            }

            else -> {
                Unit
            }
        }
    }
}
