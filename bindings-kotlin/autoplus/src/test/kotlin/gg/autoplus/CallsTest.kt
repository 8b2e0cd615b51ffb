package gg.autoplus

import gg.autoplus.internal.FfiConverterString
import gg.autoplus.internal.Method
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Test
import java.net.ServerSocket
import kotlin.concurrent.thread
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

class CallsTest {
    @Test
    fun `a panic of a call is a bug, and the next call works`() =
        made { callee ->
            repeat(3) {
                val bug = assertFailsWith<BugException> { callee.ask(Method.PANIC, { }) { } }
                assertTrue("report it: on purpose" in bug.message, bug.message)
            }
            assertFailsWith<InvalidException> { callee.trade("no id") }
        }

    @Test
    fun `what isn't there any more is closed, and what can't be called is a bug`() =
        made { callee ->
            assertFailsWith<ClosedException> { Callee(callee.number + (1L shl 32), null).trade("1") }
            assertFailsWith<BugException> { callee.ask(1000, { }) { } }
            assertFailsWith<BugException> { callee.ask(Method.OPEN_TRADE, { }) { } }
        }

    @Test
    fun `arguments of any length go over`() =
        made { callee ->
            for (length in listOf(0, 100, 127, 128, 129, 100_000)) {
                assertFailsWith<InvalidException> { callee.trade("é".repeat(length)) }
            }
        }

    @Test
    fun `the thread that brings answers ends with the last client and comes again`() {
        repeat(3) {
            made { callee -> List(64) { async { runCatching { callee.trade("no id") } } }.awaitAll() }
            val ended = measureTime { while (threads() > 0) Thread.sleep(5) }
            assertTrue(ended < 5.seconds)
        }
    }

    @Test
    fun `code on no dispatcher never runs on that thread`() =
        made { callee ->
            withContext(Dispatchers.Unconfined) {
                repeat(10) {
                    runCatching { callee.trade("no id") }
                    assertTrue("autoplus" !in Thread.currentThread().name)
                }
            }
        }

    @Test
    fun `reads that are cancelled leave nothing behind`() =
        ServerSocket(0).use { silent ->
            made("http://127.0.0.1:${silent.localPort}") { callee ->
                repeat(20) {
                    val calls = List(10) { async(Dispatchers.Default) { callee.trade("300000000000000001") } }
                    assertNull(withTimeoutOrNull(10.milliseconds) { calls.awaitAll() })
                    calls.forEach { it.cancel() }
                    for (call in calls) assertFailsWith<CancellationException> { call.await() }
                }
            }
            val ended = measureTime { while (threads() > 0) Thread.sleep(5) }
            assertTrue(ended < 5.seconds)
        }

    @Test
    fun `an interrupt ends a read that its own thread makes`() =
        ServerSocket(0).use { silent ->
            made("http://127.0.0.1:${silent.localPort}") { callee ->
                lateinit var end: Throwable
                val get = { callee.getHere(Method.TRADE) { FfiConverterString.write("300000000000000001", it) } }
                val reading = thread { end = runCatching(get).exceptionOrNull()!! }
                Thread.sleep(100)
                reading.interrupt()
                reading.join(1000)
                assertEquals(InterruptedException::class, end::class)
            }
        }

    private fun threads() = Thread.getAllStackTraces().keys.count { it.name == "autoplus-answers" }

    private suspend fun Callee.trade(id: String) = ask(Method.TRADE, ::readTrade) { FfiConverterString.write(id, it) }

    private fun made(
        baseUrl: String = "http://127.0.0.1:9",
        use: suspend kotlinx.coroutines.CoroutineScope.(Callee) -> Unit,
    ) {
        val made = Setup(token = "token", baseUrl = baseUrl, timeouts = Timeouts()).client()
        runBlocking {
            try {
                use(made.handle)
            } finally {
                made.handle.ask(Method.SHUT_DOWN, { }) { }
                made.ending.close()
            }
        }
    }
}
