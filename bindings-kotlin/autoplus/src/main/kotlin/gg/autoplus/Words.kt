package gg.autoplus

/**
 * A word of the API. The lists of words are open: one that this version doesn't know is an `Unknown` with the word as
 * it came, stays readable, and never moves money.
 */
public abstract class Word internal constructor(
    /** The word on the wire. */
    public val wire: String,
    /** Whether this version knows the word. */
    public val isKnown: Boolean,
) {
    final override fun equals(other: Any?): Boolean =
        other is Word && other.javaClass == javaClass && other.wire == wire

    final override fun hashCode(): Int = wire.hashCode()

    final override fun toString(): String = wire
}

/** The asset and, for tokens, its network. */
public sealed class Crypto(wire: String, isKnown: Boolean = true) : Word(wire, isKnown) {
    public object Ltc : Crypto("ltc")

    public object Sol : Crypto("sol")

    public object Eth : Crypto("eth")

    public object Bnb : Crypto("bnb")

    public object Btc : Crypto("btc")

    public object Pol : Crypto("pol")

    public object SolUsdt : Crypto("sol_usdt")

    public object SolUsdc : Crypto("sol_usdc")

    public object EthUsdt : Crypto("eth_usdt")

    public object EthUsdc : Crypto("eth_usdc")

    public object BnbUsdt : Crypto("bnb_usdt")

    public object BnbUsdc : Crypto("bnb_usdc")

    public object PolUsdt : Crypto("pol_usdt")

    public object PolUsdc : Crypto("pol_usdc")

    public object PolUsdce : Crypto("pol_usdce")

    /** A crypto that this version doesn't know. */
    public class Unknown internal constructor(public val raw: String) : Crypto(raw, isKnown = false)

    public companion object {
        /** Every crypto that this version knows. */
        @JvmStatic
        public val known: List<Crypto> by lazy {
            listOf(
                Ltc, Sol, Eth, Bnb, Btc, Pol, SolUsdt, SolUsdc, EthUsdt, EthUsdc, BnbUsdt, BnbUsdc, PolUsdt, PolUsdc,
                PolUsdce,
            )
        }

        /** The crypto of this name. */
        @JvmStatic
        public fun of(wire: String): Crypto = known.find { it.wire == wire } ?: Unknown(wire)
    }
}

/** Where a trade stands in its life. */
public sealed class TradeStatus(wire: String, isKnown: Boolean = true) : Word(wire, isKnown) {
    /** Both participants still have to confirm who sends and who receives. */
    public object WaitingIdentification : TradeStatus("waitingIdentification")

    /** Both participants still have to confirm the terms. */
    public object WaitingTermsAcceptance : TradeStatus("waitingTermsAcceptance")

    /** The sender has yet to pay into escrow. */
    public object WaitingReceive : TradeStatus("waitingReceive")

    /** The deposit was seen and waits for the network's confirmations. */
    public object WaitingConfirmations : TradeStatus("waitingConfirmations")

    /** The escrow holds the funds: the receiver delivers, then the sender releases. */
    public object WaitingAction : TradeStatus("waitingAction")

    /** A reduction was agreed; the sender names an address for the part that goes back. */
    public object WaitingReduceAmountAddress : TradeStatus("waitingReduceAmountAddress")

    /** The funds go back; the sender names an address. */
    public object WaitingReturnAddress : TradeStatus("waitingReturnAddress")

    /** The funds were released; the receiver names an address. */
    public object WaitingAddress : TradeStatus("waitingAddress")

    /** The trade is over. */
    public object Completed : TradeStatus("completed")

    /** A status that this version doesn't know. */
    public class Unknown internal constructor(public val raw: String) : TradeStatus(raw, isKnown = false)

    public companion object {
        /** Every status that this version knows, in the order of a trade's life. */
        @JvmStatic
        public val known: List<TradeStatus> by lazy {
            listOf(
                WaitingIdentification, WaitingTermsAcceptance, WaitingReceive, WaitingConfirmations, WaitingAction,
                WaitingReduceAmountAddress, WaitingReturnAddress, WaitingAddress, Completed,
            )
        }

        /** The status of this name. */
        @JvmStatic
        public fun of(wire: String): TradeStatus = known.find { it.wire == wire } ?: Unknown(wire)
    }
}

