package gg.autoplus.matrix

import gg.autoplus.ActionChallenge
import gg.autoplus.ClaimChallenge
import gg.autoplus.Operation
import gg.autoplus.StreamNotes
import gg.autoplus.Trade
import gg.autoplus.TradeStream
import gg.autoplus.TradeWatch
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.doubleOrNull
import kotlinx.serialization.json.intOrNull
import kotlinx.serialization.json.longOrNull
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** The arguments of one call. */
class Arguments(with: JsonElement, private val saved: SavedValues) {
    private val fields = Fields(with, "the call's arguments")

    fun text(name: String): String = optionalText(name) ?: fail("the argument $name is missing")

    /** A text, or null for null and for what isn't there. */
    fun optionalText(name: String): String? =
        when (val value = value(name)) {
            null, JsonNull -> null
            is JsonPrimitive if value.isString -> value.content
            else -> fail("$name must be a text, not $value")
        }

    fun optionalNumber(name: String): Long? =
        value(name)?.let { (it as? JsonPrimitive)?.longOrNull ?: fail("$name must be an integer, not $it") }

    /** How many, which is never fewer than [least]. */
    fun count(name: String, least: Int): Int {
        val value = value(name) ?: fail("the argument $name is missing")
        val count = (value as? JsonPrimitive)?.takeIf { !it.isString }?.intOrNull
        return count?.takeIf { it >= least } ?: fail("$name must be at least $least, not $value")
    }

    fun optionalSeconds(name: String): Duration? =
        value(name)?.let { value ->
            val seconds = (value as? JsonPrimitive)?.takeIf { !it.isString }?.doubleOrNull
            seconds?.takeIf { it >= 0 }?.seconds ?: fail("$name must be seconds, not $value")
        }

    fun texts(name: String): List<String> {
        val value = value(name) as? JsonArray ?: fail("$name must be a list of texts")
        val texts = value.mapNotNull { text -> (text as? JsonPrimitive)?.takeIf { it.isString }?.content }
        return texts.takeIf { it.size == value.size } ?: fail("$name must be a list of texts, not $value")
    }

    fun flag(name: String): Boolean {
        val value = value(name) ?: return false
        return (value as? JsonPrimitive)?.booleanOrNull ?: fail("$name must be true or false, not $value")
    }

    /** A saved error's operation. */
    fun operation(): Operation = native("operation")

    fun trade(): Trade = native("trade")

    fun action(): ActionChallenge = native("challenge")

    fun claim(name: String): ClaimChallenge = native(name)

    fun optionalClaim(name: String): ClaimChallenge? = if (name in fields) claim(name) else null

    fun stream(): TradeStream = native("stream")

    fun watch(): TradeWatch = native("watch")

    fun notes(): StreamNotes = native("notes")

    fun end(): Unit = fields.end()

    private fun value(name: String): JsonElement? = fields.optional(name)?.let(saved::resolve)

    private inline fun <reified T> native(name: String): T {
        val reference = fields.take(name)
        return saved.native(reference) as? T ?: fail("$name: $reference is no saved ${T::class.simpleName}")
    }
}
