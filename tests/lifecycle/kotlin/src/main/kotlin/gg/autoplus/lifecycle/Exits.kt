package gg.autoplus.lifecycle

import gg.autoplus.OperationKind
import gg.autoplus.TradeStatus
import gg.autoplus.Verdict
import gg.autoplus.testing.Fault
import gg.autoplus.testing.Simulator
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.nio.file.Files
import java.util.concurrent.TimeUnit
import kotlin.io.path.deleteRecursively
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

val EXITS: List<Case> =
    listOf(
        Case("main returns with calls, streams and notes open: the process ends") { ends(it, "return", 0) },
        Case("System.exit with calls, streams and notes open: the process ends") { ends(it, "exit", 3) },
        Case("an exception out of main with calls, streams and notes open: the process ends") { ends(it, "throw", 1) },
        Case("a process that is asked to end closes its client in a hook, and its change is known") { simulator ->
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            withStore { store ->
                simulator.fault("POST /trades/{id}/confirm-action", Fault.Slow(2.seconds))
                val child = child(simulator, store, "release", trade)
                until { simulator.effects(trade).actions == 1 }
                child.toHandle().destroy()
                expect(128 + 15, ended(child).first)
                simulator.client(simulator.sender, store = store).use { client ->
                    expect(emptyList(), client.pendingOperations())
                    expect(emptyList(), client.recover())
                }
            }
            expect(emptyList(), simulator.check())
        },
        Case("a process that ended in the middle of a change left it to the next one") { simulator ->
            val trade = simulator.openTrade(TradeStatus.WaitingAction)
            withStore { store ->
                simulator.fault("POST /trades/{id}/confirm-action", Fault.Slow(9.seconds))
                val child = child(simulator, store, "halt", trade)
                until { simulator.effects(trade).actions == 1 }
                child.outputStream.use { it.write('\n'.code) }
                expect(4, ended(child).first)
                simulator.calm()
                simulator.client(simulator.sender, store = store).use { client ->
                    val settlement = client.recover().single()
                    expect(OperationKind.Release to Verdict.Done, settlement.operation.kind to settlement.verdict)
                }
            }
            expect(1, simulator.effects(trade).actions)
            expect(emptyList(), simulator.check())
        },
    )

private suspend fun ends(simulator: Simulator, how: String, code: Int) {
    val trade = simulator.openTrade(TradeStatus.WaitingAction)
    val child = child(simulator, "memory", how, trade)
    until { check(child.isAlive) { child.inputReader().readText() } == Unit && simulator.polls().waiting == 1 }
    val began = TimeSource.Monotonic.markNow()
    child.outputStream.use { it.write('\n'.code) }
    val (exit, said) = ended(child)
    check(exit == code) { "it ended with $exit: $said" }
    check(began.elapsedNow() < 5.seconds) { "it took ${began.elapsedNow()} to end" }
    until { simulator.polls().waiting == 0 }
}

private fun child(simulator: Simulator, store: String, vararg args: String): Process {
    val java = "${System.getProperty("java.home")}/bin/java"
    return ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), "gg.autoplus.lifecycle.ChildKt", *args)
        .redirectErrorStream(true)
        .apply {
            environment() +=
                mapOf(
                    "AUTOPLUS_TOKEN" to simulator.sender.token,
                    "AUTOPLUS_USER_ID" to simulator.sender.id,
                    "AUTOPLUS_BASE_URL" to simulator.baseUrl,
                    "AUTOPLUS_STORE" to store,
                )
        }.start()
}

/** How it ended and what it said; one that doesn't is ended here. */
private suspend fun ended(child: Process): Pair<Int, String> =
    withContext(Dispatchers.IO) {
        if (!child.waitFor(15, TimeUnit.SECONDS)) child.destroyForcibly()
        child.waitFor() to child.inputReader().readText()
    }

private suspend fun withStore(use: suspend (String) -> Unit) {
    val folder = Files.createTempDirectory("autoplus-lifecycle")
    try {
        use("sqlite:${folder.resolve("operations.db")}")
    } finally {
        @OptIn(kotlin.io.path.ExperimentalPathApi::class)
        folder.deleteRecursively()
    }
}
