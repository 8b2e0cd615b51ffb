package gg.autoplus.matrix

import gg.autoplus.Client
import gg.autoplus.TradeEvent
import gg.autoplus.TradeStream
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.json.JsonElement

// Calls of streams and of what they tell.

suspend fun events(client: Client, arguments: Arguments): Saved {
    val (tradeId, startAfter) = arguments.text("trade_id") to arguments.optionalNumber("start_after")
    val (take, commits) = arguments.count("take", least = 1) to arguments.flag("commit")
    val consumer = arguments.optionalText("consumer")
    arguments.end()
    // A flow that is left says nothing of its last event.
    if (commits) {
        return client.openStream(tradeId, consumer, startAfter).shown().use { stream ->
            Saved(taken(stream, take)).also { stream.commit() }
        }
    }
    val events = client.events(tradeId, consumer, startAfter).shown()
    return Saved(view(events.take(take).onEach { it.shown() }.toList(), events.end.shown()))
}

fun openStream(client: Client, arguments: Arguments): Saved {
    val (tradeId, startAfter) = arguments.text("trade_id") to arguments.optionalNumber("start_after")
    val consumer = arguments.optionalText("consumer")
    arguments.end()
    val stream = client.openStream(tradeId, consumer, startAfter).shown()
    return Saved(view(stream), stream)
}

/** Calls that go through an open stream. */
suspend fun onStream(name: String, arguments: Arguments): Saved {
    val stream = arguments.stream()
    val take = if (name == "next") arguments.count("take", least = 0) else 0
    arguments.end()
    when (name) {
        "next" -> return Saved(taken(stream, take))
        "commit" -> stream.commit()
        else -> stream.close()
    }
    return NOTHING
}

private suspend fun taken(stream: TradeStream, take: Int): JsonElement {
    val events = mutableListOf<TradeEvent>()
    while (events.size < take) {
        events += stream.next() ?: return view(events.shown(), stream.end.shown())
    }
    return view(events.shown(), null)
}

suspend fun waitFor(client: Client, arguments: Arguments): Saved {
    val (tradeId, status) = arguments.text("trade_id") to arguments.text("status")
    val timeout = arguments.optionalSeconds("timeout")
    arguments.end()
    return saved(client.waitFor(tradeId, timeout) { it.status.wire == status })
}
