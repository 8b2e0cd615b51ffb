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

internal data class Trade(
    val id: String,
    val tradeId: Long,
    val revision: Long,
    val openedAt: Instant,
    val crypto: Crypto,
    val status: TradeStatus,
    val sender: String? = null,
    val receiver: String? = null,
    val identificationRevision: Long,
    val identificationConfirmedBy: List<String>,
    val terms: TradeTerms? = null,
    val address: String? = null,
    val fees: BigDecimal? = null,
    val feesUsd: BigDecimal? = null,
    val amount: BigDecimal? = null,
    val amountUsd: BigDecimal? = null,
    val receivedAt: Instant? = null,
    val txid: String? = null,
    val settlementTxid: String? = null,
    val fundControlsLocked: Boolean = false,
)

internal data class TradeTerms(val version: String, val sender: TermsSide, val receiver: TermsSide)

internal data class TermsSide(val text: String? = null, val confirmed: Boolean, val confirmedAt: Instant? = null)

internal data class Page(val events: List<TradeEvent>, val nextOffset: Long)

internal data class TradeEvent(
    val id: Long,
    val type: EventType,
    val occurredAt: Instant,
    val changes: JsonNode,
    val trade: Trade,
)

internal data class TradeToOpen(val crypto: Crypto, val sender: String, val receiver: String)

internal data class OpenedTrade(val id: String, val tradeId: Long)

internal data class ActionToRequest(val action: Action)

internal data class Challenge(
    val action: Action,
    val recipient: String,
    val confirmationCode: String,
    val expiresAt: Instant,
)

internal data class Confirmation(val action: Action, val recipient: String, val confirmationCode: String)
