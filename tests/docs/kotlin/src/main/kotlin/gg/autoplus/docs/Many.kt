package gg.autoplus.docs

import gg.autoplus.Client
import gg.autoplus.StreamChange
import gg.autoplus.StreamEnd
import gg.autoplus.TradeEvent
import gg.autoplus.TradeStatus
import gg.autoplus.TradeWatch
import gg.autoplus.Watched
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue

private const val TRADES = 200
private const val AT_ONCE = 64

/** Many trades as one stream, worked on side by side, through a restart. */
private class Bot(val client: Client, expected: Collection<Any>) {
    val handled = ConcurrentLinkedQueue<Pair<String, Long>>()
    private val missing: MutableSet<Any> = ConcurrentHashMap.newKeySet<Any>().apply { addAll(expected) }
    private lateinit var watching: TradeWatch

    // ANCHOR: watch
    suspend fun handle(item: Watched) {
        when (item) {
            // finished, and remembered, when this returns
            is Watched.Event -> act(item.event)

            // it has left the watch
            is Watched.Ended -> tidyUp(item.tradeId, item.end)

            is Watched.Failed -> println("${item.tradeId}: over: ${item.over}, ${item.error.message}")
        }
    }

    suspend fun work(watch: TradeWatch) {
        watch.use { it.forEach(atOnce = AT_ONCE, handler = ::handle) } // trades side by side, each trade in order
    }
    // ANCHOR_END: watch

    // ANCHOR: stats
    fun look() {
        val stats = client.streamStats()
        println("${stats.trades} trades, ${stats.pollsInFlight} polls, ${stats.gaps} gaps")
        for (trade in client.followedTrades()) {
            if (trade.silent || trade.failures > 0) {
                println("${trade.tradeId} last heard of ${trade.lastGoodPoll} ago: ${trade.error}")
            }
        }
    }
    // ANCHOR_END: stats

    // ANCHOR: notes
    suspend fun tellWhatChanges() {
        client.streamNotes().collect { note ->
            when (val change = note.change) {
                is StreamChange.Opened, is StreamChange.Closed -> Unit
                is StreamChange.Failing -> println("${note.tradeId} is failing: ${change.error.message}")
                is StreamChange.Refused -> println("${note.tradeId} is refused: ${change.error.message}")
                is StreamChange.Silent -> println("${note.tradeId} is silent for ${change.lasting}")
                is StreamChange.Recovered, is StreamChange.Gap -> println("${note.tradeId}: ${change.wire}")
            }
        }
    }
    // ANCHOR_END: notes

    suspend fun begin(trades: List<String>) {
        // ANCHOR: add
        val watch = client.watch(client.knownTrades(), consumer = "bot")
        for (trade in trades) watch.add(trade) // at any time, also while somebody takes from it
        // ANCHOR_END: add
        watching = watch
        work(watch)
    }

    private fun act(event: TradeEvent) {
        val seen = event.trade.id to event.id
        handled += seen
        missing.removeAll(setOf(event.trade.id, seen))
        if (missing.isNotEmpty()) return
        look()
        watching.close()
    }

    private fun tidyUp(id: String, end: StreamEnd): Unit = error("$id ended: $end")
}

suspend fun many(): Unit = coroutineScope { many(this) }

private suspend fun many(scope: CoroutineScope) =
    inFolder { folder ->
        Simulator().use { simulator ->
            val store = folder.resolve("bot.db")
            val trades = List(TRADES) { simulator.openTrade(TradeStatus.WaitingAction) }
            val first =
                simulator.client(simulator.sender, store).use { client ->
                    val bot = Bot(client, trades)
                    scope.launch { bot.tellWhatChanges() }
                    bot.begin(trades)
                    bot
                }
            // One each: where nothing was finished, a snapshot stands for all that happened.
            val late = trades.take(50).flatMap { simulator.happen(it) }.map { it.trade to it.id }
            // As after a restart: of what was seen, only what wasn't finished comes again.
            simulator.client(simulator.sender, store).use { client ->
                val bot = Bot(client, late)
                bot.begin(emptyList())
                val (again, new) = bot.handled.partition { it in first.handled }
                check(again.size <= AT_ONCE)
                for (trade in trades) check(new.filter { it.first == trade } == late.filter { it.first == trade })
            }
        }
    }
