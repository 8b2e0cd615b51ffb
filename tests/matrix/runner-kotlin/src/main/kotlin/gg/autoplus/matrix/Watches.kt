package gg.autoplus.matrix

import gg.autoplus.Client
import gg.autoplus.TradeWatch
import gg.autoplus.Watched
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

// Calls of a watch.

fun openWatch(client: Client, arguments: Arguments): Saved {
    val (trades, consumer) = arguments.texts("trades") to arguments.optionalText("consumer")
    arguments.end()
    val watch = client.watch(trades, consumer).shown()
    return Saved(view { "consumer" of watch.consumer }, watch)
}

/** Calls that go through an open watch. */
suspend fun onWatch(name: String, arguments: Arguments): Saved {
    val watch = arguments.watch()
    val take = if (name == "watch_next" || name == "watch_each") arguments.count("take", least = 1) else 0
    val atOnce = if (name == "watch_each") arguments.count("at_once", least = 1) else 0
    val tradeId = if (name == "watch_add" || name == "watch_remove") arguments.text("trade_id") else ""
    arguments.end()
    return when (name) {
        "watch_next" -> Saved(items(next(watch, take).shown()))
        "watch_each" -> Saved(items(each(watch, take, atOnce).shown()))
        "watch_add" -> Saved(JsonPrimitive(watch.add(tradeId).shown()))
        "watch_remove" -> Saved(JsonPrimitive(watch.remove(tradeId).shown()))
        "watch_trades" -> Saved(JsonArray(watch.trades.shown().map(::JsonPrimitive)))
        else -> NOTHING.also { watch.close() }
    }
}

private suspend fun next(watch: TradeWatch, take: Int): List<Watched> {
    val items = mutableListOf<Watched>()
    while (items.size < take) items += watch.next() ?: break
    return items
}

/** The handler of the last one closes the watch. */
private suspend fun each(watch: TradeWatch, take: Int, atOnce: Int): List<Watched> {
    val items = mutableListOf<Watched>()
    // The handlers of a scenario run on one thread.
    watch.forEach(atOnce) { item ->
        if (items.size < take) items += item
        if (items.size == take) watch.close()
    }
    return items
}

/** By trade, each trade's in the order in which they came. */
private fun items(items: List<Watched>): JsonElement =
    JsonObject(mapOf("items" to JsonArray(items.sortedBy { it.tradeId }.map(::view))))
