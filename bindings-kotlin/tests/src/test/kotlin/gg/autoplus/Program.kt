package gg.autoplus

import gg.autoplus.testing.User
import java.io.RandomAccessFile
import java.nio.file.Path
import kotlin.io.path.Path

const val RELEASE: String = "release:1"
const val PAYOUT: String = "payout:1"
const val ADDRESS: String = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"

/** What another process does, on the trade or the file that is named. Tests kill it. */
suspend fun main(args: Array<String>) {
    val (what, on) = args
    if (what == "hold") return hold(Path(on))
    Client.fromEnv().use { client ->
        when (what) {
            "open" -> {
                val (sender, receiver) = args.drop(2)
                val opened =
                    client.openTrade(on, crypto = Crypto.Ltc, sender = sender, receiver = receiver, operation = ORDER)
                println(opened.id)
            }

            "release" -> {
                client.requestRelease(client.trade(on)).confirm(RELEASE)
            }

            "claim" -> {
                client.requestClaim(client.trade(on), ADDRESS).confirm(operation = PAYOUT)
            }

            else -> {
                error("$what isn't known")
            }
        }
    }
}

/** Takes SQLite's lock for writing, which is byte 120 of the file `-shm`, and keeps it. */
private fun hold(store: Path) {
    RandomAccessFile("$store-shm", "rw").use { file ->
        file.channel.lock(120, 1, false)
        println("held")
        System.`in`.read()
    }
}

/** Starts that as a process of its own, over this store. */
fun Simulated.program(user: User, store: String, vararg args: String): Process =
    ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), "gg.autoplus.ProgramKt", *args)
        .redirectErrorStream(true)
        .apply {
            environment() +=
                mapOf(
                    "AUTOPLUS_TOKEN" to user.token,
                    "AUTOPLUS_USER_ID" to user.id,
                    "AUTOPLUS_BASE_URL" to simulator.baseUrl,
                    "AUTOPLUS_STORE" to store,
                )
        }.start()

/** Starts the order's opening as a process of its own. */
fun Simulated.openingProgram(store: String): Process =
    program(simulator.sender, store, "open", simulator.guild, simulator.sender.id, simulator.receiver.id)

private val java = "${System.getProperty("java.home")}/bin/java"
