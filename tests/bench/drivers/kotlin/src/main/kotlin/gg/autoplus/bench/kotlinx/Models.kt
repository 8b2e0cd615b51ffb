@file:UseSerializers(MoneyAsNumber::class, TimeAsSeconds::class)

package gg.autoplus.bench.kotlinx

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.UseSerializers
import kotlinx.serialization.json.JsonObject
import java.math.BigDecimal
import java.time.Instant

@Serializable
internal enum class Crypto {
    @SerialName("ltc")
    Ltc,

    @SerialName("sol")
    Sol,

    @SerialName("eth")
    Eth,

    @SerialName("bnb")
    Bnb,

    @SerialName("btc")
    Btc,

    @SerialName("pol")
    Pol,

    @SerialName("sol_usdt")
    SolUsdt,

    @SerialName("sol_usdc")
    SolUsdc,

    @SerialName("eth_usdt")
    EthUsdt,

    @SerialName("eth_usdc")
    EthUsdc,

    @SerialName("bnb_usdt")
    BnbUsdt,

    @SerialName("bnb_usdc")
    BnbUsdc,

    @SerialName("pol_usdt")
    PolUsdt,

    @SerialName("pol_usdc")
    PolUsdc,

    @SerialName("pol_usdce")
    PolUsdce,
}

@Serializable
internal enum class TradeStatus {
    @SerialName("waitingIdentification")
    WaitingIdentification,

    @SerialName("waitingTermsAcceptance")
    WaitingTermsAcceptance,

    @SerialName("waitingReceive")
    WaitingReceive,

    @SerialName("waitingConfirmations")
    WaitingConfirmations,

    @SerialName("waitingAction")
    WaitingAction,

    @SerialName("waitingReduceAmountAddress")
    WaitingReduceAmountAddress,

    @SerialName("waitingReturnAddress")
    WaitingReturnAddress,

    @SerialName("waitingAddress")
    WaitingAddress,

    @SerialName("completed")
    Completed,
}

@Serializable
internal enum class EventType {
    @SerialName("trade.snapshot")
    Snapshot,

    @SerialName("trade.created")
    Created,

    @SerialName("trade.identification.updated")
    IdentificationUpdated,

    @SerialName("trade.terms.updated")
    TermsUpdated,

    @SerialName("trade.status.changed")
    StatusChanged,

    @SerialName("trade.fund.execution.updated")
    FundExecutionUpdated,

    @SerialName("trade.support.updated")
    SupportUpdated,

    @SerialName("trade.closed")
    Closed,
}

@Serializable
internal enum class Action {
    @SerialName("release")
    Release,

    @SerialName("return")
    Return,
}

@Serializable
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

@Serializable
internal data class TradeTerms(val version: String, val sender: TermsSide, val receiver: TermsSide)

@Serializable
internal data class TermsSide(val text: String? = null, val confirmed: Boolean, val confirmedAt: Instant? = null)

@Serializable
internal data class Page(val events: List<TradeEvent>, val nextOffset: Long)

@Serializable
internal data class TradeEvent(
    val id: Long,
    val type: EventType,
    val occurredAt: Instant,
    val changes: JsonObject,
    val trade: Trade,
)

@Serializable
internal data class TradeToOpen(val crypto: Crypto, val sender: String, val receiver: String)

@Serializable
internal data class OpenedTrade(val id: String, val tradeId: Long)

@Serializable
internal data class ActionToRequest(val action: Action)

@Serializable
internal data class Challenge(
    val action: Action,
    val recipient: String,
    val confirmationCode: String,
    val expiresAt: Instant,
)

@Serializable
internal data class Confirmation(val action: Action, val recipient: String, val confirmationCode: String)
