package gg.autoplus

import gg.autoplus.internal.OperationParts
import gg.autoplus.internal.operationFromJson
import java.io.Serializable
import java.time.Instant
import java.util.Collections

/**
 * A change whose outcome matters beyond one call: what was meant, under which name and key, and how far it came. It
 * holds neither the token nor a confirmation code, so it can be kept anywhere, as [toJson], and settled later with
 * [Client.resolve]: in this process, in another, after a restart.
 */
public class Operation internal constructor(parts: OperationParts) : Serializable {
    private val json: String = parts.toJson

    /** The caller's name for it, or a random one. Repeat the call under this name to settle it. */
    public val name: String = parts.name

    /** What it does. */
    public val kind: OperationKind = OperationKind.entries.first { it.wire == parts.kind }

    /** The trade it belongs to; none for opening one. */
    public val tradeId: String? = parts.tradeId

    /** How far it came. */
    public val state: OperationState = OperationState.entries.first { it.wire == parts.state }

    /**
     * What was meant: `guild`, `crypto`, `sender` and `receiver` of a trade to open; the `recipient` of a release or
     * return; `status`, `address`, `crypto` and `revision` of a claim.
     */
    public val values: Map<String, String> = Collections.unmodifiableMap(parts.values.toSortedMap())

    /** The key that every send of it carries; AutoPlus's support can find it by this. */
    public val idempotencyKey: String = parts.idempotencyKey

    /** What was sent, word for word, where no secret is in it: for opening a trade. */
    public val body: String? = parts.body

    /** When it was prepared, by the clock of the machine that prepared it. */
    public val begunAt: Instant = Instant.ofEpochSecond(parts.begunAt)

    /** All that settling it needs, as JSON with stable names. */
    public fun toJson(): String = json

    override fun equals(other: Any?): Boolean = other is Operation && other.json == json

    override fun hashCode(): Int = json.hashCode()

    override fun toString(): String =
        "Operation(name=$name, kind=${kind.wire}, tradeId=$tradeId, state=${state.wire}, begunAt=$begunAt)"

    public companion object {
        private const val serialVersionUID = 1L

        /**
         * Reads what [toJson] wrote.
         *
         * @throws InvalidException if the text is no operation.
         */
        @JvmStatic
        public fun fromJson(json: String): Operation = bridged { Operation(operationFromJson(json)) }
    }
}

/** What an operation does. */
public enum class OperationKind(
    /** The stable name. */
    public val wire: String,
) {
    /** Opens a trade. */
    OpenTrade("open_trade"),

    /** Releases the funds of a trade to its receiver. */
    Release("release"),

    /** Returns the funds of a trade to its sender. */
    Return("return"),

    /** Sends funds to an address. */
    Claim("claim"),
}

/** How far an operation came. */
public enum class OperationState(
    /** The stable name. */
    public val wire: String,
) {
    /** A call is at it, or the process whose call was at it has ended. */
    Running("running"),

    /** Nobody is at it, and nothing proves what became of it. */
    Unknown("unknown"),

    /** A claim whose transfer hasn't ended. */
    Accepted("accepted"),

    /** It took effect. */
    Done("done"),
}
