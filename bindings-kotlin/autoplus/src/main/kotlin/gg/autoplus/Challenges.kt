package gg.autoplus

import gg.autoplus.internal.ActionParts
import gg.autoplus.internal.ClaimParts
import gg.autoplus.internal.FfiConverterOptionalString
import gg.autoplus.internal.FfiConverterTypeActionParts
import gg.autoplus.internal.Method
import gg.autoplus.internal.NativeClaim
import java.math.BigDecimal
import java.nio.ByteBuffer
import java.time.Instant

/** Permission to release or return the funds of one trade, to one recipient, once, within a minute. */
public class ActionChallenge internal constructor(private val handle: Handle, private val parts: ActionParts) {
    /** The trade whose funds move. */
    public val tradeId: String get() = parts.tradeId

    /** Release or return. */
    public val action: Action = Action.entries.first { it.wire == parts.action }

    /** Discord user who will get the funds. */
    public val recipient: String get() = parts.recipient

    /** When the server stops accepting it. */
    public val expiresAt: Instant = Instant.ofEpochSecond(parts.expiresAt)

    /**
     * Moves the funds. Works once. After an [OutcomeUnknownException] call it again on this same object: identical key
     * and bytes go out, so nothing moves twice. Cancelling the coroutine doesn't take it back; how it ended lands in the
     * client's store.
     *
     * @param operation your own name for this intent, such as `release:42`.
     */
    public suspend fun confirm(operation: String? = null): Trade =
        handle.ask(Method.CONFIRM_ACTION, ::readTrade) { FfiConverterOptionalString.write(operation, it) }

    override fun toString(): String =
        "ActionChallenge(tradeId=$tradeId, action=${action.wire}, recipient=$recipient, expiresAt=$expiresAt)"
}

internal fun readAction(bytes: ByteBuffer): ActionChallenge =
    ActionChallenge(Handle(bytes.getLong()), FfiConverterTypeActionParts.read(bytes))

/** Permission to claim funds of one trade to one address, once, within a minute. */
public class ClaimChallenge internal constructor(private val native: NativeClaim) {
    private val parts: ClaimParts = native.parts()

    /** The trade whose funds move. */
    public val tradeId: String get() = parts.tradeId

    /** The address, as the server wrote it. */
    public val address: String get() = parts.address

    /** What will be sent. */
    public val crypto: Crypto = Crypto.of(parts.crypto)

    /** When the server stops accepting it. */
    public val expiresAt: Instant = Instant.ofEpochSecond(parts.expiresAt)

    /** The fees to choose from; empty except for BTC. */
    public val feeOptions: List<BtcFeeOption> = parts.feeOptions.map { it.toOption() }

    /**
     * Starts the transfer. A BTC claim needs one of [feeOptions], others take none. Works once. After an
     * [OutcomeUnknownException] call it again on this same object: identical key and bytes go out. Cancelling the
     * coroutine doesn't take it back; how it ended lands in the client's store.
     *
     * @param operation your own name for this intent, such as `payout:42`.
     */
    public suspend fun confirm(fee: BtcFeeOption? = null, operation: String? = null): FundExecution =
        awaiting { native.confirm(fee?.toParts(), operation).toExecution() }

    override fun toString(): String =
        "ClaimChallenge(tradeId=$tradeId, address=$address, crypto=$crypto, expiresAt=$expiresAt, " +
            "feeOptions=$feeOptions)"
}

/** One of the fee choices that a BTC claim offers. */
public data class BtcFeeOption(
    /** How fast the transfer is to confirm. */
    val priority: Priority,
    /** Fee rate in satoshi per virtual byte. */
    val satPerVbyte: BigDecimal,
    /** Estimated cost of the transfer in USD. */
    val estimatedCostUsd: BigDecimal?,
    /** Fields that this version doesn't know, each as raw JSON. */
    val extra: Map<String, String> = emptyMap(),
)

/** A transfer that AutoPlus accepted and now carries out. Events tell how it ends. */
public data class FundExecution(
    /** Identifier of this transfer. */
    val executionId: String,
    /** `pending` when accepted. */
    val status: String,
    /** Fields that this version doesn't know, each as raw JSON. */
    val extra: Map<String, String> = emptyMap(),
)
