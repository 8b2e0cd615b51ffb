package gg.autoplus.docs

import android.os.Looper
import android.os.StrictMode
import gg.autoplus.TradeStatus
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import org.junit.After
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import kotlin.test.assertEquals

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35])
class TradesScreenTest {
    private val simulator = Simulator()
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Main.immediate)
    private val app = RuntimeEnvironment.getApplication()

    private val relay =
        object : Relay {
            override val url = simulator.baseUrl
            override val userId = simulator.sender.id

            override suspend fun session() = simulator.sender.token!!
        }

    @After
    fun end() {
        StrictMode.setThreadPolicy(StrictMode.ThreadPolicy.LAX)
        scope.cancel()
        simulator.close()
    }

    @Test
    fun `a person sees a trade and releases it, and nothing slow happens on the main thread`() {
        StrictMode.setThreadPolicy(StrictMode.ThreadPolicy.Builder().detectAll().penaltyDeath().build())
        val id = simulator.openTrade(TradeStatus.WaitingAction)
        val screen = TradesScreen(scope, app, relay)
        val start = screen.tellWhatWasLeftOpen()
        mainUntil { start.isCompleted && screen.add(id) && screen.trades.value.isNotEmpty() }
        val reviewed = screen.trades.value.getValue(id)
        val release = screen.release(reviewed, "42")
        mainUntil { release.isCompleted && screen.trades.value[id]?.status == TradeStatus.WaitingAddress }
        assertEquals("released", screen.message.value)
        assertEquals(1, simulator.effects(id).actions)
        val again = screen.release(reviewed, "43")
        mainUntil { again.isCompleted }
        assertEquals(1, simulator.effects(id).actions)
        assertEquals(emptyList(), simulator.check())
    }

    private fun mainUntil(condition: () -> Boolean) {
        val end = System.nanoTime() + 30_000_000_000
        while (!condition()) {
            check(System.nanoTime() < end) { "it took too long" }
            shadowOf(Looper.getMainLooper()).idle()
            Thread.sleep(2)
        }
    }
}
