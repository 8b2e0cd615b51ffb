package gg.autoplus.testing

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** An API request as the simulator received it. */
public data class RecordedRequest(
    /** GET, POST or PUT. */
    val method: String,
    /** Below `/v1`. */
    val path: String,
    /** The endpoint's pattern, such as `/trades/{id}`; null if there is none. */
    val route: String?,
    /** Parameters behind the question mark. */
    val query: Map<String, String>,
    /** Headers by lower-case name. */
    val headers: Map<String, String>,
    /** The body as it came. */
    val body: String?,
    /** The answer's status; null when no answer went out. */
    val status: Int?,
    /** Name or id of the user whose token it carried. */
    val user: String?,
    /** The planned fault that it met, or `answer`; null if it met none. */
    val fault: String?,
) {
    internal constructor(json: JsonObject) : this(
        method = json.text("method"),
        path = json.text("path"),
        route = json.textOrNull("route"),
        query = json.texts("query"),
        headers = json.texts("headers"),
        body = json.textOrNull("body"),
        status = json.textOrNull("status")?.toInt(),
        user = json.textOrNull("user"),
        fault = json.textOrNull("fault"),
    )
}

internal val JsonElement.jsonObject: JsonObject get() = this as JsonObject

internal fun JsonObject.text(name: String): String = (getValue(name) as JsonPrimitive).content

internal fun JsonObject.textOrNull(name: String): String? =
    (get(name) as? JsonPrimitive)?.takeUnless { it is JsonNull }?.content

private fun JsonObject.texts(name: String): Map<String, String> =
    getValue(name).jsonObject.mapValues { (it.value as JsonPrimitive).content }

/** A command with its arguments; those that are null are left out. */
internal fun json(verb: String, vararg arguments: Pair<String, Any?>?): String =
    JsonObject(fields("do" to verb) + fields(*arguments)).toString()

/** Those of them that aren't null, as JSON. */
internal fun fields(vararg given: Pair<String, Any?>?): Map<String, JsonElement> =
    given.filterNotNull().filter { it.second != null }.associate { (name, value) -> name to element(value) }

private fun element(value: Any?): JsonElement =
    when (value) {
        is JsonElement -> value
        is String -> JsonPrimitive(value)
        is Number -> JsonPrimitive(value)
        is Boolean -> JsonPrimitive(value)
        else -> error("no JSON for $value")
    }
