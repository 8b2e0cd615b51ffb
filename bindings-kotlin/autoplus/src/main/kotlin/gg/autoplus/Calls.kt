package gg.autoplus

import gg.autoplus.internal.Direct
import gg.autoplus.internal.FfiConverterString
import gg.autoplus.internal.FfiConverterTypeFailureParts
import gg.autoplus.internal.Method
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.suspendCancellableCoroutine
import java.nio.BufferOverflowException
import java.nio.ByteBuffer
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong

/** Calls under way. One thread brings their answers, many at once; it lives while there are clients or calls. */
internal object Calls {
    /** The callee is only held, so that it isn't let go of meanwhile. */
    private class Waiting(
        val method: Int,
        @Suppress("unused") val callee: Callee,
        val continuation: CancellableContinuation<Answer>,
    )

    private val waiting = ConcurrentHashMap<Long, Waiting>()
    private val tickets = AtomicLong()
    private val clients = AtomicInteger()

    @Volatile
    private var thread: Thread? = null

    /** Makes a call and waits for its answer. Cancelling ends a read; a change goes on. */
    suspend fun ask(method: Int, callee: Callee, arguments: ByteBuffer): Answer =
        suspendCancellableCoroutine { continuation ->
            val ticket = tickets.incrementAndGet()
            waiting[ticket] = Waiting(method, callee, continuation)
            if (thread == null) start()
            val number = Direct.submit(method, callee.number, ticket, arguments.array(), arguments.position())
            if (number < 0) {
                waiting.remove(ticket)
                throw bug("a call could not be made")
            }
            continuation.invokeOnCancellation { if (Direct.cancel(number)) waiting.remove(ticket) }
        }

    fun clientOpened() {
        clients.incrementAndGet()
    }

    fun clientEnded() {
        if (clients.decrementAndGet() == 0) Direct.wake()
    }

    @Synchronized
    private fun start() {
        if (thread == null) thread = Thread(::bring, "autoplus-answers").apply { isDaemon = true }.also { it.start() }
    }

    private fun bring() {
        while (!isOver()) {
            try {
                Direct.drain()?.let(::handOut)
            } catch (full: OutOfMemoryError) {
                // The answers are still there; others may let go of something.
                Thread.yield()
            }
        }
    }

    private fun isOver(): Boolean = nothingLeft() && end()

    private fun nothingLeft() = clients.get() == 0 && waiting.isEmpty()

    /** Who comes in this moment finds no thread and starts one, or is seen here. */
    @Synchronized
    private fun end(): Boolean {
        val me = thread
        thread = null
        if (nothingLeft()) return true
        thread = me
        return false
    }

    private fun handOut(bytes: ByteArray) {
        var at = 0
        while (at < bytes.size) {
            val head = ByteBuffer.wrap(bytes, at, HEAD)
            val (ticket, length) = head.getLong() to head.getInt()
            at += HEAD
            waiting.remove(ticket)?.let { resume(it, Answer(it.method, ByteBuffer.wrap(bytes, at, length))) }
            at += length
        }
    }

    /** No code of a user runs here: what waits goes on where its dispatcher says. */
    @OptIn(ExperimentalCoroutinesApi::class)
    private fun resume(waiting: Waiting, answer: Answer) =
        try {
            waiting.continuation.resume(answer) { _, unseen, _ -> unseen.forget() }
        } catch (broken: Throwable) {
            // A dispatcher that fails must not stop the others.
            Thread.currentThread().let { it.uncaughtExceptionHandler.uncaughtException(it, broken) }
        }

    private const val HEAD = 12
}

/** What a call gave, as it came. */
internal class Answer(private val method: Int, private val bytes: ByteBuffer) {
    constructor(bytes: ByteArray) : this(0, ByteBuffer.wrap(bytes))

    /** What it gave, or the exception of its failure. */
    fun <T> read(what: (ByteBuffer) -> T): T =
        when (val status = bytes.get()) {
            GAVE -> what(bytes)
            FAILED -> throw FfiConverterTypeFailureParts.read(bytes).toException()
            PANICKED -> throw bug(FfiConverterString.read(bytes))
            else -> throw bug("an answer of the unknown status $status")
        }

    /** Nobody will see it: what it holds in the library is let go of. */
    fun forget() {
        val holds = method == Method.REQUEST_RELEASE || method == Method.REQUEST_RETURN
        if (holds && bytes.get() == GAVE) Direct.release(bytes.getLong())
    }

    companion object {
        private const val GAVE: Byte = 0
        private const val FAILED: Byte = 1
        private const val PANICKED: Byte = 2

        /** A read that isn't through: its number follows. */
        const val PAUSED: Byte = 3
    }
}

/** Arguments, as uniffi writes them. */
internal inline fun arguments(room: Int = 128, write: (ByteBuffer) -> Unit): ByteBuffer {
    var size = room
    while (true) {
        try {
            return ByteBuffer.allocate(size).also(write)
        } catch (_: BufferOverflowException) {
            size *= 4
        }
    }
}
