package gg.autoplus.lifecycle

import gg.autoplus.TradeStatus
import gg.autoplus.blocking.BlockingClient
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.util.concurrent.CancellationException
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread

val THREADS: List<Case> =
    listOf(
        Case("one client serves many threads") { simulator ->
            BlockingClient(simulator.client(simulator.receiver)).use { client ->
                val trades = List(8) { simulator.openTrade() }
                val failures = ConcurrentLinkedQueue<Throwable>()
                val threads =
                    trades.flatMap { trade ->
                        val reads = { repeat(10) { expect(trade, client.trade(trade).id) } }
                        List(4) { thread { runCatching(reads).onFailure(failures::add) } }
                    }
                withContext(Dispatchers.IO) { threads.forEach { it.join() } }
                expect(emptyList(), failures.toList())
            }
        },
        Case("an interrupt ends a thread's wait, and its poll") { simulator ->
            BlockingClient(simulator.client(simulator.receiver)).use { client ->
                val trade = simulator.openTrade(TradeStatus.WaitingAction)
                val ends = ConcurrentLinkedQueue<Throwable>()
                val follow = { client.events(trade).use { events -> events.forEach { _ -> } } }
                val waiting = thread { runCatching(follow).onFailure(ends::add) }
                until { simulator.polls().waiting == 1 }
                waiting.interrupt()
                withContext(Dispatchers.IO) { waiting.join() }
                check(ends.single() is CancellationException) { "$ends" }
                until { simulator.polls().waiting == 0 }
            }
        },
        Case("closing from another thread ends a loop that waits") { simulator ->
            BlockingClient(simulator.client(simulator.receiver)).use { client ->
                val events = client.events(simulator.openTrade())
                val waiting = thread { events.forEach { _ -> } }
                until { simulator.polls().waiting == 1 }
                events.close()
                withContext(Dispatchers.IO) { waiting.join(10_000) }
                check(!waiting.isAlive) { "it still waits" }
            }
        },
        Case("the library's threads are daemons") { simulator ->
            simulator.client(simulator.receiver).use { client ->
                val before = Thread.getAllStackTraces().keys
                client.stats()
                client.openStream(simulator.openTrade()).use { it.next() }
                val kept = (Thread.getAllStackTraces().keys - before).filter { !it.isDaemon }
                expect(emptyList(), kept.map { it.name })
            }
        },
    )
