package gg.autoplus.lifecycle

import gg.autoplus.testing.Simulator
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

/** One thing to show, in a world of its own. */
class Case(val name: String, val show: suspend (Simulator) -> Unit)

fun main() {
    val (passed, failed) = (SCOPES + THREADS + EXITS + PANICS).partition(::shows)
    println("${passed.size} passed, ${failed.size} failed")
    // What a case left behind must not keep the process.
    exitProcess(if (failed.isEmpty()) 0 else 1)
}

private fun shows(case: Case): Boolean {
    var result = Result.success(Unit)
    val time = measureTime { result = runCatching { show(case) } }
    println("${if (result.isSuccess) "ok    " else "FAILED"} ${case.name} (${time.inWholeMilliseconds} ms)")
    result.onFailure { println(it.stackTraceToString().prependIndent("       ")) }
    return result.isSuccess
}

private fun show(case: Case) =
    Simulator().use { simulator ->
        runBlocking {
            withTimeout(20.seconds) { case.show(simulator) }
        }
    }

suspend fun until(condition: suspend () -> Boolean) {
    while (!condition()) delay(5.milliseconds)
}

fun <T> expect(wanted: T, got: T) = check(wanted == got) { "expected $wanted, got $got" }

inline fun <reified T : Throwable> fails(call: () -> Unit): T {
    val failure = runCatching(call).exceptionOrNull()
    return failure as? T ?: error("expected ${T::class.simpleName}, got $failure")
}
