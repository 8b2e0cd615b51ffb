package gg.autoplus

import gg.autoplus.internal.FfiConverterOptionalString
import gg.autoplus.internal.FfiConverterString
import gg.autoplus.internal.FfiConverterTypeOpenedTradeParts
import gg.autoplus.internal.FfiConverterTypeTradeParts
import gg.autoplus.internal.Method
import gg.autoplus.internal.NativeClient
import gg.autoplus.internal.clientAt
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeoutOrNull
import java.nio.ByteBuffer
import kotlin.time.Duration

/**
 * The AutoPlus API for one account. Safe to share between coroutines and threads.
 *
 * Cancelling a coroutine stops a read at once. A call that changes something goes on in the background instead: what
 * was sent can't be unsent, and how it ended lands in the client's store.
 *
 * The store remembers every change that moves money before it is sent. Whoever moves money passes a file,
 * `store = "sqlite:…"`, and calls [recover] at the start, before anything is begun: then a crash, a kill or a lost
 * answer neither loses a change nor makes one twice. In memory, the default, names end with the client.
 */
public class Client private constructor(private val made: Made) : AutoCloseable {
    /**
     * Sets up a client. Nothing is sent.
     *
     * @param token the API token; without one only [servers], [stats] and [transactions] work.
     * @param userId the Discord user that the token belongs to. The API can't tell; [nextStep] and settling a lost
     *   answer by reading need it.
     * @param baseUrl where the API is, version included. Plain `http` only on loopback.
     * @param proxy a proxy for all requests, as a URL. Without it the environment's proxies count, except on loopback.
     * @param caFile a PEM file with certificate authorities to trust besides the built-in and the system's.
     * @param store where operations are kept: `memory`, which ends with the client, or `sqlite:PATH`, a file that
     *   survives it and that the processes of one machine may share. It is made for its owner alone.
     * @throws StoreException if that file can't be used.
     */
    public constructor(
        token: String? = null,
        userId: String? = null,
        baseUrl: String? = null,
        proxy: String? = null,
        caFile: String? = null,
        store: String? = null,
        timeouts: Timeouts = Timeouts(),
    ) : this(Setup(false, token, userId, baseUrl, proxy, caFile, store, timeouts).client())

    /** The Discord user that this client acts for, if it was told. */
    public val userId: String? = made.userId

    /** For what is called rarely. */
    private val native: NativeClient by lazy { bridged { clientAt(made.handle.number) } }

    /** Goes on under another token of the same user. Calls under way keep the old one. */
    public fun setToken(token: String): Unit = bridged { native.setToken(token) }

    /** The Discord servers that AutoPlus is in. */
    public suspend fun servers(): List<Server> = awaiting { native.servers().map { it.toServer() } }

    /** Global statistics. */
    public suspend fun stats(): Stats = awaiting { native.stats().toStats() }

    /** The ten most recent public transactions. */
    public suspend fun transactions(): List<Transaction> =
        awaiting { native.transactions().map { it.toTransaction() } }

    /**
     * Opens a trade. All but the guild are named arguments: swapped, sender and receiver would send money the wrong way.
     *
     * @param guild Discord server ID.
     * @param sender Discord user who pays into escrow.
     * @param receiver Discord user who gets released funds.
     * @param operation your own name for this intent, such as `order:42`: under one name the store opens one trade,
     *   however often the call is repeated; while another call is at it, this one waits for that one's result. Without
     *   one each call is an intent of its own, and a call that was cancelled can't be repeated safely: it goes on in the
     *   background, and the next one may open a second trade.
     * @throws OutcomeUnknownException if nothing proves whether it was opened: repeat the call under the operation's
     *   name, never under another.
     */
    public suspend fun openTrade(
        guild: String,
        @Suppress("UNUSED_PARAMETER") vararg named: Named,
        crypto: Crypto,
        sender: String,
        receiver: String,
        operation: String? = null,
    ): OpenedTrade =
        made.handle.ask(Method.OPEN_TRADE, { FfiConverterTypeOpenedTradeParts.read(it).toOpened() }) {
            FfiConverterString.write(guild, it)
            FfiConverterString.write(crypto.wire, it)
            FfiConverterString.write(sender, it)
            FfiConverterString.write(receiver, it)
            FfiConverterOptionalString.write(operation, it)
        }

