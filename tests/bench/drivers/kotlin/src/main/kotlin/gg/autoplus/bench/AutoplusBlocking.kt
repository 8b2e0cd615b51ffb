package gg.autoplus.bench

import gg.autoplus.Trade
import gg.autoplus.blocking.BlockingClient
import gg.autoplus.blocking.OpenTrade

/** The library without coroutines: calls that wait, on as many threads as there are calls under way. */
fun main(args: Array<String>): Unit = drive(args, AutoplusBlocking())

private class AutoplusBlocking : Stack {
    private val client =
        BlockingClient
            .builder()
            .token(TOKEN)
            .baseUrl(Settings.url)
            .apply {
                Settings.caFile?.let { caFile(it) }
                Settings.store?.let { store(it) }
            }.build()

    private lateinit var reviewed: Trade

    override fun review(): Long {
        reviewed = client.trade(Settings.trade)
        return read(reviewed)
    }

    override fun one(times: Int): Long = summing(times) { read(client.trade(Settings.trade)) }

    override fun many(times: Int): Long = onThreads(times) { read(client.trade(Settings.trade)) }

    override fun pay(times: Int): Long {
        val (sender, receiver) = participants(reviewed)
        return summing(times) {
            val wanted = OpenTrade(GUILD).crypto(reviewed.crypto).sender(sender).receiver(receiver)
            client.openTrade(wanted).tradeId + client.requestRelease(reviewed).confirm().revision
        }
    }

    override fun batch(times: Int): Long = summing(times) { events() }

    private fun events(): Long =
        client.events(Settings.trade, startAfter = 0).use { stream ->
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
