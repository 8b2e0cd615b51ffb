package gg.autoplus

import gg.autoplus.internal.FfiConverterTypeNoteParts
import gg.autoplus.internal.Method
import gg.autoplus.internal.NativeNotes
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import java.nio.ByteBuffer

/**
 * What changes in how a client's trades are followed, from the moment it was asked for: trouble, silence, recovery, gaps.
 * For logs and alarms; what a program acts on are the events themselves.
 *
 * Each note goes to one taker: several collectors share them, and each [Client.streamNotes] has its own. It ends when the
 * client is closed. Nobody waits for who listens: of more than 1024 notes that wait the oldest are given up and counted in
 * [missed]. Cancelling loses nothing: what a coroutine took that was cancelled before it came back for more comes again.
 */
public class StreamNotes private constructor(
    private val taking: Taking,
) : Flow<StreamNote> by taking.flow,
    AutoCloseable {
    internal constructor(native: NativeNotes) : this(Taking(native))

    /** How many were given up because too many waited. */
    public val missed: Long get() = taking.native.missed()

    /** What changed next; null once the client or this was closed. */
    public suspend fun next(): StreamNote? = nextBatch(1).firstOrNull()

    /** What changed next, at least one and at most [max], in one go; empty once the client or this was closed. */
    public suspend fun nextBatch(max: Int): List<StreamNote> = taking.take(max)

    /** Stops listening. Who waits for the next note gets none. */
    override fun close(): Unit = taking.native.stop()

    override fun toString(): String = "StreamNotes(missed=$missed)"

    private class Taking(val native: NativeNotes) {
        private val turns = Turns()
        private val callee = Callee(native.number(), native)

        val flow: Flow<StreamNote> =
            flow {
                while (true) emit(take(1).firstOrNull() ?: break)
            }

        suspend fun take(max: Int): List<StreamNote> =
            turns.take { seen ->
                val read = { bytes: ByteBuffer -> readBatch(bytes) { FfiConverterTypeNoteParts.read(it).toNote() } }
                callee.ask(Method.NEXT_NOTES, read) { it.putInt(max).putLong(seen) }
            }
    }
}
