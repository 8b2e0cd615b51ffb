package gg.autoplus

import gg.autoplus.internal.TradeParts
import gg.autoplus.internal.tradeFromJson
import gg.autoplus.internal.tradeJson
import java.math.BigDecimal
import java.time.Instant

/** What opening a trade gives. */
public data class OpenedTrade(
    /** Discord thread ID, used in every other call. */
    val id: String,
    /** Human-readable trade number. Not for use in calls. */
    val tradeId: Long,
    /** Fields that this version doesn't know, each as raw JSON. */
    val extra: Map<String, String> = emptyMap(),
)

/**
 * A trade as this account may see it, at one moment.
 *
 * Calls that confirm something take the snapshot that was reviewed and send its values. So they refuse one whose values
 * were changed and a trade from [fromJson]: nothing says that anybody reviewed those. That is why there is no `copy`.
 */
@ConsistentCopyVisibility
public data class Trade internal constructor(
    /** Discord thread ID, used in calls. */
    val id: String,
    /** Human-readable trade number. Not for use in calls. */
    val tradeId: Long,
    /** Revision of the whole trade. Proves nothing by itself. */
    val revision: Long,
    /** When the trade opened. */
    val openedAt: Instant,
    /** Crypto and network of the trade. */
    val crypto: Crypto,
    /** Where the trade stands. */
    val status: TradeStatus,
    /** Discord user who pays into escrow; none while identification is reset. */
    val sender: String?,
    /** Discord user who gets released funds; none while identification is reset. */
    val receiver: String?,
    /** Revision that identification calls compare. */
    val identificationRevision: Long,
    /** Users who confirmed the current identification. */
    val identificationConfirmedBy: List<String>,
    /** Terms and their confirmations, once there are any. */
    val terms: TradeTerms?,
    /** Escrow deposit address. Only the sender sees it. */
    val address: String?,
    /** Network fees in the trade's crypto. */
    val fees: BigDecimal?,
    /** Estimated network fees in USD. */
    val feesUsd: BigDecimal?,
    /** Amount received by escrow in the trade's crypto. */
    val amount: BigDecimal?,
    /** Received amount valued in USD. */
    val amountUsd: BigDecimal?,
    /** When the deposit was received. */
    val receivedAt: Instant?,
    /** Incoming deposit transaction. */
    val txid: String?,
    /** Final payout or return transaction. */
    val settlementTxid: String?,
    /** True when fund actions are temporarily locked. */
    val fundControlsLocked: Boolean,
    /** Fields that this version doesn't know, each as raw JSON. */
    val extra: Map<String, String>,
    /** Where this snapshot came from. Makes no difference to equality. */
    val provenance: Provenance,
) {
    /**
     * Whether the escrow holds at least [minAmount] of exactly this [crypto] for the receiver: the deposit is confirmed
     * (`waitingAction`) or was released to them (`waitingAddress`). Anyone may deposit less than was agreed and the API
     * knows no price, so a shop asks this before it delivers, of a trade that it read right then. False at any other
     * status.
     */
    public fun covers(minAmount: BigDecimal, crypto: Crypto): Boolean {
        val secured = status == TradeStatus.WaitingAction || status == TradeStatus.WaitingAddress
        return secured && this.crypto == crypto && amount != null && amount >= minAmount
    }

    /** The role of a user in this trade, if they have one now. */
    public fun roleOf(userId: String): Role? = Role.entries.find { participant(it) == userId }

    /** The user in a role, if it is taken. */
    public fun participant(role: Role): String? =
        when (role) {
            Role.Sender -> sender
            Role.Receiver -> receiver
        }

    /** The snapshot's JSON: the API's names, money as decimal strings, unknown fields in place. */
    public fun toJson(): String = provenance.json

    public companion object {
        /** Reads what [toJson] wrote, or the server's JSON. The result can be read and compared, not confirmed. */
        @JvmStatic
        public fun fromJson(json: String): Trade = bridged { tradeFromJson(json).toTrade() }
    }
}

/** Whether a snapshot came from the server through this library, or was rebuilt from JSON. */
public class Provenance internal constructor(
    /** The values as they came: with them the core compares those of the trade. */
    internal val snapshot: TradeParts,
) {
    /** True for what the client or an event gave. */
    public val isFromServer: Boolean get() = snapshot.isFromServer

    @Volatile
    private var made: String? = null

    /** Made when somebody asks for it. */
    internal val json: String
        get() = made ?: bridged { tradeJson(snapshot) }.also { made = it }

    override fun equals(other: Any?): Boolean = other is Provenance

    override fun hashCode(): Int = 0

    override fun toString(): String = if (isFromServer) "server" else "rebuilt"
}

/** Both sides' terms and the version that terms calls compare. */
public data class TradeTerms(
    /** Opaque version, required for updates and confirmations. */
    val version: String,
    /** The sender's terms. */
    val sender: TermsSide,
    /** The receiver's terms. */
    val receiver: TermsSide,
    /** Fields that this version doesn't know, each as raw JSON. */
    val extra: Map<String, String> = emptyMap(),
) {
    /** One side's terms. */
    public fun side(role: Role): TermsSide =
        when (role) {
            Role.Sender -> sender
            Role.Receiver -> receiver
        }
}

/** One participant's terms. */
public data class TermsSide(
    /** The text, if this participant set any. */
    val text: Text?,
    /** Whether this participant confirmed the current version. */
    val confirmed: Boolean,
    /** When they confirmed. */
    val confirmedAt: Instant?,
    /** Fields that this version doesn't know, each as raw JSON. */
    val extra: Map<String, String> = emptyMap(),
)

/** Terms text. */
public data class Text(
    /** The text to read. */
    val value: String,
    /**
     * False when the text holds half an emoji, which reads as U+FFFD: the server cuts text by UTF-16 unit. A
     * confirmation still sends it exactly as it came.
     */
    val isExact: Boolean = true,
) {
    override fun toString(): String = value
}
