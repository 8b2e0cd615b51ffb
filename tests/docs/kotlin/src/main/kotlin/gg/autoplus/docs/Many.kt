package gg.autoplus.docs

import gg.autoplus.Client
import gg.autoplus.StreamEnd
import gg.autoplus.TradeEvent
import gg.autoplus.TradeStatus
import gg.autoplus.TradeWatch
import gg.autoplus.Watched
import gg.autoplus.testing.Simulator
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger

private const val TRADES = 200

/** Many trades as one stream, worked on side by side, through a restart. */
private class Bot(val client: Client, val enough: Int) {
    val handled = ConcurrentHashMap<String, List<Long>>()
    private val count = AtomicInteger()
    private lateinit var watching: TradeWatch

    // ANCHOR: watch
    suspend fun handle(item: Watched) {
        when (item) {
            is Watched.Event -> act(item.event)

            // finished, and remembered, when this returns
            is Watched.Ended -> tidyUp(item.tradeId, item.end)

            // it has left the watch
            is Watched.Failed -> println("${item.tradeId} ${if (item.over) "is lost" else "is tried on"}: ${item.error}")
        }
    }

    suspend fun work(watch: TradeWatch) {
        watch.use { it.forEach(atOnce = 64, handler = ::handle) } // trades side by side, each trade in order
    }
    // ANCHOR_END: watch

    // ANCHOR: stats
    fun look() {
        val stats = client.streamStats()
        println("${stats.trades} trades, ${stats.pollsInFlight} polls, ${stats.reconnects} reconnects, ${stats.gaps} gaps")
        for (trade in client.followedTrades()) {
            if (trade.silent || trade.failures > 0) {
                println("${trade.tradeId} last heard of ${trade.lastGoodPoll} ago: ${trade.error}")
            }
        }
    }
    // ANCHOR_END: stats

    suspend fun begin(trades: List<String>) {
        // ANCHOR: add
        val watch = client.watch(client.knownTrades(), consumer = "bot")
        for (trade in trades) watch.add(trade) // at any time, also while somebody takes from it
        // ANCHOR_END: add
        watching = watch
        work(watch)
    }

    private fun act(event: TradeEvent) {
        handled.merge(event.trade.id, listOf(event.id)) { old, new -> old + new }
        if (count.incrementAndGet() >= enough) watching.close()
    }

    private fun tidyUp(id: String, end: StreamEnd): Unit = error("$id ended: $end")
}

suspend fun many() =
    inFolder { folder ->
        Simulator().use { simulator ->
            val store = folder.resolve("bot.db")
            val trades = List(TRADES) { simulator.openTrade(TradeStatus.WaitingAction) }
            simulator.client(simulator.sender, store).use { client ->
                val bot = Bot(client, TRADES)
                bot.begin(trades)
                bot.look()
                check(bot.handled.keys == trades.toSet())
            }
            val late = simulator.happen(count = 50).groupingBy { it.trade }.eachCount()
            simulator.client(simulator.sender, store).use { client ->
                // As after a restart: what was finished doesn't come again, what happened meanwhile does, in order.
                val bot = Bot(client, 50)
                bot.begin(emptyList())
                check(bot.handled.mapValues { it.value.size } == late)
                check(bot.handled.values.all { it == it.sorted() })
            }
        }
    }
