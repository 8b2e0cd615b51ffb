package gg.autoplus.testing

import gg.autoplus.Action
import gg.autoplus.Client
import gg.autoplus.Crypto
import gg.autoplus.Timeouts
import gg.autoplus.TradeStatus
import gg.autoplus.testing.internal.NativeSimulator
import gg.autoplus.testing.internal.SimulatorException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.math.BigDecimal
import java.time.Instant

/**
 * A whole AutoPlus inside this process: starts in milliseconds on a free port of loopback, moves no money, and does what
 * a test tells it. Each one is a world of its own.
 *
 * What a test asks for wrongly is an [IllegalArgumentException] that says what would be right.
 */
public class Simulator : AutoCloseable {
    private val native = refusals { NativeSimulator() }

    /** What a client takes as its base URL. */
    public val baseUrl: String = native.baseUrl()

    private val world = command("world").jsonObject

    /** A Discord server whose trades can be opened by the API. */
    public val guild: String = world.text("guild")

    /** A Discord server that the API may not use. */
    public val closedGuild: String = world.text("closed_guild")

    /** Pays into escrow, unless a test has it otherwise. */
    public val sender: User = user("sender")

    /** Delivers, unless a test has it otherwise. */
    public val receiver: User = user("receiver")

    /** A member of the guild without a part in any trade. */
    public val stranger: User = user("stranger")

    /** A bot account. */
    public val bot: User = user("bot")

    /** Has a token and is no member of the guild. */
    public val outsider: User = user("outsider")

    /** A client of this simulator for one of its users. */
    @JvmOverloads
    public fun client(user: User, timeouts: Timeouts = Timeouts(), store: String? = null): Client =
        Client(token = user.token, userId = user.id, baseUrl = baseUrl, store = store, timeouts = timeouts)

    // The world

    /** Another account, or for an [id] that is there another token or other properties. */
    public fun addUser(
        id: String? = null,
        token: String? = null,
        bot: Boolean? = null,
        member: Boolean? = null,
    ): User {
        val added = command("add_user", "id" to id, "token" to token, "bot" to bot, "member" to member).jsonObject
        return User(added.text("id"), added.textOrNull("token"))
    }

    /** The token is worth nothing from now on. */
    public fun revokeToken(token: String): Unit = order("revoke_token", "token" to token)

    /** Whether trades can be opened in this crypto. */
    public fun setCrypto(crypto: Crypto, enabled: Boolean): Unit =
        order("set_crypto", "crypto" to crypto.wire, "enabled" to enabled)

    /** The virtual time. */
    public fun now(): Instant = Instant.ofEpochSecond(command("now").jsonObject.text("now").toLong())

    /** Skips virtual time; all that is due by then happens. */
    public fun advance(seconds: Long): Unit = order("advance", "seconds" to seconds)

    /** Sets the switches that are given. */
    public fun settings(switches: Switches): Unit = order("settings", *switches.arguments())

    // People

    /** A trade made in Discord and brought to a status; its thread id. */
    @JvmOverloads
    public fun openTrade(
        until: TradeStatus = TradeStatus.WaitingIdentification,
        crypto: Crypto? = null,
        sender: User? = null,
        receiver: User? = null,
        amount: BigDecimal? = null,
        senderTerms: String? = null,
        receiverTerms: String? = null,
    ): String =
        command(
            "open_trade",
            "until" to until.wire,
            "crypto" to crypto?.wire,
            "sender" to sender?.id,
            "receiver" to receiver?.id,
            "amount" to amount?.toPlainString(),
            "sender_terms" to senderTerms,
            "receiver_terms" to receiverTerms,
        ).jsonObject.text("id")

    /**
     * A participant's move in Discord, with the values of the moment.
     *
     * @param act choose_role (with [role]), confirm_identification, reset_identification, set_terms ([text]; without it
     *   they are cleared), confirm_terms, release, return, claim ([address], else one is made up).
     */
    @JvmOverloads
    public fun act(
        trade: String,
        user: User,
        act: String,
        role: String? = null,
        text: String? = null,
        address: String? = null,
    ): Unit =
        order(
            "act",
            "trade" to trade,
            "user" to user.id,
            "act" to act,
            "role" to role,
            "text" to text,
            "address" to address,
        )

    /** Funds arrive at the escrow address; the transaction's id. */
    @JvmOverloads
    public fun deposit(trade: String, amount: BigDecimal, txid: String? = null): String =
        command("deposit", "trade" to trade, "amount" to amount.toPlainString(), "txid" to txid)
            .jsonObject
            .text("txid")

    /** All confirmations of the deposit at once. */
    public fun confirmDeposit(trade: String): Unit = order("confirm_deposit", "trade" to trade)

    /** Both agreed that this much goes back to the sender. */
    public fun reduce(trade: String, amount: BigDecimal): Unit =
        order("reduce", "trade" to trade, "amount" to amount.toPlainString())

    // Staff and transfers

    /** Support is called or done; fund controls lock with it. */
    public fun support(trade: String, open: Boolean): Unit = order("support", "trade" to trade, "open" to open)

    /** Fund controls lock or unlock. */
    public fun lock(trade: String, locked: Boolean): Unit = order("lock", "trade" to trade, "locked" to locked)

    /** Staff release or return the funds. */
    public fun force(trade: String, action: Action): Unit = order("force", "trade" to trade, "action" to action.wire)

