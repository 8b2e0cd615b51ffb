package gg.autoplus

import kotlinx.coroutines.Job
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import java.nio.ByteBuffer
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

    @Volatile
    private var last = 0L

    /** The number of the batch that was seen last; none if that comes again. */
    val seen: Long get() = if (taker?.isCancelled == true) LOST else last

    /** What comes next, told what was seen. */
    suspend fun <T> take(next: suspend (Long) -> Batch<T>): List<T> =
        one.withLock {
            // It stays lost, whatever becomes of this call.
            last = seen
            taker = null
            val batch = next(last)
            taker = coroutineContext[Job]
            last = batch.number
            batch.items
        }

    private companion object {
        const val LOST = -1L
    }
}

/** What was taken in one go, under the library's number for it. */
internal class Batch<T>(val number: Long, val items: List<T>)

internal inline fun <T> readBatch(bytes: ByteBuffer, item: (ByteBuffer) -> T): Batch<T> {
    val number = bytes.getLong()
    return Batch(number, List(bytes.getInt()) { item(bytes) })
}
