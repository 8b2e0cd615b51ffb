package gg.autoplus.testing

import kotlinx.serialization.json.JsonObject

/** A trade of the simulator, and what was done in it. */
public data class SimulatedTrade(
    /** Discord thread ID. */
    val id: String,
    /** Where it stands, as the API calls it. */
    val status: String,
    /** Discord user who opened it. */
    val createdBy: String,
    /** What API requests changed in it. */
    val effects: Effects,
) {
    internal constructor(json: JsonObject) : this(
        id = json.text("id"),
        status = json.text("status"),
        createdBy = json.text("created_by"),
        effects = Effects(json.getValue("effects").jsonObject),
    )
}

/**
 * What API requests changed in a trade. Repeated answers, refusals and confirmations that changed nothing don't count,
 * nor do moves in Discord.
 */
public data class Effects(
    /** Whether it was opened by a request: 0 or 1. */
    val creates: Int,
    /** Chosen roles, resets, new terms. */
    val changes: Int,
    /** Confirmations of identification and terms. */
    val confirms: Int,
    /** Releases and returns. */
    val actions: Int,
    /** Accepted claims. */
    val executions: Int,
) {
    internal constructor(json: JsonObject) : this(
        creates = json.text("creates").toInt(),
        changes = json.text("changes").toInt(),
        confirms = json.text("confirms").toInt(),
        actions = json.text("actions").toInt(),
        executions = json.text("executions").toInt(),
    )
}
