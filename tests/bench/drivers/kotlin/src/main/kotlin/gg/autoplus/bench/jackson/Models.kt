package gg.autoplus.bench.jackson

import com.fasterxml.jackson.annotation.JsonProperty
import com.fasterxml.jackson.databind.JsonNode
import java.math.BigDecimal
import java.time.Instant

internal enum class Crypto {
    @JsonProperty("ltc")
    Ltc,

    @JsonProperty("sol")
    Sol,

    @JsonProperty("eth")
    Eth,

    @JsonProperty("bnb")
    Bnb,

    @JsonProperty("btc")
    Btc,

    @JsonProperty("pol")
    Pol,

    @JsonProperty("sol_usdt")
    SolUsdt,

    @JsonProperty("sol_usdc")
    SolUsdc,

    @JsonProperty("eth_usdt")
    EthUsdt,

    @JsonProperty("eth_usdc")
    EthUsdc,

    @JsonProperty("bnb_usdt")
    BnbUsdt,

    @JsonProperty("bnb_usdc")
    BnbUsdc,

    @JsonProperty("pol_usdt")
    PolUsdt,

    @JsonProperty("pol_usdc")
    PolUsdc,

    @JsonProperty("pol_usdce")
    PolUsdce,
}

internal enum class TradeStatus {
    @JsonProperty("waitingIdentification")
    WaitingIdentification,

    @JsonProperty("waitingTermsAcceptance")
    WaitingTermsAcceptance,

    @JsonProperty("waitingReceive")
    WaitingReceive,

    @JsonProperty("waitingConfirmations")
    WaitingConfirmations,

    @JsonProperty("waitingAction")
    WaitingAction,

    @JsonProperty("waitingReduceAmountAddress")
    WaitingReduceAmountAddress,

    @JsonProperty("waitingReturnAddress")
    WaitingReturnAddress,

    @JsonProperty("waitingAddress")
    WaitingAddress,

    @JsonProperty("completed")
    Completed,
}

internal enum class EventType {
    @JsonProperty("trade.snapshot")
    Snapshot,

    @JsonProperty("trade.created")
    Created,

    @JsonProperty("trade.identification.updated")
    IdentificationUpdated,

    @JsonProperty("trade.terms.updated")
    TermsUpdated,

    @JsonProperty("trade.status.changed")
    StatusChanged,

    @JsonProperty("trade.fund.execution.updated")
    FundExecutionUpdated,

    @JsonProperty("trade.support.updated")
    SupportUpdated,

    @JsonProperty("trade.closed")
    Closed,
}

internal enum class Action {
    @JsonProperty("release")
    Release,

    @JsonProperty("return")
    Return,
}

@JvmRecord
internal data class Trade(
    val id: String,
    val tradeId: Long,
    val revision: Long,
    val openedAt: Instant,
    val crypto: Crypto,
    val status: TradeStatus,
    val sender: String?,
    val receiver: String?,
    val identificationRevision: Long,
    val identificationConfirmedBy: List<String>,
    val terms: TradeTerms?,
    val address: String?,
    val fees: BigDecimal?,
    val feesUsd: BigDecimal?,
    val amount: BigDecimal?,
    val amountUsd: BigDecimal?,
    val receivedAt: Instant?,
    val txid: String?,
    val settlementTxid: String?,
    val fundControlsLocked: Boolean,
)

@JvmRecord
internal data class TradeTerms(val version: String, val sender: TermsSide, val receiver: TermsSide)

@JvmRecord
internal data class TermsSide(val text: String?, val confirmed: Boolean, val confirmedAt: Instant?)

@JvmRecord
internal data class Page(val events: List<TradeEvent>, val nextOffset: Long)

@JvmRecord
internal data class TradeEvent(
    val id: Long,
    val type: EventType,
    val occurredAt: Instant,
    val changes: JsonNode,
    val trade: Trade,
)

@JvmRecord
internal data class TradeToOpen(val crypto: Crypto, val sender: String, val receiver: String)

@JvmRecord
internal data class OpenedTrade(val id: String, val tradeId: Long)

@JvmRecord
internal data class ActionToRequest(val action: Action)

@JvmRecord
internal data class Challenge(
    val action: Action,
    val recipient: String,
    val confirmationCode: String,
    val expiresAt: Instant,
)

@JvmRecord
internal data class Confirmation(val action: Action, val recipient: String, val confirmationCode: String)
