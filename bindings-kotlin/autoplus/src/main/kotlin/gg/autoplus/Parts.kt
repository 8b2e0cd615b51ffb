package gg.autoplus

import gg.autoplus.internal.ChangesParts
import gg.autoplus.internal.EndParts
import gg.autoplus.internal.EventParts
import gg.autoplus.internal.FeeParts
import gg.autoplus.internal.FfiConverterTypeEventParts
import gg.autoplus.internal.FfiConverterTypeTradeParts
import gg.autoplus.internal.FollowedTradeParts
import gg.autoplus.internal.FundExecutionParts
import gg.autoplus.internal.OpenedTradeParts
import gg.autoplus.internal.ServerParts
import gg.autoplus.internal.StatsParts
import gg.autoplus.internal.StepParts
import gg.autoplus.internal.StreamStatsParts
import gg.autoplus.internal.TermsParts
import gg.autoplus.internal.TermsSideParts
import gg.autoplus.internal.TextParts
import gg.autoplus.internal.TradeParts
import gg.autoplus.internal.TransactionParts
import java.math.BigDecimal
import java.nio.ByteBuffer
import java.time.Instant
import kotlin.time.toKotlinDuration

// What crosses the bridge, and what people see: field by field.

internal fun readTrade(bytes: ByteBuffer): Trade = FfiConverterTypeTradeParts.read(bytes).toTrade()

internal fun readEvent(bytes: ByteBuffer): TradeEvent = FfiConverterTypeEventParts.read(bytes).toEvent()

internal fun TradeParts.toTrade(): Trade =
    Trade(
        id = id,
        tradeId = tradeId,
        revision = revision,
        openedAt = time(openedAt),
        crypto = Crypto.of(crypto),
        status = TradeStatus.of(status),
        sender = sender,
        receiver = receiver,
        identificationRevision = identificationRevision,
        identificationConfirmedBy = identificationConfirmedBy,
        terms = terms?.toTerms(),
        address = address,
        fees = fees?.let(::money),
        feesUsd = feesUsd?.let(::money),
        amount = amount?.let(::money),
        amountUsd = amountUsd?.let(::money),
        receivedAt = receivedAt?.let(::time),
        txid = txid,
        settlementTxid = settlementTxid,
        fundControlsLocked = fundControlsLocked,
        extra = extra,
        provenance = Provenance(this),
    )

/** The way back: the core compares these values with those of the snapshot before it believes them. */
internal fun Trade.toParts(): TradeParts =
    TradeParts(
        id = id,
        tradeId = tradeId,
        revision = revision,
        openedAt = openedAt.epochSecond,
        crypto = crypto.wire,
        status = status.wire,
        sender = sender,
        receiver = receiver,
        identificationRevision = identificationRevision,
        identificationConfirmedBy = identificationConfirmedBy,
        terms = terms?.toParts(),
        address = address,
        fees = fees?.toString(),
        feesUsd = feesUsd?.toString(),
        amount = amount?.toString(),
        amountUsd = amountUsd?.toString(),
        receivedAt = receivedAt?.epochSecond,
        txid = txid,
        settlementTxid = settlementTxid,
        fundControlsLocked = fundControlsLocked,
        extra = extra,
        oddJson = provenance.snapshot.oddJson,
        isFromServer = provenance.isFromServer,
    )

private fun TermsParts.toTerms() = TradeTerms(version, sender.toSide(), receiver.toSide(), extra)

private fun TradeTerms.toParts() = TermsParts(version, sender.toParts(), receiver.toParts(), extra)

private fun TermsSideParts.toSide() = TermsSide(text?.toText(), confirmed, confirmedAt?.let(::time), extra)

private fun TermsSide.toParts() =
    TermsSideParts(text?.let { TextParts(it.value, it.isExact) }, confirmed, confirmedAt?.epochSecond, extra)

private fun TextParts.toText() = Text(asStr, isExact)

internal fun OpenedTradeParts.toOpened(): OpenedTrade = OpenedTrade(id, tradeId, extra)

internal fun ServerParts.toServer(): Server = Server(id, name, icon, extra)

