package gg.autoplus.lifecycle

import gg.autoplus.BugException
import gg.autoplus.internal.InternalException
import gg.autoplus.internal.panicAtOnce
import gg.autoplus.internal.panicLater
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import java.lang.reflect.InvocationTargetException

// A debug build of the library panics on request.

val PANICS: List<Case> =
    listOf(
        Case("a panic becomes an exception, and neither the client nor the process is harmed") { simulator ->
            simulator.client(simulator.receiver).use { client ->
                val trade = simulator.openTrade()
                repeat(3) {
                    coroutineScope {
                        val read = async { client.trade(trade) }
                        fails<InternalException> { panicAtOnce() }
                        fails<InternalException> { panicLater() }
                        expect(trade, read.await().id)
                    }
                }
            }
        },
        Case("users see a panic as a BugException that asks to be reported") { simulator ->
            simulator.client(simulator.receiver).use { it.stats() }
            // The bridge is nobody's API: it is called as the compiler would.
            val bridged = Class.forName("gg.autoplus.BridgeKt").getMethod("bridged", Function0::class.java)
            val panic: () -> Unit = { panicAtOnce() }
            val bug = fails<InvocationTargetException> { bridged.invoke(null, panic) }.cause
            check(bug is BugException && "report it: on purpose" in bug.message) { "$bug" }
        },
    )
