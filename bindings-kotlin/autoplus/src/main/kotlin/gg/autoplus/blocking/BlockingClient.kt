package gg.autoplus.blocking

import gg.autoplus.Client
import gg.autoplus.FollowedTrade
import gg.autoplus.NextStep
import gg.autoplus.OpenedTrade
import gg.autoplus.Operation
import gg.autoplus.Role
import gg.autoplus.Server
import gg.autoplus.Settlement
import gg.autoplus.Stats
import gg.autoplus.StreamStats
import gg.autoplus.Timeouts
import gg.autoplus.Trade
import gg.autoplus.Transaction
import java.time.Duration
import java.util.function.Predicate
import kotlin.time.toKotlinDuration

/**
 * The AutoPlus API for Java and for code without coroutines: each call of [Client], which waits for its result. Safe to
 * share between threads. On Android never from the main thread.
 *
 * Interrupting a thread that waits ends the wait with a `java.util.concurrent.CancellationException`. As with coroutines, a
 * read stops then, and a call that changes something goes on in the background: how it ended lands in the store.
 *
 * ```java
 * try (var client = BlockingClient.builder().token(token).userId(me).store("sqlite:shop.db").build()) {
 *     client.recover().forEach(found -> log.info(found.getMessage()));
 *     var opened = client.openTrade(
 *         new OpenTrade(guild).crypto(Crypto.Ltc.INSTANCE).sender(buyer).receiver(me).operation("order:42"));
 * }
 * ```
 */
public class BlockingClient(private val client: Client) : AutoCloseable {
    /** The same client, for coroutines. */
    public fun coroutines(): Client = client

    /** The Discord user that this client acts for, if it was told. */
    public val userId: String? get() = client.userId

    /** Goes on under another token of the same user. Calls under way keep the old one. */
    public fun setToken(token: String): Unit = client.setToken(token)

    /** The Discord servers that AutoPlus is in. */
    public fun servers(): List<Server> = waiting { client.servers() }

    /** Global statistics. */
    public fun stats(): Stats = waiting { client.stats() }

    /** The ten most recent public transactions. */
    public fun transactions(): List<Transaction> = waiting { client.transactions() }

    /** Opens a trade, as [Client.openTrade] does. */
    public fun openTrade(trade: OpenTrade): OpenedTrade = waiting { trade.openBy(client) }

    /** The trade as it stands, by its thread id. */
    public fun trade(id: String): Trade = interruptible { client.tradeHere(id) } ?: waiting { client.trade(id) }

    /** Takes a role after identification was reset. */
    public fun chooseRole(trade: Trade, role: Role): Trade = waiting { client.chooseRole(trade, role) }

    /** Confirms exactly the sender and receiver of this snapshot. */
    public fun confirmIdentification(trade: Trade): Trade = waiting { client.confirmIdentification(trade) }

    /** Clears both roles and their confirmations. */
    public fun resetIdentification(trade: Trade): Trade = waiting { client.resetIdentification(trade) }

    /** Sets or replaces this account's terms, or clears them with null. At most 896 UTF-16 code units. */
    public fun setTerms(trade: Trade, text: String?): Trade = waiting { client.setTerms(trade, text) }

    /** Confirms exactly both terms of this snapshot. */
    public fun confirmTerms(trade: Trade): Trade = waiting { client.confirmTerms(trade) }

    /** Asks to release the funds to the receiver of this snapshot. Only the sender may. Moves nothing yet. */
    public fun requestRelease(trade: Trade): BlockingActionChallenge =
        waiting { BlockingActionChallenge(client.requestRelease(trade)) }

    /** Asks to return the funds to the sender of this snapshot. Only the receiver may. Moves nothing yet. */
    public fun requestReturn(trade: Trade): BlockingActionChallenge =
        waiting { BlockingActionChallenge(client.requestReturn(trade)) }

    /** Asks to send the funds to an address. Moves nothing yet. Refused while an accepted claim hasn't ended. */
    public fun requestClaim(trade: Trade, address: String): BlockingClaimChallenge =
        waiting { BlockingClaimChallenge(client.requestClaim(trade, address)) }

    /** Follows a trade, as [Client.events] does: for a loop, and to be closed. */
    @JvmOverloads
    public fun events(tradeId: String, consumer: String? = null, startAfter: Long? = null): BlockingEvents =
        BlockingEvents(client.openStream(tradeId, consumer, startAfter))

    /** Follows many trades as one stream, as [Client.watch] does: for a loop, and to be closed. */
    @JvmOverloads
    public fun watch(trades: Collection<String>, consumer: String? = null): BlockingWatch =
        BlockingWatch(client.watch(trades, consumer))