internal fun StatsParts.toStats(): Stats =
    Stats(
        trades = trades,
        volume = money(volume),
        canceledTrades = canceledTrades,
        canceledVolume = money(canceledVolume),
        trades24h = trades24h,
        volume24h = money(volume24h),
        extra = extra,
    )

internal fun TransactionParts.toTransaction(): Transaction =
    Transaction(
        crypto = Crypto.of(crypto),
        amount = money(amount),
        amountUsd = money(amountUsd),
        txid = txid,
        txid2 = txid2,
        receivedAt = time(receivedAt),
        closedAt = time(closedAt),
        extra = extra,
    )

internal fun EventParts.toEvent(): TradeEvent =
    TradeEvent(
        id = id,
        type = EventType.of(kind),
        occurredAt = time(occurredAt),
        changes = changes.toChanges(),
        trade = trade.toTrade(),
        gap = gap?.let { Gap(it.lastKnown?.toTrade(), it.fields) },
        offset = offset,
        extra = extra,
    )

private fun ChangesParts.toChanges() =
    Changes(
        rawJson = rawJson,
        outcome = outcome?.let(Outcome::of),
        execution = execution?.let { Execution(it.id, ExecutionState.of(it.state), it.reason) },
    )

internal fun EndParts.toEnd(): StreamEnd =
    when (this) {
        is EndParts.Closed -> StreamEnd.Closed(Outcome.of(outcome))
        is EndParts.NoLongerAvailable -> StreamEnd.NoLongerAvailable
    }

internal fun StreamStatsParts.toStats(): StreamStats =
    StreamStats(
        streams = streams,
        trades = trades,
        pollsInFlight = pollsInFlight,
        waiting = waiting,
        silent = silent,
        polls = polls,
        events = events,
        reconnects = reconnects,
        gaps = gaps,
        dropped = dropped,
        notAdvancing = notAdvancing,
    )

internal fun FollowedTradeParts.toFollowed(): FollowedTrade =
    FollowedTrade(
        tradeId = tradeId,
        streams = streams,
        polling = polling,
        lastGoodPoll = lastGoodPoll?.toKotlinDuration(),
        failures = failures,
        lag = lag,
        silent = silent,
        error = failure?.toException(),
    )

internal fun FeeParts.toOption(): BtcFeeOption =
    BtcFeeOption(Priority.of(priority), money(satPerVbyte), estimatedCostUsd?.let(::money), extra)

internal fun BtcFeeOption.toParts(): FeeParts =
    FeeParts(priority.wire, satPerVbyte.toString(), estimatedCostUsd?.toString(), extra)

internal fun FundExecutionParts.toExecution(): FundExecution = FundExecution(executionId, status, extra)

internal fun StepParts.toStep(): NextStep =
    when (this) {
        is StepParts.ChooseRole -> NextStep.ChooseRole(free.map { word -> Role.entries.first { it.wire == word } })
        is StepParts.ConfirmIdentification -> NextStep.ConfirmIdentification
        is StepParts.Terms -> NextStep.Terms(mine?.toText(), theirs?.toText(), confirmedByMe, confirmedByThem)
        is StepParts.Deposit -> NextStep.Deposit(address, Crypto.of(crypto))
        is StepParts.MayRelease -> NextStep.MayRelease
        is StepParts.MayReturn -> NextStep.MayReturn
        is StepParts.Claim -> NextStep.Claim(ClaimKind.entries.first { it.wire == kind })
        is StepParts.PayoutPending -> NextStep.PayoutPending
        is StepParts.Blocked -> NextStep.Blocked
        is StepParts.Wait -> NextStep.Wait
        is StepParts.Closed -> NextStep.Closed(Outcome.of(outcome))
        is StepParts.Unknown -> NextStep.Unknown(status)
    }

private fun time(seconds: Long): Instant = Instant.ofEpochSecond(seconds)

private fun money(text: String): BigDecimal =
    text.toBigDecimalOrNull() ?: throw DecodeException(failure("decode", "no number can be as large as $text"))
