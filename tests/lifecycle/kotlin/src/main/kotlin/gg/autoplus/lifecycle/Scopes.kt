package gg.autoplus.lifecycle

import gg.autoplus.Client
import gg.autoplus.ClosedException
import gg.autoplus.Crypto
import gg.autoplus.OpenedTrade
import gg.autoplus.TradeStatus
import gg.autoplus.Watched
import gg.autoplus.testing.Fault
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

val SCOPES: List<Case> =
    listOf(
        Case("a scope that is cancelled ends its streams, reads and notes at once") { simulator ->
            simulator.client(simulator.receiver).use { client ->
                val scope = CoroutineScope(Dispatchers.Default + Job())
                val trades = List(20) { simulator.openTrade() }
                trades.forEach { trade -> scope.launch { client.events(trade).collect { } } }
                scope.launch { client.watch(trades).use { watch -> watch.forEach { } } }
                scope.launch { client.streamNotes().collect { } }
                until { simulator.polls().waiting == trades.size }
                simulator.fault("GET /stats", Fault.Slow(20.seconds))
                scope.launch { client.stats() }
                until { simulator.requests().any { it.path.endsWith("stats") } }
                scope.coroutineContext.job.cancelAndJoin()
                until { simulator.polls().waiting == 0 }
                expect(0L, client.streamStats().streams)
            }
        },
        Case("a child that fails cancels its siblings, and a change goes on in the background") { simulator ->
            simulator.client(simulator.sender).use { client ->
                simulator.fault("POST /guilds/{id}/trades", Fault.Slow(1.seconds))
                val began = CompletableDeferred<Unit>()
                fails<IllegalStateException> {
                    coroutineScope {
                        launch { client.events(simulator.openTrade()).collect { began.complete(Unit) } }
                        launch { client.open(simulator) }
                        began.await()
                        until { simulator.trades().any { it.effects.creates == 1 } }
                        error("on purpose")
                    }
                }
                until { simulator.polls().waiting == 0 }
                val opened = client.open(simulator)
                expect(opened.id, simulator.trades().single { it.effects.creates == 1 }.id)
                expect(emptyList(), simulator.check(creates = 1))
            }
        },
        Case("a change that ran into withTimeout is made once, however often it is repeated") { simulator ->
            simulator.client(simulator.sender).use { client ->
                simulator.fault("POST /guilds/{id}/trades", Fault.Slow(2.seconds))
                var opened: OpenedTrade? = null
                var tries = 0
                while (opened == null) {
                    tries += 1
                    opened = withTimeoutOrNull(300.milliseconds) { client.open(simulator) }
                }
                check(tries > 1) { "it was never cancelled" }
                expect(emptyList(), simulator.check(creates = 1))
            }
        },
        Case("a handler that is cancelled in the middle gives its item back") { simulator ->
            simulator.client(simulator.receiver).use { client ->
                val trade = simulator.openTrade(TradeStatus.WaitingAction)
                client.watch(listOf(trade)).use { watch ->
                    coroutineScope {
                        val busy = CompletableDeferred<Long>()
                        val handling =
                            launch {
                                watch.forEach {
                                    busy.complete((it as Watched.Event).event.id)
                                    awaitCancellation()
                                }
                            }
                        val id = busy.await()
                        handling.cancelAndJoin()
                        expect(id, (watch.take() as Watched.Event).event.id)
                    }
                }
            }
        },
        Case("use closes: what goes on ends, and further calls are refused") { simulator ->
            coroutineScope {
                val trade = simulator.openTrade()
                val (client, following) =
                    simulator.client(simulator.receiver).use { client ->
                        val following = launch { runCatching { client.events(trade).collect { } } }
                        until { simulator.polls().waiting == 1 }
                        client to following
                    }
                following.join()
                until { simulator.polls().waiting == 0 }
                fails<ClosedException> { client.trade(trade) }
                client.close()
            }
        },
        Case("use closes after an exception too, and that exception comes out") { simulator ->
            lateinit var kept: Client
            val failure =
                fails<IllegalStateException> {
                    simulator.client(simulator.receiver).use { client ->
                        kept = client
                        error("on purpose")
                    }
                }
            expect(emptyList(), failure.suppressed.toList())
            fails<ClosedException> { kept.stats() }
        },
        Case("a stream that nobody holds any more ends its poll") { simulator ->
            simulator.client(simulator.receiver).use { client ->
                forgetOne(client, simulator.openTrade())
                until {
                    System.gc()
                    simulator.polls().waiting == 0
                }
            }
        },
    )

private suspend fun forgetOne(client: Client, trade: String) = checkNotNull(client.openStream(trade).next())

suspend fun Client.open(simulator: Simulator): OpenedTrade =
    openTrade(
        simulator.guild,
        crypto = Crypto.Ltc,
        sender = simulator.sender.id,
        receiver = simulator.receiver.id,
        operation = "order:1",
    )
