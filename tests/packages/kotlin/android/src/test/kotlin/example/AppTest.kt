package example

import android.os.Looper
import gg.autoplus.Crypto
import gg.autoplus.Outcome
import gg.autoplus.StreamEnd
import gg.autoplus.Watched
import gg.autoplus.android.TradeSession
import gg.autoplus.android.tradeSession
import gg.autoplus.testing.Simulator
import gg.autoplus.testing.User
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.onEach
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35])
class AppTest {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Main.immediate)
    private val simulator = Simulator()

    @Test
    fun `a whole trade is played with the classes of the AAR`() {
        val (buyer, shop) = session(simulator.sender) to session(simulator.receiver)
        val played =
            scope.async {
                val opened =
                    shop.call {
                        it.openTrade(
                            simulator.guild,
                            crypto = Crypto.Ltc,
                            sender = simulator.sender.id,
                            receiver = simulator.receiver.id,
                            operation = "order:1",
                        )
                    }
                listOf(buyer, shop).map { async { play(it, opened.id) } }.awaitAll()
            }
        val end = System.nanoTime() + 60_000_000_000
        while (!played.isCompleted && System.nanoTime() < end) {
            shadowOf(Looper.getMainLooper()).idle()
            Thread.sleep(2)
        }
        assertEquals(List(2) { StreamEnd.Closed(Outcome.Released) }, played.getCompleted())
        assertEquals(emptyList<String>(), simulator.check(creates = 1))
        scope.cancel()
        simulator.close()
    }

    private fun session(user: User): TradeSession {
        val app = RuntimeEnvironment.getApplication()
        return scope.tradeSession(app, user.id, simulator.baseUrl, store = user.id) { checkNotNull(user.token) }
    }

    private suspend fun play(session: TradeSession, id: String): StreamEnd =
        session
            .watch("screen", opened = flow { emit(id) })
            .onEach { session.call { client -> act(client, simulator, id) } }
            .filterIsInstance<Watched.Ended>()
            .first()
            .end
}
