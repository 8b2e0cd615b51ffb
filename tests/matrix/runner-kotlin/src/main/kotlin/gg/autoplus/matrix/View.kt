package gg.autoplus.matrix

import gg.autoplus.Text
import gg.autoplus.Word
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.math.BigDecimal
import java.time.Instant

/** Gathers the fields of a canonical view; what is null is left out. */
class View {
    private val fields = linkedMapOf<String, JsonElement>()

    infix fun String.of(value: Any?) {
        if (value != null) fields[this] = element(value)
    }

    /** A word of an open list, and that it isn't known if so. */
    infix fun String.ofWord(word: Word?) {
        this of word?.wire
        if (word?.isKnown == false) "${this}Known" of false
    }

    infix fun String.ofText(text: Text?) {
        this of text?.value
        if (text?.isExact == false) "${this}Exact" of false
    }

    fun extra(extra: Map<String, String>) {
        if (extra.isNotEmpty()) "extra" of JsonObject(extra.mapValues { openJson(it.value) })
    }

    fun end(): JsonElement = JsonObject(fields)
}

fun view(fill: View.() -> Unit): JsonElement = View().apply(fill).end()

/** JSON of any shape, numbers as plain decimal text. */
fun openJson(raw: String): JsonElement = openJson(Json.parseToJsonElement(raw))

private fun openJson(json: JsonElement): JsonElement =
    when (json) {
        is JsonObject -> JsonObject(json.mapValues { openJson(it.value) })
        is JsonArray -> JsonArray(json.map(::openJson))
        is JsonPrimitive if json.isString || json is JsonNull -> json
        is JsonPrimitive -> json.content.toBigDecimalOrNull()?.let(::element) ?: json
    }

private fun element(value: Any): JsonElement =
    when (value) {
        is JsonElement -> value
        is String -> JsonPrimitive(value)
        is Boolean -> JsonPrimitive(value)
        is Int -> JsonPrimitive(value)
        is Long -> JsonPrimitive(value)
        is BigDecimal -> JsonPrimitive(value.toPlainString())
        is Instant -> JsonPrimitive(value.epochSecond)
        is List<*> -> JsonArray(value.map { element(it!!) })
        else -> error("no view of $value")
    }
