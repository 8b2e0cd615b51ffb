package gg.autoplus.examples

import kotlinx.coroutines.future.await
import java.math.BigDecimal
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers

/**
 * Pays in the simulator, where no chain is: its control surface makes the deposit arrive. Against the real AutoPlus your
 * wallet sends [amount] to [address] here, once.
 */
suspend fun payInTheSimulator(
    trade: String,
    address: String,
    amount: BigDecimal,
    baseUrl: String = System.getenv("AUTOPLUS_BASE_URL"),
) {
    println("paying $amount to $address")
    control(baseUrl, """{"do": "deposit", "trade": "$trade", "amount": "${amount.toPlainString()}"}""")
    control(baseUrl, """{"do": "confirm_deposit", "trade": "$trade"}""")
}

private suspend fun control(baseUrl: String, command: String) {
    val request = HttpRequest.newBuilder(URI(baseUrl).resolve("/control")).POST(BodyPublishers.ofString(command)).build()
    val answer = HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofString()).await()
    check(answer.statusCode() == 200) { answer.body() }
}
