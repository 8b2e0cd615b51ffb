package gg.autoplus.matrix

import gg.autoplus.testing.RecordedRequest
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** What went over the wire, against what should have. */
fun matchRequests(seen: List<RecordedRequest>, wanted: Act.Requests, saved: SavedValues) {
    val patterns = wanted.only.map { it.split(' ', limit = 2) }
    val looked = seen.filter { patterns.isEmpty() || patterns.any { (method, path) -> it.fits(method, path) } }
    if (looked.size < wanted.entries.size || (looked.size > wanted.entries.size && !wanted.more)) {
        val found = looked.joinToString { "${it.method} ${it.path} ${it.status}" }
        fail("expected ${wanted.entries.size} requests, saw ${looked.size}: $found")
    }
    wanted.entries.forEachIndexed { index, entry -> matchRequest(entry, index, looked, saved) }
}

private fun matchRequest(entry: Entry, index: Int, all: List<RecordedRequest>, saved: SavedValues) {
    val request = all[index]
    if (!request.fits(entry.method, entry.path)) {
        fail("request $index: expected ${entry.method} ${entry.path}, saw ${request.method} ${request.path}")
    }
    entry.expected.forEach { (what, expected) ->
        match(saved.resolve(expected), request.part(what), "request $index: $what")
    }
    entry.bodyContains.find { it !in request.body.orEmpty() }?.let {
        fail("request $index: the body doesn't contain $it: ${request.body}")
    }
    entry.sameKeyAs?.let { earlier ->
        val same = request.key == all[earlier].key && request.body == all[earlier].body
        if (request.key == null || !same) fail("request $index: the key or the body differs from request $earlier's")
    }
    entry.otherKeyThan?.let { earlier ->
        val same = request.key == all[earlier].key
        if (request.key == null || same) fail("request $index: the key is request $earlier's")
    }
}

private val RecordedRequest.key: String? get() = headers["idempotency-key"]

private fun RecordedRequest.part(what: String): JsonElement =
    when (what) {
        "status" -> JsonPrimitive(status)
        "query" -> texts(query)
        "headers" -> texts(headers)
        else -> body?.let(Json::parseToJsonElement) ?: JsonNull
    }

private fun texts(map: Map<String, String>) = JsonObject(map.mapValues { JsonPrimitive(it.value) })

private fun RecordedRequest.fits(method: String, pattern: String): Boolean {
    val (wanted, found) = pattern.split('/') to path.split('/')
    return this.method == method && wanted.size == found.size &&
        wanted.zip(found).all { (part, segment) -> part == segment || part.startsWith('{') }
}
