package gg.autoplus.streams

import gg.autoplus.AutoPlusException
import gg.autoplus.Client
import gg.autoplus.Timeouts
import gg.autoplus.TradeEvent
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlin.time.Duration.Companion.seconds

private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

/** The library, as a Kotlin program uses it. */
fun main() {
    val client =
        Client(
            token = "streams",
            baseUrl = Settings.url,
            caFile = Settings.caFile,
            timeouts = Timeouts(poll = Settings.hold.seconds),
        )
    runBlocking { client.events(Settings.spareTrade).first() }
    obey { follow(client) }
}

private fun follow(client: Client) {
    for (trade in Settings.trades) scope.launch { followOne(client, trade) }
}

private suspend fun followOne(client: Client, trade: String) {
    var offset: Long? = null
    while (true) {
        try {
            client.events(trade, startAfter = offset).collect { event ->
                handle(event)
                offset = event.offset
            }
            return Seen.error("a stream ended")
        } catch (error: AutoPlusException) {
            Seen.error(error)
            delay(RETRY)
        }
    }
}

private fun handle(event: TradeEvent) {
    Seen.event(Json.parseToJsonElement(event.changes.rawJson).jsonObject)
}