    /** The trade as it stands, by its thread id. */
    public suspend fun trade(id: String): Trade =
        made.handle.ask(Method.TRADE, ::readTrade) { FfiConverterString.write(id, it) }

    /** The same for a thread that waits: it makes the read itself, unless it can't. */
    internal fun tradeHere(id: String): Trade? =
        made.handle.getHere(Method.TRADE) { FfiConverterString.write(id, it) }?.read(::readTrade)

    /** Takes a role after identification was reset. */
    public suspend fun chooseRole(trade: Trade, role: Role): Trade =
        reviewing(Method.CHOOSE_ROLE, trade, ::readTrade) { FfiConverterString.write(role.wire, it) }

    /** Confirms exactly the sender and receiver of this snapshot. */
    public suspend fun confirmIdentification(trade: Trade): Trade =
        reviewing(Method.CONFIRM_IDENTIFICATION, trade, ::readTrade)

    /** Clears both roles and their confirmations. */
    public suspend fun resetIdentification(trade: Trade): Trade =
        reviewing(Method.RESET_IDENTIFICATION, trade, ::readTrade)

    /** Sets or replaces this account's terms, or clears them with null. At most 896 UTF-16 code units. */
    public suspend fun setTerms(trade: Trade, text: String?): Trade =
        reviewing(Method.SET_TERMS, trade, ::readTrade) { FfiConverterOptionalString.write(text, it) }

    /** Confirms exactly both terms of this snapshot. */
    public suspend fun confirmTerms(trade: Trade): Trade =
        reviewing(Method.CONFIRM_TERMS, trade, ::readTrade)

    /** Asks to release the funds to the receiver of this snapshot. Only the sender may. Moves nothing yet. */
    public suspend fun requestRelease(trade: Trade): ActionChallenge =
        reviewing(Method.REQUEST_RELEASE, trade, ::readAction)

    /** Asks to return the funds to the sender of this snapshot. Only the receiver may. Moves nothing yet. */
    public suspend fun requestReturn(trade: Trade): ActionChallenge =
        reviewing(Method.REQUEST_RETURN, trade, ::readAction)

    /**
     * Asks to send the funds to an address: the receiver's payout, the sender's return, or the sender's part of a
     * reduction. Moves nothing yet. Refused while an accepted claim hasn't ended.
     */
    public suspend fun requestClaim(trade: Trade, address: String): ClaimChallenge =
        awaiting { ClaimChallenge(native.requestClaim(trade.toParts(), trade.provenance.snapshot, address)) }

    /**
     * Follows a trade. Nothing is sent before somebody collects, and nothing more while they are busy. Trouble on the
     * way is retried; only when nothing came through for as long as a whole call may take does the flow fail.
     *
     * @param consumer a name under which the store remembers how far reading got: a flow begins right behind the last
     *   event that was finished under it, the first one with a snapshot. One collector at a time has it; another fails with
     *   an [OperationInProgressException].
     * @param startAfter the [offset][TradeEvent.offset] of the last event that was handled, for whoever keeps it elsewhere;
     *   it counts more than what the store remembers. Without either the flow begins with a snapshot of the trade as it
     *   stands.
     */
    public fun events(tradeId: String, consumer: String? = null, startAfter: Long? = null): TradeEvents =
        TradeEvents { openStream(tradeId, consumer, startAfter) }

    /** The same events, to be asked for one by one or in batches. Nothing is sent before that. */
    public fun openStream(tradeId: String, consumer: String? = null, startAfter: Long? = null): TradeStream =
        TradeStream(bridged { native.events(tradeId, consumer, startAfter) }, tradeId, consumer)

    /**
     * Follows many trades as one stream. Nothing is sent before something is asked for. After a restart
     * `watch(knownTrades(), consumer)` goes on where it was.
     *
     * @param consumer a name under which the store remembers how far each trade was read, as in [events]. Without one
     *   each trade begins with a snapshot.
     */
    public fun watch(trades: Collection<String>, consumer: String? = null): TradeWatch =
        TradeWatch(bridged { native.watch(trades.toList(), consumer) }, consumer)

    /**
     * Follows a trade until [condition] holds for it, and gives it as it stood then. No state between is left out. For
     * scripts: it remembers nothing, and what it waited for may be over by the time it returns.
     *
     * @param timeout without one it waits for as long as it takes.
     * @throws TimeoutException when the time is up.
     * @throws ConflictException when the trade ended without it.
     */
    public suspend fun waitFor(
        tradeId: String,
        timeout: Duration? = null,
        condition: (Trade) -> Boolean,
    ): Trade =
        openStream(tradeId).use { stream ->
            if (timeout == null) return stream.until(condition)
            withTimeoutOrNull(timeout) { stream.until(condition) } ?: throw stream.tooLate(timeout)
        }

