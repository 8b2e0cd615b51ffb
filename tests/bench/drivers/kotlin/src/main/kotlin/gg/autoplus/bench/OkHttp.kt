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
import kotlinx.coroutines.suspendCancellableCoroutine
import okhttp3.Call
import okhttp3.Callback
import okhttp3.ConnectionPool
import okhttp3.Dispatcher
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response
import java.io.IOException
import java.util.UUID
import java.util.concurrent.TimeUnit
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/** OkHttp and kotlinx-serialization: calls that wait, and callbacks for coroutines where many are under way. */
fun main(args: Array<String>): Unit = drive(args, OkHttp())

private class OkHttp : Stack {
    private val http: OkHttpClient = OkHttpClient.Builder().apply { suited() }.build()

    private lateinit var reviewed: Trade

    override fun review(): Long {
        reviewed = trade()
        return read(reviewed)
    }

    override fun one(times: Int): Long = summing(times) { read(trade()) }

    override fun many(times: Int): Long =
        inFlight(times) { read(json.decodeFromString<Trade>(awaitText(get("/trades/${Settings.trade}")))) }

    override fun pay(times: Int): Long =
        summing(times) {
            val wanted = json.encodeToString(toOpen(reviewed))
            val opened = json.decodeFromString<OpenedTrade>(text(post("/guilds/$GUILD/trades", wanted, key())))
            val release = json.encodeToString(ActionToRequest(Action.Release))
            val challenge = json.decodeFromString<Challenge>(text(post("/trades/${opened.id}/action", release)))
            val confirmation =
                json.encodeToString(Confirmation(challenge.action, challenge.recipient, challenge.confirmationCode))
            val confirmed = text(post("/trades/${opened.id}/confirm-action", confirmation, key()))
            opened.tradeId + json.decodeFromString<Trade>(confirmed).revision
        }

    override fun batch(times: Int): Long =
        summing(times) {
            readAll(json.decodeFromString<Page>(text(get("/trades/${Settings.trade}/events?offset=0"))))
        }

    private fun trade(): Trade = json.decodeFromString<Trade>(text(get("/trades/${Settings.trade}")))

    private fun text(request: Request): String = http.newCall(request).execute().use(::body)

    private suspend fun awaitText(request: Request): String =
        suspendCancellableCoroutine { continuation ->
            val call = http.newCall(request)
            continuation.invokeOnCancellation { call.cancel() }
            call.enqueue(
                object : Callback {
                    override fun onResponse(call: Call, response: Response) =
                        continuation.resumeWith(runCatching { response.use(::body) })

                    override fun onFailure(call: Call, e: IOException) = continuation.resumeWithException(e)
                },
            )
        }
}

/** Its defaults are five calls at once and five connections to keep: too few for 64. */
internal fun OkHttpClient.Builder.suited() {
    dispatcher(Dispatcher().apply { maxRequestsPerHost = IN_FLIGHT })
    connectionPool(ConnectionPool(IN_FLIGHT, 5, TimeUnit.MINUTES))
    Settings.caFile?.let(::Trust)?.let { sslSocketFactory(it.context.socketFactory, it.manager) }
}

private val JSON = "application/json".toMediaType()

private fun get(path: String): Request = authorized(path).build()

private fun post(path: String, body: String, key: String? = null): Request =
    authorized(path).post(body.toRequestBody(JSON)).apply { key?.let { header("Idempotency-Key", it) } }.build()

private fun authorized(path: String): Request.Builder =
    Request.Builder().url(Settings.url + path).header("Authorization", "Bearer $TOKEN")

private fun body(response: Response): String {
    val text = response.body.string()
    check(response.isSuccessful) { "${response.code}: $text" }
    return text
}

private fun key(): String = UUID.randomUUID().toString()
