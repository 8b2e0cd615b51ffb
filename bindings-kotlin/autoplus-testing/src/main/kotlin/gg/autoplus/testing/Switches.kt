package gg.autoplus.testing

import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * How the simulator behaves where it is a matter of taste, or where the API's documentation is silent. What is null
 * stays as it is. Lengths of time are virtual and whole seconds.
 */
public data class Switches(
    /** The same as [executions] = [Executions.Hold]; wins over it. False at the start. */
    val holdExecutions: Boolean? = null,
    /** Whether a closed trade is a 404, with only its events readable. True at the start. */
    val hideClosed: Boolean? = null,
    /** Whether a deposit has all its confirmations at once. False at the start. */
    val autoConfirmDeposit: Boolean? = null,
    /** How transfers end by themselves; [Executions.Complete] at the start. */
    val executions: Executions? = null,
    /** Between the acceptance of a claim and its first event; none at the start. */
    val executionSilence: Duration? = null,
    /** What a trade shows as its status while a transfer is under way: any text; `unchanged` at the start. */
    val claimStatus: String? = null,
    /** Whether all events go out without their changes. False at the start. */
    val emptyChanges: Boolean? = null,
    /** Whether answers have a `Date`. True at the start. */
    val sendDate: Boolean? = null,
    /** How far `Date` is ahead of the virtual time; negative: behind. */
    val dateSkew: Duration? = null,
    /** How far a challenge's `expiresAt` is ahead of its true expiry; negative: behind. */
    val expirySkew: Duration? = null,
    /** For how long an `Idempotency-Key` is remembered; a day at the start. */
    val keysKept: Duration? = null,
    /** What a duplicate gets while the first under its key is under way; [InFlight.Process] at the start. */
    val inFlight: InFlight? = null,
    /** Which failed answers are repeated under their key; [FailedAnswers.Refusals] at the start. */
    val failedAnswers: FailedAnswers? = null,
    /** Whether a stored answer outlives its challenge; [KeyLookup.First] at the start. */
    val keyLookup: KeyLookup? = null,
    /** Which moment of a delayed request counts for its challenge; [ExpiryChecked.Arrival] at the start. */
    val expiryChecked: ExpiryChecked? = null,
    /** What a new challenge does to the one before; [OlderChallenge.Void] at the start. */
    val olderChallenge: OlderChallenge? = null,
    /** For how long a poll whose client went away holds its slot; not at all at the start. */
    val abortedPoll: Duration? = null,
    /** The share of polls, chosen at random, whose connection closes in place of the answer; 0.0 at the start. */
    val lostPolls: Double? = null,
    /** Whether requests that come in are kept for [Simulator.requests]. True at the start; long runs need the memory. */
    val keepRequests: Boolean? = null,
    /** By how much reads of trades and events lag behind; not at all at the start. */
    val staleReads: Duration? = null,
    /** What the version of terms is made of; [TermsVersion.Random] at the start. */
    val termsVersion: TermsVersion? = null,
) {
    internal fun arguments(): Array<Pair<String, Any?>> =
        arrayOf(
            "hold_executions" to holdExecutions,
            "hide_closed" to hideClosed,
            "auto_confirm_deposit" to autoConfirmDeposit,
            "executions" to executions?.wire,
            "execution_silence" to executionSilence?.let(::whole),
            "claim_status" to claimStatus,
            "empty_changes" to emptyChanges,
            "send_date" to sendDate,
            "date_skew" to dateSkew?.let(::whole),
            "expiry_skew" to expirySkew?.let(::whole),
            "keys_kept" to keysKept?.let(::whole),
            "in_flight" to inFlight?.wire,
            "failed_answers" to failedAnswers?.wire,
            "key_lookup" to keyLookup?.wire,
            "expiry_checked" to expiryChecked?.wire,
            "older_challenge" to olderChallenge?.wire,
            "aborted_poll" to abortedPoll?.let(::whole),
            "lost_polls" to lostPolls,
            "keep_requests" to keepRequests,
            "stale_reads" to staleReads?.let(::whole),
            "terms_version" to termsVersion?.wire,
        )

    private fun whole(time: Duration): Long {
        val seconds = time.inWholeSeconds
        require(seconds.seconds == time) { "$time: a switch takes whole seconds" }
        return seconds
    }
}

/** How transfers end by themselves. */
public enum class Executions(internal val wire: String) {
    /** They are carried out. */
    Complete("complete"),

    /** They fail. */
    Fail("fail"),

    /** They stay pending until [Simulator.execution] moves them. */
    Hold("hold"),
}

/** What a duplicate gets while the first request under its key is delayed, slow, or delivered twice. */
public enum class InFlight(internal val wire: String) {
    /** It is looked at on its own; whichever is done first counts. */
    Process("process"),

    /** A 409 `idempotency_conflict`. */
    Conflict("conflict"),
}

/** Which failed answers are stored under their key and repeated. */
public enum class FailedAnswers(internal val wire: String) {
    /** None. */
    None("none"),

    /** 4xx. */
    Refusals("refusals"),

    /** 4xx and planned 500 and 503, in place of the true answer. */
    All("all"),
}

/** Whether a stored answer is repeated past the expiry of its challenge. */
public enum class KeyLookup(internal val wire: String) {
    /** It is. */
    First("first"),

    /** It is a 410 then. */
    AfterExpiry("after_expiry"),
}

/** Which moment of a delayed request is compared with its challenge's expiry. */
public enum class ExpiryChecked(internal val wire: String) {
    /** When it came in. */
    Arrival("arrival"),

    /** When it is done. */
    Processing("processing"),
}

/** What a new challenge does to an older one of the same user and trade. */
public enum class OlderChallenge(internal val wire: String) {
    /** It is void. */
    Void("void"),

    /** It stays. */
    Valid("valid"),
}

/** What the version of terms is made of. */
public enum class TermsVersion(internal val wire: String) {
    /** A version never recurs. */
    Random("random"),

    /** The same texts have the same version, in trades opened from then on. */
    OfTexts("of_texts"),
}
