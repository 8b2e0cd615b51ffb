package gg.autoplus.matrix

import gg.autoplus.testing.Simulator
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.io.ByteArrayOutputStream
import java.io.ObjectOutputStream
import java.lang.reflect.Modifier
import java.nio.file.Path
import java.util.Collections
import java.util.IdentityHashMap
import java.util.logging.Handler
import java.util.logging.Level
import java.util.logging.LogRecord
import java.util.logging.Logger
import java.util.logging.SimpleFormatter
import kotlin.io.path.Path
import kotlin.io.path.appendBytes
import kotlin.io.path.appendText
import kotlin.io.path.writeText

/**
 * With `MATRIX_PRINTS=FILE`: everything that the SDK gives out, in every form that the JVM has, and every line that is
 * logged. `tests/secrets/scan.py` searches it for the secrets in `FILE.codes`.
 */
class Prints private constructor(private val file: Path) {
    private val codes = file.resolveSibling("${file.fileName}.codes")
    private val kept = ByteArrayOutputStream()

    /** How many values were printed. */
    var count = 0
        private set

    private fun write(what: String, printed: ByteArray) =
        synchronized(kept) { listOf("--- $what\n".encodeToByteArray(), printed, NEW_LINE).forEach(kept::writeBytes) }

    private fun show(value: Any?) {
        count++
        val kind = value?.javaClass?.name ?: "null"
        FORMS.forEach { (form, make) ->
            // What can't be serialised says so, and that is printed too.
            val printed = runCatching { make(value) }.getOrElse { it.stackTraceToString().encodeToByteArray() }
            write("$kind $form", printed)
        }
    }

    private fun begin(scenario: String) = kept.writeBytes("=== scenario $scenario\n".encodeToByteArray())

    /** Tells the secrets of a scenario that is over: what the scan must not find. */
    private fun end(scenario: String, simulator: Simulator) {
        val told = { command: String -> Json.parseToJsonElement(simulator.control(command)) }
        val codes =
            (told("""{"do": "trades"}""") as JsonArray).flatMap { trade ->
                val id = (trade as JsonObject)["id"]
                (told("""{"do": "inspect", "trade": $id}""") as JsonObject)["codes"] as JsonArray
            }
        val planted = codes.firstOrNull() as? JsonPrimitive
        if (planted != null && System.getenv("MATRIX_PLANT_LEAK") != null) show(Planted(planted.content))
        val users = (told("""{"do": "world"}""") as JsonObject)["users"] as JsonObject
        val tokens = users.values.mapNotNull { user -> (user as JsonObject)["token"].takeIf { it != JsonNull } }
        val secrets = mapOf("codes" to JsonArray(codes), "tokens" to JsonArray(tokens))
        this.codes.appendText("${JsonObject(secrets + ("scenario" to JsonPrimitive(scenario)))}\n")
        file.appendBytes(kept.toByteArray())
        kept.reset()
    }

    private inner class Log : Handler() {
        override fun publish(line: LogRecord) = write("log ${line.level}", LINES.format(line).encodeToByteArray())

        override fun flush() = Unit

        override fun close() = Unit
    }

    companion object {
        private val NEW_LINE = "\n".encodeToByteArray()
        private val LINES = SimpleFormatter()
        private val FORMS: Map<String, (Any?) -> ByteArray> =
            mapOf(
                "toString" to { it.toString().encodeToByteArray() },
                "reflection" to { everything(it, identitySet()).encodeToByteArray() },
                "serialization" to ::serialized,
                "stackTrace" to { (it as? Throwable)?.stackTraceToString().orEmpty().encodeToByteArray() },
            )
        private val log = Logger.getLogger("")

        private val prints: Prints? =
            System.getenv("MATRIX_PRINTS")?.let { file ->
                Prints(Path(file)).also {
                    it.file.writeText("")
                    it.codes.writeText("")
                    log.level = Level.ALL
                    log.addHandler(it.Log())
                }
            }

        /** How many values were printed; null if none is to be. */
        val count: Int? get() = prints?.count

        fun <T> show(value: T): T = value.also { prints?.show(it) }

        fun begin(scenario: String) = prints?.begin(scenario)

        fun end(scenario: String, simulator: Simulator) = prints?.end(scenario, simulator)

        private fun serialized(value: Any?): ByteArray {
            val bytes = ByteArrayOutputStream()
            ObjectOutputStream(bytes).use { it.writeObject(value) }
            return bytes.toByteArray()
        }

        /** What a library finds that turns objects into text by reflection: getters, and private fields too. */
        private fun everything(value: Any?, seen: MutableSet<Any>): String =
            when {
                value is Iterable<*> -> value.map { everything(it, seen) }.toString()
                value == null || !isOurs(value.javaClass) || !seen.add(value) -> value.toString()
                else -> parts(value).map { (name, part) -> "$name=${everything(part, seen)}" }.toString()
            }

        private fun parts(value: Any): List<Pair<String, Any?>> {
            val own = generateSequence<Class<*>>(value.javaClass) { it.superclass }.takeWhile(::isOurs).toList()
            val fields = own.flatMap { it.declaredFields.toList() }.filterNot { Modifier.isStatic(it.modifiers) }
            val getters = value.javaClass.methods.filter { it.parameterCount == 0 && GETTER.matches(it.name) }
            (fields + getters).forEach { it.isAccessible = true }
            return fields.map { it.name to it.get(value) } + getters.map { it.name to it.invoke(value) }
        }

        private fun isOurs(type: Class<*>) = type.name.startsWith("gg.autoplus.")

        private fun identitySet(): MutableSet<Any> = Collections.newSetFromMap(IdentityHashMap())

        private val GETTER = Regex("(get|is|component)[A-Z0-9].*|toJson")
    }
}

/** Prints the value where prints are wanted, and gives it back. */
fun <T> T.shown(): T = Prints.show(this)

/** With `MATRIX_PLANT_LEAK=1`: a code that is printed on purpose, to see that the scan finds it. */
private data class Planted(val confirmationCode: String)
