package gg.autoplus.blocking

import gg.autoplus.Action
import gg.autoplus.ActionChallenge
import gg.autoplus.BtcFeeOption
import gg.autoplus.ClaimChallenge
import gg.autoplus.Crypto
import gg.autoplus.FundExecution
import gg.autoplus.Trade
import java.time.Instant

/** Permission to release or return the funds of one trade, to one recipient, once, within a minute. */
public class BlockingActionChallenge internal constructor(private val challenge: ActionChallenge) {
    /** The trade whose funds move. */
    public val tradeId: String get() = challenge.tradeId

    /** Release or return. */
    public val action: Action get() = challenge.action

    /** Discord user who will get the funds. */
    public val recipient: String get() = challenge.recipient

    /** When the server stops accepting it. */
    public val expiresAt: Instant get() = challenge.expiresAt

    /**
     * Moves the funds. Works once. After an [OutcomeUnknownException][gg.autoplus.OutcomeUnknownException] call it again
     * on this same object: identical key and bytes go out, so nothing moves twice.
     *
     * @param operation your own name for this intent, such as `release:42`.
     */
    @JvmOverloads
    public fun confirm(operation: String? = null): Trade = waiting { challenge.confirm(operation) }

    override fun toString(): String = challenge.toString()
}

/** Permission to claim funds of one trade to one address, once, within a minute. */
public class BlockingClaimChallenge internal constructor(private val challenge: ClaimChallenge) {
    /** The trade whose funds move. */
    public val tradeId: String get() = challenge.tradeId

    /** The address, as the server wrote it. */
    public val address: String get() = challenge.address

    /** What will be sent. */
    public val crypto: Crypto get() = challenge.crypto

    /** When the server stops accepting it. */
    public val expiresAt: Instant get() = challenge.expiresAt

    /** The fees to choose from; empty except for BTC. */
    public val feeOptions: List<BtcFeeOption> get() = challenge.feeOptions

    /**
     * Starts the transfer. A BTC claim needs one of [feeOptions], others take none. Works once. After an
     * [OutcomeUnknownException][gg.autoplus.OutcomeUnknownException] call it again on this same object.
     *
     * @param operation your own name for this intent, such as `payout:42`.
     */
    @JvmOverloads
    public fun confirm(fee: BtcFeeOption? = null, operation: String? = null): FundExecution =
        waiting { challenge.confirm(fee, operation) }

    override fun toString(): String = challenge.toString()
}
