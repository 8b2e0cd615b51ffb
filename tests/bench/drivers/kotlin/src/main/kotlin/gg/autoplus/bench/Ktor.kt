package gg.autoplus.bench

import gg.autoplus.bench.kotlinx.Action
import gg.autoplus.bench.kotlinx.ActionToRequest
import gg.autoplus.bench.kotlinx.Challenge
import gg.autoplus.bench.kotlinx.Confirmation
import gg.autoplus.bench.kotlinx.OpenedTrade
import gg.autoplus.bench.kotlinx.Page
import gg.autoplus.bench.kotlinx.Trade
import gg.autoplus.bench.kotlinx.json
import gg.autoplus.bench.kotlinx.read
import gg.autoplus.bench.kotlinx.readAll
import gg.autoplus.bench.kotlinx.toOpen
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.call.body
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.contentnegotiation.ContentNegotiation
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.bearerAuth
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.http.ContentType
import io.ktor.http.contentType
import io.ktor.serialization.kotlinx.json.json
import kotlinx.coroutines.runBlocking
import java.util.UUID

/**
 * ktor's client over its own engine, CIO, with kotlinx-serialization. CIO opens a connection for each request: it keeps
 * them for pipelining alone, which is off by default and fails at the second request of this version. Where connections
 * are kept, over OkHttp, ktor stands too.
 */
fun main(args: Array<String>): Unit = drive(args, Ktor(overCio()))

private fun overCio(): HttpClient =
    HttpClient(CIO) {
        typed()
        engine {
            https { Settings.caFile?.let { trustManager = Trust(it).manager } }
        }
    }

/** What both engines are asked for: failures as exceptions, and typed values. */
internal fun HttpClientConfig<*>.typed() {
    expectSuccess = true
    install(ContentNegotiation) { json(json) }
}

/** ktor over an engine: suspend functions. */
internal class Ktor(private val http: HttpClient) : Stack {
    private lateinit var reviewed: Trade

    override fun review(): Long {
        reviewed = runBlocking { trade() }
        return read(reviewed)
    }

    override fun one(times: Int): Long = runBlocking { summing(times) { read(trade()) } }

    override fun many(times: Int): Long = inFlight(times) { read(trade()) }

    override fun pay(times: Int): Long =
        runBlocking {
            summing(times) {
                val opened: OpenedTrade = post("/guilds/$GUILD/trades", toOpen(reviewed), key())
                val challenge: Challenge = post("/trades/${opened.id}/action", ActionToRequest(Action.Release))
                val confirmation = Confirmation(challenge.action, challenge.recipient, challenge.confirmationCode)
                val confirmed: Trade = post("/trades/${opened.id}/confirm-action", confirmation, key())
                opened.tradeId + confirmed.revision
            }
        }

    override fun batch(times: Int): Long =
        runBlocking {
            summing(times) { readAll(http.get("$TRADE/events?offset=0") { authorize() }.body<Page>()) }
        }

    private suspend fun trade(): Trade = http.get(TRADE) { authorize() }.body()

    private suspend inline fun <reified T : Any, reified R> post(path: String, body: T, key: String? = null): R =
        http
            .post(Settings.url + path) {
                authorize()
                key?.let { header("Idempotency-Key", it) }
                contentType(ContentType.Application.Json)
                setBody(body)
            }.body()
}

private val TRADE = "${Settings.url}/trades/${Settings.trade}"

private fun HttpRequestBuilder.authorize() = bearerAuth(TOKEN)

private fun key(): String = UUID.randomUUID().toString()
