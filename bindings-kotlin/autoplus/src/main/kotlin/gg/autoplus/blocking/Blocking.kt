package gg.autoplus.blocking

import kotlinx.coroutines.runBlocking
import java.util.concurrent.CancellationException

/** Waits for a call. An interrupt ends the wait as cancelling a coroutine would. */
internal fun <T> waiting(call: suspend () -> T): T = interruptible { runBlocking { call() } }

internal inline fun <T> interruptible(call: () -> T): T =
    try {
        call()
    } catch (interrupted: InterruptedException) {
        Thread.currentThread().interrupt()
        throw CancellationException("the thread was interrupted").apply { initCause(interrupted) }
    }

/**
 * What a stream gives, one by one, as an iterator and in batches. What [hasNext] looked at is kept until it is handed out,
 * whoever asks.
 */
internal class Pulled<T : Any>(private val pull: suspend (Int) -> List<T>) : Iterator<T> {
    private var seen: T? = null

    override fun hasNext(): Boolean = lookAhead() != null

    override fun next(): T = nextOrNull() ?: throw NoSuchElementException("the stream has ended")

    @Synchronized
    fun nextOrNull(): T? = lookAhead().also { seen = null }

    @Synchronized
    fun nextBatch(max: Int): List<T> {
        val first = seen ?: return waiting { pull(max) }
        seen = null
        return listOf(first)
    }

    @Synchronized
    private fun lookAhead(): T? = seen ?: waiting { pull(1) }.firstOrNull().also { seen = it }
}
