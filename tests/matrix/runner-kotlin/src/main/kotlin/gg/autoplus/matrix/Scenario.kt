package gg.autoplus.matrix

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.doubleOrNull
import org.yaml.snakeyaml.LoaderOptions
import org.yaml.snakeyaml.Yaml
import org.yaml.snakeyaml.constructor.SafeConstructor
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** Why a scenario fails, in words. */
class ScenarioFailed(override val message: String) : Exception(message)

fun fail(why: String): Nothing = throw ScenarioFailed(why)

/** A scenario as it stands in its file. Whatever isn't known is refused. */
class Scenario(
    /** Whether all clients keep their operations in one file. */
    val sharesStore: Boolean,
    val limits: Map<String, Limits>,
    val steps: List<Step>,
) {
    companion object {
        fun parse(text: String): Scenario {
            val options = LoaderOptions().apply { isAllowDuplicateKeys = false }
            val file = Fields(json(Yaml(SafeConstructor(options)).load(text)), "the scenario")
            if (file.take("format") != JsonPrimitive(1)) fail("this runner knows format 1 alone")
            file.text("name")
            file.optionalText("about")
            val store = file.optionalText("store")
            if (store != null && store != "shared") fail("the store $store isn't known")
            val limits = (file.optional("clients") as JsonObject?).orEmpty().mapValues { Limits.of(it.value) }
            val steps = (file.take("steps") as JsonArray).map { Step.of(it) }
            file.end()
            return Scenario(store != null, limits, steps)
        }
    }
}

/** Time-outs of one client. */
class Limits(val call: Duration?, val attempt: Duration?, val poll: Duration?, val pollGrace: Duration?) {
    companion object {
        fun of(json: JsonElement): Limits {
            val fields = Fields(json, "a client")
            val time = { name: String -> fields.optionalNumber(name)?.seconds }
            val limits =
                Limits(time("call_timeout"), time("attempt_timeout"), time("poll_timeout"), time("poll_grace"))
            return limits.also { fields.end() }
        }
    }
}

/** One step: an act, and what to make of its result. */
class Step(val act: Act, val save: String?, val expect: Expect?) {
    companion object {
        fun of(json: JsonElement): Step {
            val fields = Fields(json, "a step")
            val act =
                when (val kind = Act.KINDS.singleOrNull { it in fields }) {
                    "control" -> Act.Control(fields.take(kind))
                    "call" -> Act.Call(fields.text(kind), fields.optionalText("as"), fields.optional("with"))
                    "requests" -> Act.Requests(requests(fields), only(fields), fields.optional("more") != null)
                    "restart" -> Act.Restart((fields.take(kind) as JsonArray).map { (it as JsonPrimitive).content })
                    else -> fail("a step is exactly one of ${Act.KINDS}")
                }
            val gives = act is Act.Control || act is Act.Call
            val expect = if (gives) fields.optional("expect")?.let(Expect::of) else null
            val save = if (gives) fields.optionalText("save") else null
            fields.end()
            return Step(act, save, expect)
        }

        private fun requests(fields: Fields) = (fields.take("requests") as JsonArray).map { Entry.of(it) }

        private fun only(fields: Fields) =
            (fields.optional("only") as JsonArray?).orEmpty().map { (it as JsonPrimitive).content }
    }
}

sealed interface Act {
    class Control(val command: JsonElement) : Act

    class Call(val name: String, val client: String?, val with: JsonElement?) : Act

    class Requests(val entries: List<Entry>, val only: List<String>, val more: Boolean) : Act

    class Restart(val clients: List<String>) : Act

    companion object {
        val KINDS = listOf("control", "call", "requests", "restart")
    }
}

sealed interface Expect {
    class Value(val value: JsonElement) : Expect

    class Error(val error: JsonElement) : Expect

    companion object {
        fun of(json: JsonElement): Expect {
            val fields = Fields(json, "expect")
            val expect = if ("error" in fields) Error(fields.take("error")) else Value(fields.take("value"))
            fields.end()
            return expect
        }
    }
}

/** A request that must have come in. */
class Entry(
    val method: String,
    val path: String,
    /** What `status`, `query`, `headers` and `body` must match, where given. */
    val expected: Map<String, JsonElement>,
    val bodyContains: List<String>,
    val sameKeyAs: Int?,
    val otherKeyThan: Int?,
) {
    companion object {
        fun of(json: JsonElement): Entry {
            val fields = Fields(json, "a request")
            val matched = listOf("status", "query", "headers", "body").filter { it in fields }
            val parts = (fields.optional("body_contains") as JsonArray?).orEmpty()
            return Entry(
                method = fields.text("method"),
                path = fields.text("path"),
                expected = matched.associateWith { fields.take(it) },
                bodyContains = parts.map { (it as JsonPrimitive).content },
                sameKeyAs = fields.optionalNumber("same_key_as")?.toInt(),
                otherKeyThan = fields.optionalNumber("other_key_than")?.toInt(),
            ).also { fields.end() }
        }
    }
}

/** The fields of a map, each taken out once; what is left over isn't known. */
class Fields(json: JsonElement, private val what: String) {
    private val left = (json as? JsonObject ?: fail("$what must be a map, not $json")).toMutableMap()

    operator fun contains(name: String): Boolean = name in left

    fun optional(name: String): JsonElement? = left.remove(name)

    fun take(name: String): JsonElement = optional(name) ?: fail("$what needs $name")

    /** A text, or null for null and for what isn't there. */
    fun optionalText(name: String): String? =
        when (val value = optional(name)) {
            null, JsonNull -> null
            is JsonPrimitive if value.isString -> value.content
            else -> fail("$name of $what must be a text, not $value")
        }

    fun optionalNumber(name: String): Double? =
        optional(name)?.let { (it as? JsonPrimitive)?.doubleOrNull ?: fail("$name of $what must be a number, not $it") }

    fun text(name: String): String = optionalText(name) ?: fail("$what needs $name")

    fun end() {
        left.keys.firstOrNull()?.let { fail("$it isn't known in $what") }
    }
}

private fun json(yaml: Any?): JsonElement =
    when (yaml) {
        null -> JsonNull
        is Map<*, *> -> JsonObject(yaml.entries.associate { (key, value) -> key as String to json(value) })
        is List<*> -> JsonArray(yaml.map(::json))
        is String -> JsonPrimitive(yaml)
        is Number -> JsonPrimitive(yaml)
        is Boolean -> JsonPrimitive(yaml)
        else -> fail("YAML's ${yaml.javaClass.simpleName} $yaml isn't known; quote it")
    }