    /**
     * Follows a trade until [condition] holds for it, and gives it as it stood then.
     *
     * @param timeout without one it waits for as long as it takes.
     * @throws gg.autoplus.TimeoutException when the time is up.
     * @throws gg.autoplus.ConflictException when the trade ended without it.
     */
    public fun waitFor(tradeId: String, timeout: Duration?, condition: Predicate<Trade>): Trade =
        waiting { client.waitFor(tradeId, timeout?.toKotlinDuration()) { condition.test(it) } }

    /** What this client's streams are doing, in numbers. Sends nothing. */
    public fun streamStats(): StreamStats = client.streamStats()

    /** How following each trade goes, by thread id. Sends nothing. */
    public fun followedTrades(): List<FollowedTrade> = client.followedTrades()

    /** Tells when something changes in how this client's trades are followed, from now on. For logs and alarms. */
    public fun streamNotes(): BlockingNotes = BlockingNotes(client.streamNotes())

    /** What this account can do now. Needs [userId]; sends nothing. */
    public fun nextStep(trade: Trade): NextStep = client.nextStep(trade)

    /** Settles every operation that an ended process or a lost answer left open, as [Client.recover] does. */
    public fun recover(): List<Settlement> = waiting { client.recover() }

    /** Settles one operation, as [Client.resolve] does. **Only a person can decide to [replay].** */
    @JvmOverloads
    public fun resolve(operation: Operation, replay: Boolean = false): Settlement =
        waiting { client.resolve(operation, replay) }

    /** The operations of this account that are under way or whose outcome is unknown. Sends nothing. */
    public fun pendingOperations(): List<Operation> = waiting { client.pendingOperations() }

    /** The trades, by thread id, that this account opened or followed and that haven't closed. Sends nothing. */
    public fun knownTrades(): List<String> = waiting { client.knownTrades() }

    /** Frees the name of an operation. **Only a person can decide this**, as [Client.forget] says. */
    public fun forget(operation: String): Boolean = waiting { client.forget(operation) }

    /** Ends the client: waits up to ten seconds for changes under way, then refuses further calls. */
    override fun close(): Unit = client.close()

    override fun toString(): String = "BlockingClient(userId=$userId)"

    public companion object {
        /** Sets up a client. */
        @JvmStatic
        public fun builder(): Builder = Builder()

        /** A client set up by the environment, as [Client.fromEnv] reads it. */
        @JvmStatic
        @JvmOverloads
        public fun fromEnv(store: String? = null): BlockingClient = BlockingClient(Client.fromEnv(store = store))
    }

    /** How a client is set up. What isn't set takes its default; see [Client]. */
    public class Builder internal constructor() {
        private var token: String? = null
        private var userId: String? = null
        private var baseUrl: String? = null
        private var proxy: String? = null
        private var caFile: String? = null
        private var store: String? = null
        private var timeouts = Timeouts()

        /** The API token; without one only the public endpoints work. */
        public fun token(token: String): Builder = apply { this.token = token }

        /** The Discord user that the token belongs to. */
        public fun userId(userId: String): Builder = apply { this.userId = userId }

        /** Where the API is, version included. Plain `http` only on loopback. */
        public fun baseUrl(baseUrl: String): Builder = apply { this.baseUrl = baseUrl }

        /** A proxy for all requests, as a URL. */
        public fun proxy(proxy: String): Builder = apply { this.proxy = proxy }

        /** A PEM file with certificate authorities to trust besides the built-in and the system's. */
        public fun caFile(caFile: String): Builder = apply { this.caFile = caFile }

        /** Where operations are kept: `memory`, or `sqlite:PATH` for whoever moves money. */
        public fun store(store: String): Builder = apply { this.store = store }

        /** Opening a connection. */
        public fun connectTimeout(time: Duration): Builder = timeouts { copy(connect = time.toKotlinDuration()) }

        /** One attempt of a call, its body included. */
        public fun attemptTimeout(time: Duration): Builder = timeouts { copy(attempt = time.toKotlinDuration()) }

        /** A whole call with all its attempts. */
        public fun callTimeout(time: Duration): Builder = timeouts { copy(call = time.toKotlinDuration()) }

        /** How long the server may hold an event poll, in whole seconds, at most 60. */
        public fun pollTimeout(time: Duration): Builder = timeouts { copy(poll = time.toKotlinDuration()) }

        /** How much later a poll's answer may come. */
        public fun pollGrace(time: Duration): Builder = timeouts { copy(pollGrace = time.toKotlinDuration()) }

        /**
         * The client. Nothing is sent.
         *
         * @throws gg.autoplus.StoreException if the store's file can't be used.
         */
        public fun build(): BlockingClient =
            BlockingClient(Client(token, userId, baseUrl, proxy, caFile, store, timeouts))

        private fun timeouts(change: Timeouts.() -> Timeouts) = apply { timeouts = timeouts.change() }
    }
}
