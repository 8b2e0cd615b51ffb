package gg.autoplus.lifecycle

import gg.autoplus.Client
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlin.concurrent.thread
import kotlin.system.exitProcess

/** A process with much under way; a line on its input says that it is to end. */
@OptIn(DelicateCoroutinesApi::class)
fun main(args: Array<String>) {
    val (how, trade) = args
    val client = Client.fromEnv()
    val scope: CoroutineScope = GlobalScope
    when (how) {
        "release" -> Runtime.getRuntime().addShutdownHook(thread(start = false) { client.close() })
        "halt" -> Unit
        else -> return keepBusy(scope, client, trade).also { end(how) }
    }
    scope.launch { client.requestRelease(client.trade(trade)).confirm("release:1") }
    end(how)
}

private fun keepBusy(scope: CoroutineScope, client: Client, trade: String) {
    runBlocking { client.stats() }
    scope.launch { client.streamNotes().collect { } }
    scope.launch { client.watch(listOf(trade)).use { watch -> watch.forEach { } } }
    scope.launch { client.events(trade, consumer = "child").collect { } }
    scope.launch { while (true) client.trade(trade) }
}

private fun end(how: String) {
    System.`in`.read()
    when (how) {
        "exit" -> exitProcess(3)
        "throw" -> error("on purpose")
        "halt" -> Runtime.getRuntime().halt(4)
    }
}
