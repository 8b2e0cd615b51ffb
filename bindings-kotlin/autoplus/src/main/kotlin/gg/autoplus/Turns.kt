package gg.autoplus

import kotlinx.coroutines.Job
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlin.coroutines.coroutineContext

/**
 * Coroutines take what comes one after the other. Who asks has finished what was taken before, unless the coroutine that
 * took it was cancelled meanwhile: it may never have seen it, as a time-out can hit on the very way there. Then it comes
 * again.
 */
internal class Turns {
    private val one = Mutex()

    @Volatile
    private var taker: Job? = null

    /** Whether what was taken last comes again. */
    val isLost: Boolean get() = taker?.isCancelled == true

    /** What `take` gives once `isReady`; nothing once that is false. */
    suspend fun <T> take(giveBack: () -> Unit, isReady: suspend () -> Boolean, take: () -> List<T>): List<T> =
        one.withLock {
            if (isLost) giveBack()
            taker = null
            while (isReady()) {
                taker = coroutineContext[Job]
                val taken = take()
                if (taken.isNotEmpty()) return taken
            }
            emptyList()
        }
}
