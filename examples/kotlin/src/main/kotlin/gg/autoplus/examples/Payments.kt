package gg.autoplus.examples

import kotlinx.coroutines.future.await
import java.math.BigDecimal
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Path
import java.nio.file.StandardOpenOption.APPEND
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.DSYNC
import kotlin.io.path.exists
import kotlin.io.path.readLines
import kotlin.io.path.writeText

/** The buyer's wallet, and its record of what was paid. */
class Payments(private val record: Path, private val amount: BigDecimal, private val baseUrl: String) {
    /**
     * Pays an order that isn't in the record yet. The record is on the disk before the money goes: after a crash in
     * between, a person looks, and nobody pays twice.
     */
    suspend fun payOnce(order: Order, trade: String, address: String) {
        if (record.exists() && order.id in record.readLines()) {
            println("order ${order.id} was paid or begun to be paid before: not paying again")
            return
        }
        record.writeText("${order.id}\n", options = arrayOf(CREATE, APPEND, DSYNC))
        send(trade)
        println("paid ${amount.toPlainString()} ${order.crypto} to the escrow at $address")
    }

    /** Play money: the simulator's control surface makes the deposit arrive. A real buyer's wallet sends it here. */
    private suspend fun send(trade: String) {
        control("""{"do": "deposit", "trade": "$trade", "amount": "${amount.toPlainString()}"}""")
        control("""{"do": "confirm_deposit", "trade": "$trade"}""")
    }

    private suspend fun control(command: String) {
        val url = URI(baseUrl).resolve("/control")
        val request = HttpRequest.newBuilder(url).POST(BodyPublishers.ofString(command)).build()
        val answer = HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofString()).await()
        check(answer.statusCode() == 200) { answer.body() }
    }
}
