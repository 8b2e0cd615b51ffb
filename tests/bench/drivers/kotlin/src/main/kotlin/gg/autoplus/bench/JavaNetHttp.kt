package gg.autoplus.bench

import com.fasterxml.jackson.databind.DeserializationFeature
import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule
import gg.autoplus.bench.jackson.Action
import gg.autoplus.bench.jackson.ActionToRequest
import gg.autoplus.bench.jackson.Challenge
import gg.autoplus.bench.jackson.Confirmation
import gg.autoplus.bench.jackson.OpenedTrade
import gg.autoplus.bench.jackson.Page
import gg.autoplus.bench.jackson.Trade
import gg.autoplus.bench.jackson.read
import gg.autoplus.bench.jackson.readAll
import gg.autoplus.bench.jackson.toOpen
import kotlinx.coroutines.future.await
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import java.util.UUID

/** java.net.http and Jackson: calls that wait, and its futures for coroutines where many are under way. */
fun main(args: Array<String>) {
    drive(args, JavaNetHttp())
}

private class JavaNetHttp : Stack {
    private val http: HttpClient =
        HttpClient
            .newBuilder()
            // Plain HTTP has no way to agree on another without asking in each request anew.
            .version(HttpClient.Version.HTTP_1_1)
            .apply { Settings.caFile?.let { sslContext(Trust(it).context) } }
            .build()

    /** The API may add fields. */
    private val json: ObjectMapper =
        ObjectMapper()
            .registerModule(JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)

    private lateinit var reviewed: Trade

    override fun review(): Long {
        reviewed = trade()
        return read(reviewed)
    }

    override fun one(times: Int): Long = summing(times) { read(trade()) }

    override fun many(times: Int): Long =
        inFlight(times) { read(decode<Trade>(awaitBytes(get("/trades/${Settings.trade}")))) }

    override fun pay(times: Int): Long =
        summing(times) {
            val wanted = json.writeValueAsBytes(toOpen(reviewed))
            val opened = decode<OpenedTrade>(bytes(post("/guilds/$GUILD/trades", wanted, key())))
            val release = json.writeValueAsBytes(ActionToRequest(Action.Release))
            val challenge = decode<Challenge>(bytes(post("/trades/${opened.id}/action", release)))
            val confirmation =
                json.writeValueAsBytes(
                    Confirmation(challenge.action, challenge.recipient, challenge.confirmationCode),
                )
            val confirmed = bytes(post("/trades/${opened.id}/confirm-action", confirmation, key()))
            opened.tradeId + decode<Trade>(confirmed).revision
        }

    override fun batch(times: Int): Long =
        summing(times) { readAll(decode<Page>(bytes(get("/trades/${Settings.trade}/events?offset=0")))) }

    private fun trade(): Trade = decode<Trade>(bytes(get("/trades/${Settings.trade}")))

    private inline fun <reified T> decode(bytes: ByteArray): T = json.readValue(bytes, T::class.java)

    private fun bytes(request: HttpRequest): ByteArray = body(http.send(request, BodyHandlers.ofByteArray()))

    private suspend fun awaitBytes(request: HttpRequest): ByteArray =
        body(http.sendAsync(request, BodyHandlers.ofByteArray()).await())
}

private fun get(path: String): HttpRequest = authorized(path).build()

private fun post(path: String, body: ByteArray, key: String? = null): HttpRequest =
    authorized(path)
        .POST(BodyPublishers.ofByteArray(body))
        .header("Content-Type", "application/json")
        .apply { key?.let { header("Idempotency-Key", it) } }
        .build()

private fun authorized(path: String): HttpRequest.Builder =
    HttpRequest.newBuilder(URI.create(Settings.url + path)).header("Authorization", "Bearer $TOKEN")

private fun body(response: HttpResponse<ByteArray>): ByteArray {
    check(response.statusCode() in 200..299) { "${response.statusCode()}: ${response.body().decodeToString()}" }
    return response.body()
}

private fun key(): String = UUID.randomUUID().toString()
