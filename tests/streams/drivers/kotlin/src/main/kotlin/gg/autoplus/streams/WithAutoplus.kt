package gg.autoplus.streams

import gg.autoplus.AutoPlusException
import gg.autoplus.Client
import gg.autoplus.Timeouts
import gg.autoplus.Watched
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlin.time.Duration.Companion.seconds

/** Events that are asked for at once. */
private const val AT_ONCE = 100

/** The library, as a Kotlin program uses it. */
fun main() {
    val client =
        Client(
            token = "streams",
            baseUrl = Settings.url,
            caFile = Settings.caFile,
            timeouts = Timeouts(call = Settings.patience.seconds, poll = Settings.hold.seconds),
        )
    runBlocking { client.events(Settings.spareTrade).first() }
    val scope = CoroutineScope(Dispatchers.Default)
    obey { scope.launch { follow(client) } }
}

private suspend fun follow(client: Client) {
    try {
        val watch = client.watch(Settings.trades)
        while (true) watch.nextBatch(AT_ONCE).ifEmpty { break }.forEach(::handle)
        Seen.error("the watch ended")
    } catch (error: AutoPlusException) {
        Seen.error(error)
    }
}

private fun handle(item: Watched) {
    when (item) {
        is Watched.Event -> Seen.event(Json.parseToJsonElement(item.event.changes.rawJson).jsonObject)
        else -> Seen.error(item)
    }
}
