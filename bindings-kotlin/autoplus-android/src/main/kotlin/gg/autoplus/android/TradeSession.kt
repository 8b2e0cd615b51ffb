package gg.autoplus.android

import android.content.Context
import android.os.StrictMode
import gg.autoplus.AuthenticationException
import gg.autoplus.Client
import gg.autoplus.Settlement
import gg.autoplus.Timeouts
import gg.autoplus.Watched
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emptyFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import kotlin.concurrent.thread

/**
 * A client that lives as long as this scope does, usually a `viewModelScope`: it is set up when it is first needed, and
 * closed in the background when the scope ends. What it began is in the app's store, so a session of the next process goes
 * on where this one was.
 *
 * **Use a token only where you trust the whole way**: whoever has it can move the account's money, and an app's code and
 * traffic are open to its owner. Keep the token on a server of your own, and let [baseUrl] be a relay there that knows the
 * app's user and adds the token itself; what [token] gives is then the relay's own session.
 *
 * @param userId the Discord user that the token belongs to.
 * @param baseUrl the API, or a relay of the app's own that speaks as the API does.
 * @param store the name of the file; see [Store.android].
 * @param token asked for at the start, and again when the server refuses the one it gave. Never kept on the disk.
 */
public fun CoroutineScope.tradeSession(
    context: Context,
    userId: String,
    baseUrl: String? = null,
    store: String = "autoplus",
    timeouts: Timeouts = Timeouts(),
    token: suspend () -> String,
): TradeSession {
    val app = context.applicationContext
    val session =
        TradeSession(token) { first ->
            Client(first, userId, baseUrl, store = Store.android(app, store), timeouts = timeouts)
        }
    coroutineContext.job.invokeOnCompletion { session.close() }
    return session
}

/**
 * What a [CoroutineScope] has of AutoPlus; made by [tradeSession]. Each of its functions may be called on the main thread:
 * what asks the network or the disk happens elsewhere.
 */
public class TradeSession internal constructor(
    private val token: suspend () -> String,
    private val open: (String) -> Client,
) : AutoCloseable {
    private val once = Mutex()
    private val renewing = Mutex()
    private val lock = Any()
    private var begun: Begun? = null
    private var closed = false

    /** How many tokens were taken, so that one that is refused to many is renewed once. */
    @Volatile
    private var tokens = 0

    private class Begun(val client: Client, val settlements: List<Settlement>)

    /**
     * Sets the client up, unless it is: asks for the token, opens the store, and settles what an earlier process left
     * open. Gives what that was. If it fails nothing was begun, and the next call tries again.
     *
     * @throws gg.autoplus.AutoPlusException where the store can't be used or what was left open can't be looked at.
     * @throws IllegalStateException once the session is closed.
     */
    public suspend fun start(): List<Settlement> = begun().settlements

    /**
     * Runs calls of the client, off the main thread. If the server refuses the token, another is asked for and [block] is
     * run once more. What was refused did nothing, but calls before it in the same block are made again: so one call at a
     * time, and those that open a trade or move funds under an operation's name.
     */
    public suspend fun <T> call(block: suspend (Client) -> T): T =
        withContext(Dispatchers.IO) {
            val client = begun().client
            val before = tokens
            try {
                block(client)
            } catch (_: AuthenticationException) {
                renewToken(client, before)
                block(client)
            }
        }

    /**
     * What happens in all trades that the store knows and in those of [opened]. An item is finished when the collector took
     * it and came back; under a [consumer]'s name each flow goes on where the last one was, after the death of the process
     * too. When the server refuses the token, another is asked for and the trades are followed on.
     *
     * @param opened more trades to follow, by thread id, such as one that was just opened.
     */
    public fun watch(consumer: String? = null, opened: Flow<String> = emptyFlow()): Flow<Watched> =
        flow {
            val client = begun().client
            val watch = call { client.watch(client.knownTrades(), consumer) }
            try {
                coroutineScope {
                    val adding = launch(Dispatchers.IO) { opened.collect { watch.add(it) } }
                    while (true) {
                        val before = tokens
                        val item = withContext(Dispatchers.IO) { watch.take() } ?: break
                        emit(item)
                        withContext(Dispatchers.IO) {
                            watch.done(item)
                            if (item.isRefusal) renewToken(client, before)
                        }
                    }
                    adding.cancel()
                }
            } finally {
                withContext(NonCancellable + Dispatchers.IO) { watch.close() }
            }
        }

    /** Ends the session in the background: what is under way has ten seconds. The scope's end does the same. */
    override fun close() {
        val client =
            synchronized(lock) {
                closed = true
                begun?.client.also { begun = null }
            }
        client?.closeInBackground()
    }

    private suspend fun begun(): Begun =
        standing() ?: withContext(Dispatchers.IO) { once.withLock { standing() ?: begin() } }

    private fun standing(): Begun? =
        synchronized(lock) {
            check(!closed) { CLOSED }
            begun
        }

    private suspend fun begin(): Begun {
        StrictMode.noteSlowCall("autoplus: a client is set up")
        val client = open(token())
        try {
            val begins = Begun(client, client.recover())
            synchronized(lock) {
                check(!closed) { CLOSED }
                begun = begins
            }
            return begins
        } catch (failed: Throwable) {
            client.closeInBackground()
            throw failed
        }
    }

    private suspend fun renewToken(client: Client, before: Int) =
        renewing.withLock {
            if (tokens == before) {
                client.setToken(token())
                tokens += 1
            }
        }

    private val Watched.isRefusal: Boolean get() = this is Watched.Failed && error is AuthenticationException

    private fun Client.closeInBackground() {
        thread(isDaemon = true, name = "autoplus-close") { close() }
    }

    private companion object {
        private const val CLOSED = "the session was closed, or its scope has ended"
    }
}
