package gg.autoplus.android

import android.app.Application
import android.os.Looper
import android.os.StrictMode
import gg.autoplus.testing.Simulator
import gg.autoplus.testing.User
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import java.util.concurrent.atomic.AtomicInteger
import kotlin.test.assertTrue

/** What a view model is to a session: its scope is of the same making as `viewModelScope`, and ends with it. */
class Screen(simulator: Simulator, user: User, store: String = "autoplus", token: () -> String? = { user.token }) {
    val scope: CoroutineScope = CoroutineScope(SupervisorJob() + Dispatchers.Main.immediate)

    /** How often a token was asked for. */
    val asked = AtomicInteger()

    val session: TradeSession =
        scope.tradeSession(app, userId = user.id, baseUrl = simulator.baseUrl, store = store) {
            assertTrue(Looper.myLooper() != Looper.getMainLooper(), "a token was asked for on the main thread")
            asked.incrementAndGet()
            checkNotNull(token())
        }

    /** Runs on the main thread, as code of a screen does, and keeps that thread going until it is done. */
    fun <T> run(block: suspend CoroutineScope.() -> T): T {
        val done = scope.async(block = block)
        mainUntil { done.isCompleted }
        return done.getCompleted()
    }

    /** The person leaves the screen. */
    fun clear(): Unit = scope.cancel()

    companion object {
        val app: Application get() = RuntimeEnvironment.getApplication()

        fun mainUntil(condition: () -> Boolean) {
            val end = System.nanoTime() + 30_000_000_000
            while (!condition()) {
                check(System.nanoTime() < end) { "it took too long" }
                shadowOf(Looper.getMainLooper()).idle()
                Thread.sleep(2)
            }
        }

        /** Whatever is slow dies on the main thread from now on. */
        fun beStrict() {
            StrictMode.setThreadPolicy(StrictMode.ThreadPolicy.Builder().detectAll().penaltyDeath().build())
        }
    }
}
