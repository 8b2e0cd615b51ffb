package gg.autoplus.bench

import gg.autoplus.Client
import gg.autoplus.Trade
import kotlinx.coroutines.runBlocking

/** The library, as a Kotlin program uses it: suspend functions. */
fun main(args: Array<String>): Unit = drive(args, Autoplus())

private class Autoplus : Stack {
    private val client =
        Client(token = TOKEN, baseUrl = Settings.url, caFile = Settings.caFile, store = Settings.store)

    private lateinit var reviewed: Trade

    override fun review(): Long {
        reviewed = runBlocking { client.trade(Settings.trade) }
        return read(reviewed)
    }

    override fun one(times: Int): Long =
        runBlocking { summing(times) { read(client.trade(Settings.trade)) } }

    override fun many(times: Int): Long = inFlight(times) { read(client.trade(Settings.trade)) }

    override fun pay(times: Int): Long =
        runBlocking {
            val (sender, receiver) = participants(reviewed)
            summing(times) {
                val opened = client.openTrade(GUILD, crypto = reviewed.crypto, sender = sender, receiver = receiver)
                opened.tradeId + client.requestRelease(reviewed).confirm().revision
            }
        }

    override fun batch(times: Int): Long = runBlocking { summing(times) { events() } }

    private suspend fun events(): Long =
        client.openStream(Settings.trade, startAfter = 0).use { stream ->
            var left = EVENTS
            var sum = 0L
            while (left > 0) {
                val some = stream.nextBatch(left)
                check(some.isNotEmpty()) { "the stream ended, and $left events are missing" }
                for (event in some) sum += readAll(event)
                left -= some.size
            }
            sum
        }
}