    /** Moves a held transfer: processing, completed or failed. */
    @JvmOverloads
    public fun execution(trade: String, status: String, reason: String? = null): Unit =
        order("execution", "trade" to trade, "status" to status, "reason" to reason)

    /** Staff close the trade with any outcome, or without telling one. */
    public fun close(trade: String, outcome: String?) {
        control(json("close", "trade" to trade, "outcome" to (outcome ?: JsonNull)))
    }

    /** Appends an event of any type; [changes] is any JSON. Its id. */
    @JvmOverloads
    public fun emit(trade: String, type: String, changes: String? = null): Long =
        command("emit", "trade" to trade, "type" to type, "changes" to changes?.let(Json::parseToJsonElement))
            .jsonObject
            .text("id")
            .toLong()

    // Streams

    /** Events that change nothing but the revision: on that trade, or each on a random open one. In their order. */
    public fun happen(trade: String? = null, count: Int = 1): List<Happened> =
        (command("happen", "trade" to trade, "count" to count).jsonObject.getValue("events") as JsonArray)
            .map { Happened(it.jsonObject) }

    /** Drops the retained events of that trade, or of a random share of all: an older offset gets a snapshot. */
    public fun expireHistory(trade: String? = null, share: Double? = null): Unit =
        order("expire_history", "trade" to trade, "share" to share)

    /**
     * Closes the connections of polls that wait now, without an answer: those of that trade, or a random share of all, or
     * all. How many.
     */
    public fun cut(trade: String? = null, share: Double? = null): Int =
        command("cut", "trade" to trade, "share" to share).jsonObject.text("cut").toInt()

    /** How trades are polled, one or all; with [clear] it is counted anew from then on. */
    @JvmOverloads
    public fun polls(trade: String? = null, clear: Boolean = false): Polls =
        Polls(command("polls", "trade" to trade, "clear" to clear).jsonObject)

    /** Everything that the simulator knows of the trade, as JSON. */
    public fun inspect(trade: String): String = control(json("inspect", "trade" to trade))

    // The wire

    /** Fields of the trade's JSON, or dotted paths, go out as these verbatim texts; null leaves a field out. */
    public fun patch(trade: String, raw: Map<String, String?>): Unit =
        order("patch", "trade" to trade, "raw" to JsonObject(raw.mapValues { JsonPrimitive(it.value) }))

    /**
     * The next requests get this answer instead.
     *
     * @param on an endpoint as `METHOD /path/{id}`.
     * @param processed whether they take effect all the same.
     */
    public fun answer(
        on: String,
        status: Int,
        body: String,
        headers: Map<String, String?>? = null,
        times: Int? = null,
        processed: Boolean? = null,
    ): Unit =
        order(
            "answer",
            "on" to on,
            "status" to status,
            "body" to body,
            "headers" to headers?.let { all -> JsonObject(all.mapValues { JsonPrimitive(it.value) }) },
            "times" to times,
            "processed" to processed,
        )

    /**
     * The next requests go wrong: after [skip] that don't, [times] that do; 0 and 1 unless told.
     *
     * @param on an endpoint as `METHOD /path/{id}`.
     */
    @JvmOverloads
    public fun fault(on: String, fault: Fault, times: Int? = null, skip: Int? = null): Unit =
        order("fault", "on" to on, "kind" to fault.kind, "times" to times, "skip" to skip, *fault.arguments)

    /** Forgets all planned answers and faults. */
    public fun calm(): Unit = order("calm")

    /** The API requests that came in, in order, since they were last cleared. */
    @JvmOverloads
    public fun requests(clear: Boolean = false): List<RecordedRequest> =
        (command("requests", "clear" to clear) as JsonArray).map { RecordedRequest(it.jsonObject) }

    /** Every trade and what was done in it, by id: also one whose opening lost its answer. */
    public fun trades(): List<SimulatedTrade> =
        (command("trades") as JsonArray).map { SimulatedTrade(it.jsonObject) }

    /** What API requests changed in a trade. */
    public fun effects(trade: String): Effects =
        Effects(command("inspect", "trade" to trade).jsonObject.getValue("effects").jsonObject)

    /**
     * What happened and must never, such as funds that moved twice; empty if all is well.
     *
     * @param trade only this one; otherwise all.
     * @param creates how many trades were meant to be opened through the API, all in all: without [trade].
     */
    @JvmOverloads
    public fun check(trade: String? = null, creates: Int? = null): List<String> =
        (command("check", "trade" to trade, "creates" to creates) as JsonArray)
            .map { it.jsonObject }
            .map { "${it.text("rule")}: ${it.text("says")}" }

    /**
     * Runs a control command, `{"do": VERB, …}`, JSON both ways.
     *
     * @throws IllegalArgumentException if the simulator refuses it.
     */
    public fun control(json: String): String = refusals { native.control(json) }

    /** Stops it and closes every connection at once. */
    override fun close(): Unit = native.close()

    private fun user(name: String): User {
        val user = (world.getValue("users") as JsonObject).getValue(name).jsonObject
        return User(user.text("id"), user.textOrNull("token"))
    }

    private fun order(verb: String, vararg arguments: Pair<String, Any?>?) {
        command(verb, *arguments)
    }

    private fun command(verb: String, vararg arguments: Pair<String, Any?>?): JsonElement =
        Json.parseToJsonElement(control(json(verb, *arguments)))
}

private inline fun <T> refusals(call: () -> T): T =
    try {
        call()
    } catch (refused: SimulatorException.Refused) {
        throw IllegalArgumentException(refused.why)
    }
