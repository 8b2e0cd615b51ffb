package gg.autoplus

import gg.autoplus.internal.FailureParts
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/**
 * What failed; the subclass says what to do about it. Neither the token nor a confirmation code is ever in it.
 */
public sealed class AutoPlusException(parts: FailureParts) : RuntimeException(parts.text) {
    /** What happened and what to do, in words. */
    final override val message: String = parts.text

    /** The kind's stable name, such as `changed_since_review`, for logs and counters. */
    public val kind: String = parts.kind

    /** The server's own error code, if it answered with one. */
    public val code: String? = parts.code

    /** HTTP status of the last answer, if there was one. */
    public val status: Int? = parts.status

    /** The server's identifier of the request, to give to support. */
    public val requestId: String? = parts.requestId

    /** The server's details, as raw JSON. */
    public val details: String? = parts.details

    /** How long the server asked to wait. */
    public val retryAfter: Duration? = parts.retryAfter?.toKotlinDuration()

    /** [retryAfter] for Java. */
    @get:JvmName("getRetryAfter")
    public val retryAfterForJava: java.time.Duration? get() = retryAfter?.toJavaDuration()

    /** The operation that this leaves open. Keep it, and settle it with [Client.resolve]. */
    public val operation: Operation? = parts.operation?.let(::Operation)
}

/** The call itself is wrong and was refused, here or by the server. Nothing happened; mend the call. */
public class InvalidException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** The token is missing, wrong, expired or revoked. Set another token. */
public class AuthenticationException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** This account or guild may not do that. */
public class ForbiddenException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** No such trade, or this account has no part in it. */
public class NotFoundException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** Wrong state, or a clash with what happened before. Read the trade again. */
public class ConflictException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** What was reviewed is not what stands now. Show both snapshots to whoever decides. */
public class ChangedSinceReviewException internal constructor(parts: FailureParts) : AutoPlusException(parts) {
    private val change = checkNotNull(parts.change) { "a change comes with both snapshots" }

    /** The snapshot that the call was given. */
    public val reviewed: Trade = change.reviewed.toTrade()

    /** The trade as it stands. */
    public val current: Trade = change.current.toTrade()

    /** Names of the fields that differ, never empty. */
    public val fields: List<String> = change.fields

    /** Whether this call took effect all the same; null if that can't be told. */
    public val landed: Boolean? = change.landed
}

/** The challenge is past its time or was replaced. Request a new one. */
public class ChallengeExpiredException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** Understood but refused: address, crypto, participants, text. */
public class UnprocessableException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** Too many requests, and still after backing off. Nothing happened; wait [retryAfter]. */
public class RateLimitedException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** The server failed, at a call that moves nothing. */
public class ServerException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** No connection, at a call that moves nothing or before anything was sent. */
public class TransportException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** No answer in time, at a call that moves nothing. */
public class TimeoutException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** The answer of a call that moves nothing can't be read. */
public class DecodeException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/**
 * A mutation was sent and nothing proves whether it took effect. **Never start it anew**: repeat the same call with the
 * same operation name or challenge, or settle its [operation] later with [Client.resolve] or [Client.recover].
 */
public class OutcomeUnknownException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** An operation that excludes this one is still open, or a call is at it in this process or another. */
public class OperationInProgressException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** The store can't be used; nothing was sent. The message says what to mend. */
public class StoreException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** The client or stream was closed. */
public class ClosedException internal constructor(parts: FailureParts) : AutoPlusException(parts)

/** A defect in this library. */
public class BugException internal constructor(parts: FailureParts) : AutoPlusException(parts)
