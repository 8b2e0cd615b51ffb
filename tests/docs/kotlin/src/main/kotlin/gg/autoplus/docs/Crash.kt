package gg.autoplus.docs

import gg.autoplus.Client
import gg.autoplus.Crypto
import gg.autoplus.NextStep
import gg.autoplus.SettledBy
import gg.autoplus.TradeEvent
import gg.autoplus.TradeStatus
import gg.autoplus.Verdict
import gg.autoplus.Watched
import gg.autoplus.testing.Fault
import gg.autoplus.testing.Simulator
import gg.autoplus.testing.User
import kotlinx.coroutines.delay
import java.nio.file.Path
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

// A bot that is killed in the middle of moving money, and starts again over the same file.

private val alarms = mutableListOf<String>()
private val handled = mutableListOf<TradeEvent>()

// ANCHOR: names

/** The name is on the disk before the first byte leaves. The same name again gives the same trade. */
private suspend fun Client.openOrder(guild: String, buyer: String): String =
    untilKnown {
        openTrade(guild, crypto = Crypto.Ltc, sender = buyer, receiver = userId!!, operation = "order:42")
    }.id

private suspend fun Client.release(id: String) {
    val challenge = requestRelease(trade(id))
    untilKnown { challenge.confirm(operation = "release:42") }
}
// ANCHOR_END: names

// ANCHOR: recover

/** The first thing after a start, before anything is begun. */
private suspend fun Client.settle() {
    for (settlement in recover()) {
        val name = settlement.operation.name
        when (settlement.verdict) {
            Verdict.Done -> println("$name took effect, once: ${settlement.message}")

            Verdict.NotDone -> println("$name did nothing: call it again if it is still wanted")

            // and never begin it anew; recover() again later
            Verdict.Unknown -> tellAPerson(name, settlement.message)
        }
    }
}
// ANCHOR_END: recover

// ANCHOR: go_on

/** The store knows the trades, and how far each was read under this name. */
private suspend fun Client.goOn() {
    watch(knownTrades(), consumer = "bot").use { watch ->
        watch.forEach { item ->
            if (item is Watched.Event) handle(item.event)
            // ANCHOR_END: go_on
            watch.close()
            // ANCHOR: go_on
        }
    }
}
// ANCHOR_END: go_on

private fun handle(event: TradeEvent) {
    handled += event
}

private fun tellAPerson(name: String, message: String) {
    alarms += "$name: $message"
}

/** What the process does that is going to be killed. */
suspend fun doomed(what: String, args: List<String>) {
    Client.fromEnv().use { client ->
        if (what == "open") client.openOrder(args[0], args[1])
        client.events(args[0], consumer = "bot").collect { client.release(it.trade.id) }
    }
}

/** Runs that as a process of its own and ends it with SIGKILL as soon as its request took effect. */
private suspend fun Simulator.killed(user: User, store: Path, vararg args: String, done: () -> Boolean) {
    val java = "${System.getProperty("java.home")}/bin/java"
    val command = listOf(java, "-cp", System.getProperty("java.class.path"), "gg.autoplus.docs.MainKt", *args)
    val bot = ProcessBuilder(command).inheritIO()
    bot.environment() +=
        mapOf(
            "AUTOPLUS_BASE_URL" to baseUrl,
            "AUTOPLUS_TOKEN" to user.token,
            "AUTOPLUS_USER_ID" to user.id,
            "AUTOPLUS_STORE" to "sqlite:$store",
        )
    val process = bot.start()
    while (!done()) {
        check(process.isAlive)
        delay(10.milliseconds)
    }
    process.destroyForcibly().waitFor()
}

private suspend fun openingIsSettled(store: Path) =
    Simulator().use { simulator ->
        val (guild, buyer) = simulator.guild to simulator.sender.id
        simulator.fault("POST /guilds/{guildId}/trades", Fault.Slow(30.seconds))
        simulator.killed(simulator.receiver, store, "open", guild, buyer) { simulator.trades().isNotEmpty() }
        simulator.client(simulator.receiver, store).use { client ->
            val settlement = client.recover().single()
            check(settlement.verdict == Verdict.Done && settlement.by == SettledBy.Replay)
            check(client.openOrder(guild, buyer) == settlement.opened?.id)
        }
        check(simulator.check(creates = 1).isEmpty())
    }

private suspend fun releaseIsSettled(store: Path) =
    Simulator().use { simulator ->
        val id = simulator.openTrade(TradeStatus.WaitingAction)
        simulator.fault("POST /trades/{id}/confirm-action", Fault.Slow(30.seconds))
        simulator.killed(simulator.sender, store, "release", id) { simulator.effects(id).actions == 1 }
        simulator.client(simulator.sender, store).use { client ->
            client.settle()
            check(client.pendingOperations().isEmpty())
            check(client.knownTrades() == listOf(id))
            client.goOn() // the snapshot that was being handled at the kill comes again, as the trade stands now
            check(handled.map { it.trade.status } == listOf(TradeStatus.WaitingAddress))
            check(client.nextStep(client.trade(id)) == NextStep.Wait)
        }
        check(simulator.effects(id).actions == 1)
        check(simulator.check().isEmpty() && alarms.isEmpty())
    }

suspend fun crash() =
    inFolder { folder ->
        openingIsSettled(folder.resolve("shop.db"))
        releaseIsSettled(folder.resolve("buyer.db"))
    }
