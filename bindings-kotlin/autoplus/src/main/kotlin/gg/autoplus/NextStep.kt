package gg.autoplus

/** What this account can do next. Closed: an unknown status is readable and never acts. */
public sealed interface NextStep {
    /** Identification was reset: take one of the free roles. */
    public data class ChooseRole(
        /** Roles that nobody has taken. */
        val free: List<Role>,
    ) : NextStep

    /** Compare sender and receiver, then confirm them. */
    public data object ConfirmIdentification : NextStep

    /** Set, compare and confirm the terms. */
    public data class Terms(
        /** This account's terms. */
        val mine: Text?,
        /** The other side's terms. */
        val theirs: Text?,
        /** Whether this account confirmed the current version. */
        val confirmedByMe: Boolean,
        /** Whether the other side did. */
        val confirmedByThem: Boolean,
    ) : NextStep

    /** Pay into escrow. */
    public data class Deposit(
        /** The escrow's address. */
        val address: String,
        /** What to pay in. */
        val crypto: Crypto,
    ) : NextStep

    /** The sender may release the funds, once the receiver delivered. */
    public data object MayRelease : NextStep

    /** The receiver may return the funds; it is the receiver's turn to deliver. */
    public data object MayReturn : NextStep

    /** Name an address and claim the funds. */
    public data class Claim(
        /** What the claim is for. */
        val kind: ClaimKind,
    ) : NextStep

    /** A claim was accepted and its transfer hasn't ended. Never claim again meanwhile. */
    public data object PayoutPending : NextStep

    /** Fund actions are locked for now. */
    public data object Blocked : NextStep

    /** The other side, or the network, is next. */
    public data object Wait : NextStep

    /** The trade is over. */
    public data class Closed(
        /** How it ended, as far as the events told. */
        val outcome: Outcome,
    ) : NextStep

    /** This version doesn't know the status. */
    public data class Unknown(
        /** The status as it came. */
        val status: String,
    ) : NextStep
}

/** What funds are claimed as. */
public enum class ClaimKind(
    /** The stable name. */
    public val wire: String,
) {
    /** The receiver's released funds. */
    Payout("payout"),

    /** The sender's returned funds. */
    Return("return"),

    /** The part that goes back to the sender by an agreed reduction. */
    Reduction("reduction"),
}