/** What kind of change an event reports. */
public sealed class EventType(wire: String, isKnown: Boolean = true) : Word(wire, isKnown) {
    public object Snapshot : EventType("trade.snapshot")

    public object Created : EventType("trade.created")

    public object IdentificationUpdated : EventType("trade.identification.updated")

    public object TermsUpdated : EventType("trade.terms.updated")

    public object StatusChanged : EventType("trade.status.changed")

    public object FundExecutionUpdated : EventType("trade.fund.execution.updated")

    public object SupportUpdated : EventType("trade.support.updated")

    public object Closed : EventType("trade.closed")

    /** A type that this version doesn't know. */
    public class Unknown internal constructor(public val raw: String) : EventType(raw, isKnown = false)

    public companion object {
        /** Every type that this version knows. */
        @JvmStatic
        public val known: List<EventType> by lazy {
            listOf(
                Snapshot, Created, IdentificationUpdated, TermsUpdated, StatusChanged, FundExecutionUpdated,
                SupportUpdated, Closed,
            )
        }

        /** The type of this name. */
        @JvmStatic
        public fun of(wire: String): EventType = known.find { it.wire == wire } ?: Unknown(wire)
    }
}

/** How fast a BTC transfer is to confirm. */
public sealed class Priority(wire: String, isKnown: Boolean = true) : Word(wire, isKnown) {
    public object High : Priority("high")

    public object Medium : Priority("medium")

    public object None : Priority("none")

    /** A priority that this version doesn't know. */
    public class Unknown internal constructor(public val raw: String) : Priority(raw, isKnown = false)

    public companion object {
        /** Every priority that this version knows. */
        @JvmStatic
        public val known: List<Priority> by lazy { listOf(High, Medium, None) }

        /** The priority of this name. */
        @JvmStatic
        public fun of(wire: String): Priority = known.find { it.wire == wire } ?: Unknown(wire)
    }
}

/** How a trade ended. */
public sealed class Outcome(wire: String, isKnown: Boolean = true) : Word(wire, isKnown) {
    /** The receiver got the funds. */
    public object Released : Outcome("released")

    /** The sender got them back. */
    public object Returned : Outcome("returned")

    public object Canceled : Outcome("canceled")

    /** An outcome that this version doesn't know, or none was told. */
    public class Unknown internal constructor(public val raw: String) : Outcome(raw, isKnown = false)

    public companion object {
        /** Every outcome that this version knows. */
        @JvmStatic
        public val known: List<Outcome> by lazy { listOf(Released, Returned, Canceled) }

        /** The outcome of this name. */
        @JvmStatic
        public fun of(wire: String): Outcome = known.find { it.wire == wire } ?: Unknown(wire)
    }
}

/** Where a transfer of funds stands. */
public sealed class ExecutionState(wire: String, isKnown: Boolean = true) : Word(wire, isKnown) {
    /** Accepted or under way. */
    public object Pending : ExecutionState("pending")

    /** Carried out. */
    public object Succeeded : ExecutionState("succeeded")

    /** Failed for good: it may be claimed again. */
    public object Failed : ExecutionState("failed")

    /** A word that this version doesn't know. Not final. */
    public class Unknown internal constructor(public val raw: String) : ExecutionState(raw, isKnown = false)

    public companion object {
        /** Every state that this version knows. */
        @JvmStatic
        public val known: List<ExecutionState> by lazy { listOf(Pending, Succeeded, Failed) }

        internal fun of(wire: String): ExecutionState = known.find { it.wire == wire } ?: Unknown(wire)
    }
}

/** One of the two sides of a trade. */
public enum class Role(
    /** The word on the wire. */
    public val wire: String,
) {
    /** Pays into escrow. */
    Sender("sender"),

    /** Delivers, and gets the released funds. */
    Receiver("receiver"),
    ;

    /** The opposite side. */
    public val other: Role get() = if (this == Sender) Receiver else Sender
}

/** What is to happen with the funds in escrow. Closed on purpose: an unknown action never moves money. */
public enum class Action(
    /** The word on the wire. */
    public val wire: String,
) {
    /** To the receiver; only the sender may. */
    Release("release"),

    /** Back to the sender; only the receiver may. */
    Return("return"),
}
