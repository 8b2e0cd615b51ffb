package gg.autoplus

import gg.autoplus.internal.SettlementParts

/** What [Client.recover] or [Client.resolve] found out about an operation. */
public class Settlement internal constructor(parts: SettlementParts) {
    private val json: String = parts.toJson

    /** The operation as it stands now. */
    public val operation: Operation = Operation(parts.operation)

    /** Whether it took effect. */
    public val verdict: Verdict = Verdict.entries.first { it.wire == parts.verdict }

    /** How that is known; null while it isn't. */
    public val by: SettledBy? = parts.by?.let { word -> SettledBy.entries.first { it.wire == word } }

    /** The trade that was opened, if it opened one and is done. */
    public val opened: OpenedTrade? = parts.opened?.toOpened()

    /** The trade after a release or return that is done. */
    public val trade: Trade? = parts.trade?.toTrade()

    /** The receipt of a claim that is done. */
    public val execution: FundExecution? = parts.execution?.toExecution()

    /** What that means and what to do, in words. */
    public val message: String = parts.text

    /** All of it as one JSON object, by the same names. What isn't known is left out. */
    public fun toJson(): String = json

    override fun equals(other: Any?): Boolean = other is Settlement && other.json == json

    override fun hashCode(): Int = json.hashCode()

    override fun toString(): String =
        "Settlement(operation=$operation, verdict=${verdict.wire}, by=${by?.wire}, message=$message)"
}

/** Whether an operation took effect. */
public enum class Verdict(
    /** The stable name. */
    public val wire: String,
) {
    /** It took effect, once. */
    Done("done"),

    /** Proven: it did nothing, and nothing of it still can. Its name is free for another try. */
    NotDone("not_done"),

    /** Neither is proven. Don't start it anew: settle it again some minutes later, or let a person look. */
    Unknown("unknown"),
}

/** How a verdict is known. */
public enum class SettledBy(
    /** The stable name. */
    public val wire: String,
) {
    /** The same bytes went out again under the same key, and the answer is theirs. */
    Replay("replay"),

    /**
     * The trade or its events show it. Who did it can't be read there: a release, return or claim that a person made in
     * Discord looks the same, so the address of a claim isn't proven.
     */
    Reading("reading"),

    /** It was settled earlier; this is what the store kept. */
    Record("record"),
}
