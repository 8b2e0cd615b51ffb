package gg.autoplus

import gg.autoplus.internal.BridgeException
import gg.autoplus.internal.FailureParts
import gg.autoplus.internal.InternalException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.coroutineContext

/** Runs a call of the bridge; its failure becomes the exception of its kind. */
internal inline fun <T> bridged(call: () -> T): T {
    Library.need()
    return try {
        call()
    } catch (failed: BridgeException.Failed) {
        throw failed.failure.toException()
    } catch (_: CharacterCodingException) {
        throw halfAnEmoji()
    } catch (panic: InternalException) {
        throw bug(panic.message.orEmpty())
    }
}

/** Writes what goes over the bridge. */
internal inline fun <T> written(write: () -> T): T =
    try {
        write()
    } catch (_: CharacterCodingException) {
        throw halfAnEmoji()
    }

internal fun halfAnEmoji(): InvalidException {
    val advice = "a text holds half an emoji (a lone surrogate): cut texts between whole characters"
    return InvalidException(failure("invalid", "$advice. Nothing was sent"))
}

/**
 * The same for a call that suspends. Its result arrives on the library's own thread, so whoever has no dispatcher goes
 * on elsewhere: code of a user would stop all other calls there.
 */
internal suspend fun <T> awaiting(call: suspend () -> T): T {
    val dispatcher = coroutineContext[ContinuationInterceptor]
    if (dispatcher == null || dispatcher == Dispatchers.Unconfined) {
        return withContext(Dispatchers.Default) { bridged { call() } }
    }
    return bridged { call() }
}

internal fun bug(why: String): BugException =
    BugException(failure("bug", "a defect in autoplus, please report it: $why"))

internal fun failure(kind: String, text: String): FailureParts =
    FailureParts(
        kind = kind,
        text = text,
        code = null,
        status = null,
        requestId = null,
        details = null,
        retryAfter = null,
        operation = null,
        change = null,
    )

internal fun FailureParts.toException(): AutoPlusException =
    when (kind) {
        "invalid" -> InvalidException(this)
        "authentication" -> AuthenticationException(this)
        "forbidden" -> ForbiddenException(this)
        "not_found" -> NotFoundException(this)
        "conflict" -> ConflictException(this)
        "changed_since_review" -> ChangedSinceReviewException(this)
        "challenge_expired" -> ChallengeExpiredException(this)
        "unprocessable" -> UnprocessableException(this)
        "rate_limited" -> RateLimitedException(this)
        "server" -> ServerException(this)
        "transport" -> TransportException(this)
        "timeout" -> TimeoutException(this)
        "decode" -> DecodeException(this)
        "outcome_unknown" -> OutcomeUnknownException(this)
        "operation_in_progress" -> OperationInProgressException(this)
        "store" -> StoreException(this)
        "closed" -> ClosedException(this)
        "bug" -> BugException(this)
        else -> bug("an error of the unknown kind $kind: $text")
    }
