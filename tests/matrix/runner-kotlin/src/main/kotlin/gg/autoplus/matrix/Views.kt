package gg.autoplus.matrix

import gg.autoplus.ActionChallenge
import gg.autoplus.AutoPlusException
import gg.autoplus.BtcFeeOption
import gg.autoplus.ChangedSinceReviewException
import gg.autoplus.ClaimChallenge
import gg.autoplus.FundExecution
import gg.autoplus.NextStep
import gg.autoplus.OpenedTrade
import gg.autoplus.Operation
import gg.autoplus.Server
import gg.autoplus.Settlement
import gg.autoplus.Stats
import gg.autoplus.TermsSide
import gg.autoplus.Trade
import gg.autoplus.TradeTerms
import gg.autoplus.Transaction
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

// Canonical views, built from public properties alone.

fun view(server: Server): JsonElement =
    view {
        "id" of server.id
        "name" of server.name
        "icon" of server.icon
        extra(server.extra)
    }

fun view(stats: Stats): JsonElement =
    view {
        "trades" of stats.trades
        "volume" of stats.volume
        "canceledTrades" of stats.canceledTrades
        "canceledVolume" of stats.canceledVolume
        "trades24h" of stats.trades24h
        "volume24h" of stats.volume24h
        extra(stats.extra)
    }

fun view(transaction: Transaction): JsonElement =
    view {
        "crypto" ofWord transaction.crypto
        "amount" of transaction.amount
        "amountUsd" of transaction.amountUsd
        "txid" of transaction.txid
        "txid2" of transaction.txid2
        "receivedAt" of transaction.receivedAt
        "closedAt" of transaction.closedAt
        extra(transaction.extra)
    }

fun view(opened: OpenedTrade): JsonElement =
    view {
        "id" of opened.id
        "tradeId" of opened.tradeId
        extra(opened.extra)
    }

fun view(trade: Trade): JsonElement =
    view {
        "id" of trade.id
        "tradeId" of trade.tradeId
        "revision" of trade.revision
        "openedAt" of trade.openedAt
        "crypto" ofWord trade.crypto
        "status" ofWord trade.status
        "sender" of trade.sender
        "receiver" of trade.receiver
        "identificationRevision" of trade.identificationRevision
        "identificationConfirmedBy" of trade.identificationConfirmedBy
        "terms" of trade.terms?.let(::terms)
        "address" of trade.address
        "fees" of trade.fees
        "feesUsd" of trade.feesUsd
        "amount" of trade.amount
        "amountUsd" of trade.amountUsd
        "receivedAt" of trade.receivedAt
        "txid" of trade.txid
        "settlementTxid" of trade.settlementTxid
        "fundControlsLocked" of trade.fundControlsLocked
        extra(trade.extra)
    }

private fun terms(terms: TradeTerms) =
    view {
        "version" of terms.version
        "sender" of side(terms.sender)
        "receiver" of side(terms.receiver)
        extra(terms.extra)
    }

private fun side(side: TermsSide) =
    view {
        "text" ofText side.text
        "confirmed" of side.confirmed
        "confirmedAt" of side.confirmedAt
        extra(side.extra)
    }

fun view(challenge: ActionChallenge): JsonElement =
    view {
        "tradeId" of challenge.tradeId
        "action" of challenge.action.wire
        "recipient" of challenge.recipient
        "expiresAt" of challenge.expiresAt
    }

fun view(challenge: ClaimChallenge): JsonElement =
    view {
        "tradeId" of challenge.tradeId
        "address" of challenge.address
        "crypto" ofWord challenge.crypto
        "expiresAt" of challenge.expiresAt
        "feeOptions" of challenge.feeOptions.map(::fee)
    }

private fun fee(option: BtcFeeOption) =
    view {
        "priority" ofWord option.priority
        "satPerVbyte" of option.satPerVbyte
        "estimatedCostUsd" of option.estimatedCostUsd
        extra(option.extra)
    }

fun view(execution: FundExecution): JsonElement =
    view {
        "executionId" of execution.executionId
        "status" of execution.status
        extra(execution.extra)
    }

fun view(step: NextStep): JsonElement =
    view {
        "step" of step.javaClass.simpleName.replaceFirstChar { it.lowercase() }
        when (step) {
            is NextStep.ChooseRole -> {
                "free" of step.free.map { it.wire }
            }

            is NextStep.Terms -> {
                "mine" ofText step.mine
                "theirs" ofText step.theirs
                "confirmedByMe" of step.confirmedByMe
                "confirmedByThem" of step.confirmedByThem
            }

            is NextStep.Deposit -> {
                "address" of step.address
                "crypto" ofWord step.crypto
            }

            is NextStep.Claim -> {
                "kind" of step.kind.wire
            }

            is NextStep.Closed -> {
                "outcome" ofWord step.outcome
            }

            is NextStep.Unknown -> {
                "status" of step.status
            }

            else -> {
                Unit
            }
        }
    }

fun view(error: AutoPlusException): JsonElement =
    view {
        "kind" of error.kind
        "code" of error.code
        "status" of error.status
        "requestId" of error.requestId
        "details" of error.details?.let(::openJson)
        "retryAfter" of error.retryAfter?.inWholeSeconds
        "operation" of error.operation?.let(::view)
        "change" of (error as? ChangedSinceReviewException)?.let(::change)
        "message" of error.message
    }

fun view(operation: Operation): JsonElement =
    view {
        "name" of operation.name
        "kind" of operation.kind.wire
        "tradeId" of operation.tradeId
        "state" of operation.state.wire
        "values" of JsonObject(operation.values.mapValues { JsonPrimitive(it.value) })
        "idempotencyKey" of operation.idempotencyKey
        "body" of operation.body
    }

fun view(settlement: Settlement): JsonElement =
    view {
        "operation" of view(settlement.operation)
        "verdict" of settlement.verdict.wire
        "by" of settlement.by?.wire
        "opened" of settlement.opened?.let(::view)
        "trade" of settlement.trade?.let(::view)
        "execution" of settlement.execution?.let(::view)
        "message" of settlement.message
    }

private fun change(error: ChangedSinceReviewException) =
    view {
        "fields" of error.fields
        "landed" of error.landed
        "reviewed" of view(error.reviewed)
        "current" of view(error.current)
    }
