package gg.autoplus.matrix

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** The result of a step: the SDK's own object, if it is one to hand on, and its canonical view. */
class Saved(val view: JsonElement, val native: Any? = null)

/** What earlier steps saved, and the references to it. */
class SavedValues {
    private val values = mutableMapOf<String, Saved>()

    operator fun set(name: String, saved: Saved) {
        values[name] = saved
    }

    fun native(reference: JsonElement): Any? = values[(reference as? JsonPrimitive)?.content?.removePrefix("$")]?.native

    /** The value with every reference in it replaced by the view it points to. */
    fun resolve(value: JsonElement): JsonElement =
        when (value) {
            is JsonObject -> {
                JsonObject(value.mapValues { resolve(it.value) })
            }

            is JsonArray -> {
                JsonArray(value.map(::resolve))
            }

            is JsonPrimitive if value.isString && REFERENCE.matches(value.content) && value.content !in SPECIAL -> {
                lookUp(value.content.drop(1)) ?: fail("${value.content} leads nowhere")
            }

            else -> {
                value
            }
        }

    private fun lookUp(path: String): JsonElement? {
        val parts = path.split('.')
        return parts.drop(1).fold(values[parts.first()]?.view) { value, part ->
            when (value) {
                is JsonObject -> value[part]
                is JsonArray -> part.toIntOrNull()?.let(value::getOrNull)
                else -> null
            }
        }
    }

    private companion object {
        val REFERENCE = Regex("""\$[a-z][A-Za-z0-9_.]*""")
        val SPECIAL = setOf("\$any", "\$absent")
    }
}
