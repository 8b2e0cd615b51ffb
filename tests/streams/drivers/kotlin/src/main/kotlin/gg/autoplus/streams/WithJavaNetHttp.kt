package gg.autoplus.streams

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import java.io.FileInputStream
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.security.KeyStore
import java.security.cert.CertificateFactory
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executor
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory

private const val OPENING_AT_ONCE = 100

/**
 * One client keeps one connection to a server and refuses what exceeds its streams. Ended polls free their place a
 * little late, so not all hundred can be used.
 */
private const val TRADES_A_CLIENT = 90

private val threads: ExecutorService = Executors.newCachedThreadPool { Thread(it).apply { isDaemon = true } }

private val later: Executor = CompletableFuture.delayedExecutor(RETRY, TimeUnit.MILLISECONDS)

private val tls: SSLContext? = Settings.caFile?.let(::trusting)

/** java.net.http with its defaults: HTTP/2 over TLS, threads as they are needed. */
fun main() {
    poll(client(), Settings.spareTrade, null).join()
    obey { Thread(::follow, "opening").apply { isDaemon = true }.start() }
}

private fun follow() {
    val opening = Semaphore(OPENING_AT_ONCE)
    for (some in Settings.trades.chunked(TRADES_A_CLIENT)) {
        val http = client()
        for (trade in some) {
            opening.acquire()
            step(http, trade, null).thenAccept { offset ->
                opening.release()
                goOn(http, trade, offset)
            }
        }
    }
}

private fun client(): HttpClient =
    HttpClient.newBuilder().executor(threads).apply { tls?.let(::sslContext) }.build()

private fun goOn(http: HttpClient, trade: String, offset: Long?) {
    step(http, trade, offset).thenAccept { goOn(http, trade, it) }
}

/** One poll; gives the offset for the next. */
private fun step(http: HttpClient, trade: String, offset: Long?): CompletableFuture<Long?> =
    poll(http, trade, offset)
        .handle { next, error ->
            if (error == null) return@handle CompletableFuture.completedFuture(next)
            Seen.error(error)
            CompletableFuture.supplyAsync({ offset }, later)
        }.thenCompose { it }

private fun poll(http: HttpClient, trade: String, offset: Long?): CompletableFuture<Long?> {
    val after = if (offset == null) "" else "&offset=$offset"
    val uri = URI.create("${Settings.url}/trades/$trade/events?timeout=${Settings.hold}$after")
    val request = HttpRequest.newBuilder(uri).header("Authorization", "Bearer streams").build()
    return http.sendAsync(request, BodyHandlers.ofString()).thenApply { response ->
        check(response.statusCode() == 200) { "${response.statusCode()}: ${response.body()}" }
        val page = Json.parseToJsonElement(response.body()).jsonObject
        for (event in page.getValue("events").jsonArray) {
            Seen.event(event.jsonObject.getValue("changes").jsonObject)
        }
        page.getValue("nextOffset").jsonPrimitive.long
    }
}

private fun trusting(caFile: String): SSLContext {
    val authority = FileInputStream(caFile).use { CertificateFactory.getInstance("X.509").generateCertificate(it) }
    val store = KeyStore.getInstance(KeyStore.getDefaultType()).apply { load(null, null) }
    store.setCertificateEntry("streams", authority)
    val trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()).apply { init(store) }
    return SSLContext.getInstance("TLS").apply { init(null, trust.trustManagers, null) }
}
