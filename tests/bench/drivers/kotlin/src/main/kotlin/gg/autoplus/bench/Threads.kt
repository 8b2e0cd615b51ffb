package gg.autoplus.bench

import java.util.concurrent.Callable
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors

/** Made when they are first needed, which is before anything is measured, and kept. */
private object Threads {
    val pool: ExecutorService = Executors.newFixedThreadPool(IN_FLIGHT)
}

/** [IN_FLIGHT] threads that share the work of calls that wait. */
internal fun onThreads(times: Int, once: () -> Long): Long {
    val shares = List(IN_FLIGHT) { Callable { summing(times / IN_FLIGHT) { once() } } }
    return Threads.pool.invokeAll(shares).sumOf { it.get() }
}
