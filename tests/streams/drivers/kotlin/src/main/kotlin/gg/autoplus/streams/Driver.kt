package gg.autoplus.streams

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.long
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import java.time.Instant
import java.time.temporal.ChronoUnit
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicLong
import kotlin.system.exitProcess

/** Milliseconds before a stream that failed goes on. */
internal const val RETRY = 1000L

/** What run.py sets in the environment. */
internal object Settings {
    private val first = read("STREAMS_FIRST_TRADE").toLong()
    private val count = read("STREAMS_COUNT").toLong()

    val url: String = read("STREAMS_URL")
    val caFile: String? = read("STREAMS_CA_FILE").ifEmpty { null }
    val hold: Long = read("STREAMS_HOLD").toLong()
    val patience: Long = read("STREAMS_PATIENCE").toLong()
    val trades: List<String> = (first until first + count).map(Long::toString)

    /** One that nobody counts, to warm up with. */
    val spareTrade: String = (first + count).toString()

    private fun read(name: String): String =
        System.getenv(name) ?: error("$name isn't set: run.py starts this program")
}

/** What came in, and what went wrong. */
internal object Seen {
    private val snapshots = AtomicLong()
    private val latencies = ConcurrentLinkedQueue<Long>()
    private val errors = ConcurrentLinkedQueue<String>()

    fun event(changes: JsonObject) {
        val sentAt = changes["sentAtMicros"] as? JsonPrimitive
        if (sentAt == null) {
            snapshots.incrementAndGet()
        } else {
            latencies.add(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) - sentAt.long)
        }
    }

    fun error(why: Any) {
        errors.add(why.toString())
    }

    fun report(): String =
        buildJsonObject {
            put("snapshots", snapshots.get())
            putJsonArray("latenciesMicros") { latencies.forEach { add(it) } }
            putJsonArray("errors") { errors.forEach { add(it) } }
        }.toString()
}

/** Says that it is ready, then does what it is told until nobody is left to tell. */
internal fun obey(follow: () -> Unit) {
    println("ready")
    while (true) {
        when (val command = readlnOrNull()) {
            "open" -> follow()

            "report" -> println(Seen.report())

            // Ten thousand polls end with the process; nothing is under way that closing would wait for.
            null -> exitProcess(0)

            else -> error("expected open or report, and got $command")
        }
    }
}
