package gg.autoplus

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Test
import kotlin.concurrent.thread
import kotlin.test.assertEquals
import kotlin.test.assertFalse

class ManyAtOnceTest {
    @Test
    fun `64 calls at once each get their own answer`() =
        simulated { scope ->
            val ids = List(64) { simulator.openTrade() }
            val trades = ids.map { id -> scope.async(Dispatchers.Default) { sender.trade(id) } }.awaitAll()
            assertEquals(ids, trades.map { it.id })
        }

    @Test
    fun `64 trades are followed at once`() =
        simulated { scope ->
            val ids = List(64) { simulator.openTrade() }
            val firsts = ids.map { id -> scope.async { receiver.events(id).first() } }.awaitAll()
            assertEquals(ids, firsts.map { it.trade.id })
        }

    @Test
    fun `equal opens of 64 coroutines give one trade under one name`() =
        simulated { scope ->
            suspend fun open() =
                try {
                    sender.openTrade(
                        simulator.guild,
                        crypto = Crypto.Ltc,
                        sender = simulator.sender.id,
                        receiver = simulator.receiver.id,
                        operation = "order:1",
                    )
                } catch (_: OperationInProgressException) {
                    null
                }
            List(64) { scope.async(Dispatchers.Default) { open() } }.awaitAll()
            assertEquals(1, count("trades"))
            assertEquals(1, List(3) { open()?.id }.distinct().size)
        }

    @Test
    fun `code without a dispatcher never runs on the library's own thread`() =
        simulated {
            val native = mutableSetOf<String>()
            withContext(Dispatchers.Unconfined) {
                repeat(5) {
                    sender.stats()
                    native += Thread.currentThread().name
                }
            }
            assertFalse(native.any { it.startsWith("autoplus") || it.startsWith("Thread-") }, native.toString())
        }

    @Test
    fun `clients are used from plain threads too`() =
        simulated {
            val threads = List(8) { thread { kotlinx.coroutines.runBlocking { sender.stats() } } }
            threads.forEach { it.join() }
            assertEquals(8, count("stats"))
        }
}
