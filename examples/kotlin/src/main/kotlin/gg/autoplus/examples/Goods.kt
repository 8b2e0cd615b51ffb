package gg.autoplus.examples

import kotlinx.coroutines.delay
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.writeText
import kotlin.time.Duration.Companion.milliseconds

/** What is sold, as a file that the shop writes and the buyer waits for. It also remembers that it was delivered. */
class Goods(private val file: Path) {
    val areDelivered: Boolean get() = file.exists()

    fun deliver(order: Order): Unit = file.writeText("the goods of order ${order.id}\n")

    suspend fun await() {
        while (!areDelivered) delay(100.milliseconds)
    }
}
