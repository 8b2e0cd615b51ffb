package gg.autoplus.testing

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject

/** An event that [Simulator.happen] made. */
public data class Happened(
    /** Discord thread ID. */
    val trade: String,
    /** The event's id. */
    val id: Long,
) {
    internal constructor(json: JsonObject) : this(trade = json.text("trade"), id = json.text("id").toLong())
}

/** How trades are polled: the sums over those of [of], but the greatest [most]. */
public data class Polls(
    /** Connections that the server has open. */
    val connections: Int,
    /** Polls that wait now. */
    val waiting: Int,
    /** The most that ever waited at once of one trade and token. */
    val most: Int,
    /** Polls that came, those included that were one too many. */
    val came: Int,
    /** Polls that were refused as one too many. */
    val refused: Int,
    /** Each trade and token that polled. */
    val of: List<PollsOf>,
) {
    internal constructor(json: JsonObject) : this(
        connections = json.text("connections").toInt(),
        waiting = json.text("waiting").toInt(),
        most = json.text("most").toInt(),
        came = json.text("came").toInt(),
        refused = json.text("refused").toInt(),
        of = (json.getValue("of") as JsonArray).map { PollsOf(it.jsonObject) },
    )
}

/** How one trade is polled under one token. */
public data class PollsOf(
    /** Discord thread ID. */
    val trade: String,
    /** The token. */
    val token: String,
    /** Polls that wait now. */
    val waiting: Int,
    /** The most that ever waited at once. */
    val most: Int,
    /** Polls that came, those included that were one too many. */
    val came: Int,
    /** Polls that were refused as one too many. */
    val refused: Int,
) {
    internal constructor(json: JsonObject) : this(
        trade = json.text("trade"),
        token = json.text("token"),
        waiting = json.text("waiting").toInt(),
        most = json.text("most").toInt(),
        came = json.text("came").toInt(),
        refused = json.text("refused").toInt(),
    )
}
