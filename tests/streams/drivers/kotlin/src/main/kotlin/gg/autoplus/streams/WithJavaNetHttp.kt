package gg.autoplus.streams

import java.io.FileInputStream
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.security.KeyStore
import java.security.cert.CertificateFactory
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executor
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long

private const val OPENING_AT_ONCE = 100

private val http: HttpClient =
    HttpClient.newBuilder().apply { Settings.caFile?.let { sslContext(trusting(it)) } }.build()

private val later: Executor = CompletableFuture.delayedExecutor(RETRY, TimeUnit.MILLISECONDS)

/** java.net.http with its defaults: HTTP/2 over TLS. */
fun main() {
    poll(Settings.spareTrade, null).join()
    obey { Thread(::follow, "opening").apply { isDaemon = true }.start() }
}

private fun follow() {
    val opening = Semaphore(OPENING_AT_ONCE)
    for (trade in Settings.trades) {
        opening.acquire()
        step(trade, null).thenAccept { offset ->
            opening.release()
            goOn(trade, offset)
        }
    }
}

private fun goOn(trade: String, offset: Long?) {
    step(trade, offset).thenAccept { goOn(trade, it) }
}

/** One poll; gives the offset for the next. */
private fun step(trade: String, offset: Long?): CompletableFuture<Long?> =
    poll(trade, offset)
        .handle { next, error ->
            if (error == null) return@handle CompletableFuture.completedFuture(next)
            Seen.error(error)
            CompletableFuture.supplyAsync({ offset }, later)
        }.thenCompose { it }

private fun poll(trade: String, offset: Long?): CompletableFuture<Long?> {
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
