package gg.autoplus.bench

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import kotlin.system.exitProcess

/** How many calls `many` keeps under way. */
internal const val IN_FLIGHT = 64

/** How many events the trade has after offset 0. */
internal const val EVENTS = 1000

internal const val TOKEN = "bench"

/** Where `pay` opens trades. */
internal const val GUILD = "100000000000000001"

/** What the harness sets in the environment. */
internal object Settings {
    val url: String = System.getenv("BENCH_URL") ?: error("BENCH_URL isn't set: the harness starts this program")
    val trade: String = System.getenv("BENCH_TRADE") ?: error("BENCH_TRADE isn't set: the harness starts this program")
    val caFile: String? = System.getenv("BENCH_CA_FILE")?.ifEmpty { null }
    val store: String? = System.getenv("BENCH_STORE")?.ifEmpty { null }
}

/** What each stack does, so many times; gives the check's sum, as the page of the benchmark says. */
internal interface Stack {
    /** Gets the trade once, for [pay] to go by; gives its revision. */
    fun review(): Long

    /** Gets the trade, one time after another. */
    fun one(times: Int): Long

    /** The same with [IN_FLIGHT] under way at any time. */
    fun many(times: Int): Long

    /** Opens a trade like the reviewed one, asks to release the funds of that and confirms it. */
    fun pay(times: Int): Long

    /** Gets the trade's events and reads every field. */
    fun batch(times: Int): Long
}

/** Does what the harness says, until nobody is left to say it. */
internal fun drive(args: Array<String>, stack: Stack): Nothing {
    if (args.isNotEmpty()) {
        check(args[0] == "once") { "expected once or nothing, and got ${args[0]}" }
        check(stack.review() > 0) { "the trade has no revision" }
        exitProcess(0)
    }
    stack.review()
    println("ready")
    while (true) {
        // Pools and connections end with the process.
        val line = readlnOrNull() ?: exitProcess(0)
        val times = line.substringAfter(' ').toInt()
        val sum =
            when (line.substringBefore(' ')) {
                "one" -> stack.one(times)
                "many" -> stack.many(times)
                "pay" -> stack.pay(times)
                "batch" -> stack.batch(times)
                else -> error("expected one, many, pay or batch, and got $line")
            }
        println("{\"check\": $sum}")
    }
}

internal inline fun summing(times: Int, once: () -> Long): Long {
    var sum = 0L
    repeat(times) { sum += once() }
    return sum
}

/** [IN_FLIGHT] coroutines that share the work, on the threads that coroutines have by default. */
internal fun inFlight(times: Int, once: suspend () -> Long): Long =
    runBlocking(Dispatchers.Default) {
        List(IN_FLIGHT) { async { summing(times / IN_FLIGHT) { once() } } }.sumOf { it.await() }
    }

/** Holds what was read last, so that no compiler leaves the reading out. */
internal object Seen {
    @JvmField var fields: Array<out Any?> = emptyArray()
}

internal fun see(vararg fields: Any?) {
    Seen.fields = fields
}
