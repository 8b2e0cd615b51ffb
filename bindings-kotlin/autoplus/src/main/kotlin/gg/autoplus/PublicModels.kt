package gg.autoplus

import java.math.BigDecimal
import java.time.Instant

/** A Discord server that AutoPlus is in. */
public data class Server(
    /** Discord server ID. */
    val id: String,
    /** Discord server name. */
    val name: String,
    /** URL of the server's icon, if it has one. */
    val icon: String?,
    /** Fields that this version doesn't know, each as raw JSON. */
    val extra: Map<String, String> = emptyMap(),
)

/** Global trade statistics. */
public data class Stats(
    /** Completed and canceled trades. */
    val trades: Long,
    /** Completed and canceled volume in USD. */
    val volume: BigDecimal,
    /** Canceled trades. */
    val canceledTrades: Long,
    /** Canceled volume in USD. */
    val canceledVolume: BigDecimal,
    /** Trades recorded during the last 24 hours. */
    val trades24h: Long,
    /** Volume recorded during the last 24 hours in USD. */
    val volume24h: BigDecimal,
    /** Fields that this version doesn't know, each as raw JSON. */
    val extra: Map<String, String> = emptyMap(),
)

/** One of the ten most recent public transactions. */
public data class Transaction(
    /** Crypto used by the trade. */
    val crypto: Crypto,
    /** Amount in that crypto. */
    val amount: BigDecimal,
    /** The amount valued in USD. */
    val amountUsd: BigDecimal,
    /** Incoming escrow transaction ID. */
    val txid: String,
    /** Settlement transaction ID. */
    val txid2: String,
    /** When escrow received the funds. */
    val receivedAt: Instant,
    /** When the trade closed. */
    val closedAt: Instant,
    /** Fields that this version doesn't know, each as raw JSON. */
    val extra: Map<String, String> = emptyMap(),
)