    /** What this client's streams are doing, in numbers. Sends nothing. */
    public fun streamStats(): StreamStats = native.streamStats().toStats()

    /** How following each trade goes, by thread id. Sends nothing. */
    public fun followedTrades(): List<FollowedTrade> = native.followedTrades().map { it.toFollowed() }

    /**
     * Tells when something changes in how this client's trades are followed, from now on: trouble, silence, recovery,
     * gaps. For logs and alarms. Sends nothing.
     */
    public fun streamNotes(): StreamNotes = StreamNotes(bridged { native.streamNotes() })

    /** What this account can do now. Needs [userId]; sends nothing. */
    public fun nextStep(trade: Trade): NextStep =
        bridged { native.nextStep(trade.toParts(), trade.provenance.snapshot).toStep() }

    /**
     * Settles every operation that an ended process or a lost answer left open. To be called once at the start, before
     * anything is begun; again later for what stays [unknown][Verdict.Unknown]. What a living process is at stays
     * untouched. A trade to open is sent again under its own key if it is young; the rest is read off the trades and
     * their events. Cancelling the coroutine doesn't stop it.
     */
    public suspend fun recover(): List<Settlement> = awaiting { native.recover().map(::Settlement) }

    /**
     * Settles one operation as [recover] does: one of [pendingOperations], that of an exception, or one that was kept as
     * JSON.
     *
     * @param replay sends a trade to open again under its own key, however old it is. **Only a person can decide this**:
     *   a server that forgot the key opens a second trade.
     */
    public suspend fun resolve(operation: Operation, replay: Boolean = false): Settlement =
        awaiting { Settlement(native.resolve(operation.toJson(), replay)) }

    /**
     * The operations of this account that are under way or whose outcome is unknown, and the claims whose transfer
     * hasn't ended; oldest first. Sends nothing.
     */
    public suspend fun pendingOperations(): List<Operation> =
        awaiting { native.pendingOperations().map(::Operation) }

    /**
     * The trades, by thread id, that this account opened or followed and that haven't closed. The API can't list them:
     * this is how a program finds its trades after a restart. Sends nothing.
     */
    public suspend fun knownTrades(): List<String> = awaiting { native.knownTrades() }

    /**
     * Frees the name of an operation after a person looked at what became of it; a pending claim under that name is no
     * longer held back. True if the name was known. **Only a person can decide this**: what was sent under the name
     * may still take effect.
     *
     * @throws OperationInProgressException while a call is at it.
     */
    public suspend fun forget(operation: String): Boolean = awaiting { native.forget(operation) }

    /** Ends the client: waits up to ten seconds for changes under way, then refuses further calls. */
    override fun close() {
        runBlocking { made.handle.ask(Method.SHUT_DOWN, { }) { } }
        made.ending.close()
    }

    override fun toString(): String = "Client(userId=$userId)"

    /** A call about what was reviewed: the core compares its values with the snapshot's. */
    private suspend fun <T> reviewing(
        method: Int,
        trade: Trade,
        read: (ByteBuffer) -> T,
        more: (ByteBuffer) -> Unit = {},
    ): T =
        made.handle.ask(method, read, Callee.ROOM_OF_TRADE) {
            FfiConverterTypeTradeParts.write(trade.toParts(), it)
            FfiConverterTypeTradeParts.write(trade.provenance.snapshot, it)
            more(it)
        }

    public companion object {
        /**
         * A client set up by the environment: `AUTOPLUS_TOKEN`, `AUTOPLUS_USER_ID`, `AUTOPLUS_BASE_URL`,
         * `AUTOPLUS_PROXY`, `AUTOPLUS_CA_FILE`, `AUTOPLUS_STORE`.
         *
         * @param store goes before `AUTOPLUS_STORE`.
         */
        @JvmStatic
        @JvmOverloads
        public fun fromEnv(timeouts: Timeouts = Timeouts(), store: String? = null): Client =
            Client(Setup(fromEnv = true, store = store, timeouts = timeouts).client())
    }

    /** Nobody can make one: it stands where only named arguments are wanted. */
    public class Named private constructor()
}
