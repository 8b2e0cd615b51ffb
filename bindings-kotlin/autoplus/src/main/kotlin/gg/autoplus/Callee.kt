package gg.autoplus

import com.sun.jna.internal.Cleaner
import gg.autoplus.internal.Direct
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.nio.ByteBuffer
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.coroutineContext

/** Something in the library that has calls. What it belongs to is held for as long as one is under way. */
internal open class Callee(val number: Long, private val owner: Any?) {
    /** Makes a call: writes its arguments, waits, reads what it gave. Cancelling ends a read; a change goes on. */
    suspend fun <T> ask(
        method: Int,
        read: (ByteBuffer) -> T,
        room: Int = ROOM,
        write: (ByteBuffer) -> Unit,
    ): T {
        Library.needDirect()
        val arguments = written { arguments(room, write) }
        val dispatcher = coroutineContext[ContinuationInterceptor]
        // What answers come on is the library's own thread: code of a user would stop all other calls there.
        val elsewhere = dispatcher !is CoroutineDispatcher || dispatcher == Dispatchers.Unconfined
        val answer =
            if (elsewhere) {
                withContext(Dispatchers.Default) { Calls.ask(method, this@Callee, arguments) }
            } else {
                Calls.ask(method, this, arguments)
            }
        return answer.read(read)
    }

    /**
     * Makes a read on this thread, which waits for it. Null if it can't be made here.
     *
     * @throws InterruptedException if the thread was interrupted; the read has ended then.
     */
    fun getHere(method: Int, write: (ByteBuffer) -> Unit): Answer? {
        Library.needDirect()
        if (Thread.interrupted()) throw InterruptedException()
        val arguments = written { arguments(ROOM, write) }
        var got = Direct.get(method, number, arguments.array(), arguments.position(), MILLISECONDS)
        while (got != null && got[0] == Answer.PAUSED) {
            val call = ByteBuffer.wrap(got, 1, Long.SIZE_BYTES).getLong()
            if (Thread.interrupted()) {
                Direct.leave(call)
                throw InterruptedException()
            }
            got = Direct.goOn(call, MILLISECONDS)
        }
        // So long nobody may let go of it.
        used = true
        return got?.let(::Answer)
    }

    @Volatile
    private var used = false

    companion object {
        const val ROOM: Int = 128

        /** How long an interrupt may take to be seen. */
        private const val MILLISECONDS = 20

        /** For a trade and its snapshot, in most cases. */
        const val ROOM_OF_TRADE: Int = 8192
    }
}

/** One that the library keeps until nobody holds this any more. */
internal class Handle(number: Long, private val ending: Ending = Ending(number)) : Callee(number, null) {
    init {
        Cleaner.getCleaner().register(this, ending)
    }

    /** What becomes of it in the library. */
    open class Ending(val number: Long) : Runnable {
        override fun run(): Unit = Direct.release(number)
    }

    /** A client's, which keeps the thread that brings answers while it is open. */
    class OfClient(number: Long) : Ending(number) {
        private val closed = AtomicBoolean()

        init {
            Calls.clientOpened()
        }

        override fun run() {
            super.run()
            close()
        }

        fun close() {
            if (closed.compareAndSet(false, true)) Calls.clientEnded()
        }
    }
}
