package gg.autoplus.matrix

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private val ANY = JsonPrimitive("\$any")
private val ABSENT = JsonPrimitive("\$absent")
private const val REGEX = "\$regex:"

/** Fails unless the value is what is expected: maps compare the named keys, all else must be equal. */
fun match(expected: JsonElement, actual: JsonElement, at: String) {
    when {
        expected == ANY -> {
            Unit
        }

        expected is JsonPrimitive && expected.isString && expected.content.startsWith(REGEX) -> {
            matchPattern(Regex(expected.content.removePrefix(REGEX)), actual, at)
        }

        expected is JsonObject && actual is JsonObject -> {
            expected.forEach { (name, field) -> matchField(field, actual[name], "$at.$name") }
        }

        expected is JsonArray && actual is JsonArray -> {
            if (expected.size !=
                actual.size
            ) {
                fail("$at: expected ${expected.size} items, found ${actual.size}: $actual")
            }
            expected.forEachIndexed { index, item -> match(item, actual[index], "$at.$index") }
        }

        expected != actual -> {
            fail("$at: expected $expected, found $actual")
        }
    }
}

private fun matchPattern(pattern: Regex, actual: JsonElement, at: String) {
    val text = (actual as? JsonPrimitive)?.takeIf { it.isString }?.content
    if (text == null || !pattern.containsMatchIn(text)) fail("$at: $actual doesn't match $pattern")
}

private fun matchField(expected: JsonElement, actual: JsonElement?, at: String) {
    when {
        expected == ABSENT -> if (actual != null) fail("$at: expected nothing, found $actual")
        actual == null -> fail("$at: expected $expected, found nothing")
        else -> match(expected, actual, at)
    }
}
