package gg.autoplus.matrix

import gg.autoplus.Client
import gg.autoplus.Crypto
import gg.autoplus.Operation
import gg.autoplus.Role
import gg.autoplus.Trade
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

// Every call of the vocabulary. All arguments are read, and none may be left, before anything is called.

val NOTHING = Saved(JsonObject(emptyMap()))

private val ON_TRADE =
    setOf(
        "choose_role", "confirm_identification", "reset_identification", "set_terms", "confirm_terms",
        "request_release", "request_return", "request_claim", "next_step", "rebuilt",
    )

/** Calls that go through a challenge, a stream, a watch or notes, which know their client. */
suspend fun withoutClient(name: String, arguments: Arguments): Saved =
    when (name) {
        "confirm_action" -> {
            val (challenge, operation) = arguments.action() to arguments.optionalText("operation")
            arguments.end()
            saved(challenge.confirm(operation))
        }

        "confirm_claim" -> {
            confirmClaim(arguments)
        }

        "next", "commit", "close_stream" -> {
            onStream(name, arguments)
        }

        "next_notes" -> {
            nextNotes(arguments)
        }

        "watch_next", "watch_each", "watch_add", "watch_remove", "watch_trades", "close_watch" -> {
            onWatch(name, arguments)
        }

        else -> {
            fail("$name isn't known, or needs `as`")
        }
    }

private suspend fun confirmClaim(arguments: Arguments): Saved {
    val challenge = arguments.claim("challenge")
    val offering = arguments.optionalClaim("fee_of") ?: challenge
    val (priority, operation) = arguments.optionalText("fee") to arguments.optionalText("operation")
    arguments.end()
    val fee =
        priority?.let { wanted ->
            offering.feeOptions.find { it.priority.wire == wanted } ?: fail("no fee $wanted was offered")
        }
    return Saved(view(challenge.confirm(fee, operation).shown()))
}

suspend fun call(client: Client, name: String, arguments: Arguments): Saved =
    when (name) {
        "servers", "stats", "transactions" -> {
            arguments.end()
            when (name) {
                "servers" -> Saved(JsonArray(client.servers().shown().map(::view)))
                "stats" -> Saved(view(client.stats().shown()))
                else -> Saved(JsonArray(client.transactions().shown().map(::view)))
            }
        }

        "open_trade" -> {
            openTrade(client, arguments)
        }

        "trade" -> {
            val id = arguments.text("id")
            arguments.end()
            saved(client.trade(id))
        }

        "events" -> {
            events(client, arguments)
        }

        "open_stream" -> {
            openStream(client, arguments)
        }

        "open_watch" -> {
            openWatch(client, arguments)
        }

        "open_notes" -> {
            openNotes(client, arguments)
        }

        "wait_for" -> {
            waitFor(client, arguments)
        }

        "stream_stats", "followed_trades" -> {
            arguments.end()
            when (name) {
                "stream_stats" -> Saved(view(client.streamStats().shown()))
                else -> Saved(JsonArray(client.followedTrades().shown().map(::view)))
            }
        }

        "set_token" -> {
            val token = arguments.text("token")
            arguments.end()
            client.setToken(token)
            NOTHING
        }

        "close" -> {
            arguments.end()
            client.close()
            NOTHING
        }

        "pending_operations", "known_trades", "recover", "resolve", "forget" -> {
            onOperations(client, name, arguments)
        }

        else -> {
            onTrade(client, name, arguments)
        }
    }

private suspend fun openTrade(client: Client, arguments: Arguments): Saved {
    val (guild, crypto) = arguments.text("guild") to Crypto.of(arguments.text("crypto"))
    val (sender, receiver) = arguments.text("sender") to arguments.text("receiver")
    val operation = arguments.optionalText("operation")
    arguments.end()
    val opened =
        client.openTrade(guild, crypto = crypto, sender = sender, receiver = receiver, operation = operation)
    return Saved(view(opened.shown()))
}

/** Calls about what was begun before. */
private suspend fun onOperations(client: Client, name: String, arguments: Arguments): Saved {
    val replay = name == "resolve" && arguments.flag("replay")
    val pending = if (name == "resolve") arguments.optionalText("pending") else null
    val given = if (name == "resolve" && pending == null) arguments.operation() else null
    val forgotten = if (name == "forget") arguments.text("operation") else null
    arguments.end()
    return Saved(
        when (name) {
            "pending_operations" -> JsonArray(client.pendingOperations().shown().map(::view))
            "known_trades" -> JsonArray(client.knownTrades().shown().map(::JsonPrimitive))
            "recover" -> JsonArray(client.recover().shown().map(::view))
            "forget" -> JsonPrimitive(client.forget(forgotten!!).shown())
            else -> view(client.resolve(given?.serialised() ?: client.pending(pending!!), replay).shown())
        },
    )
}

private fun Operation.serialised() = Operation.fromJson(toJson())

private suspend fun Client.pending(name: String) =
    pendingOperations().find { it.name == name } ?: fail("no operation $name is pending")

/** Calls that take a snapshot. */
private suspend fun onTrade(client: Client, name: String, arguments: Arguments): Saved {
    if (name !in ON_TRADE) fail("$name isn't known")
    val trade = arguments.trade()
    val role = if (name == "choose_role") role(arguments.text("role")) else null
    val text = if (name == "set_terms") arguments.optionalText("text") else null
    val address = if (name == "request_claim") arguments.text("address") else null
    arguments.end()
    return when (name) {
        "choose_role" -> saved(client.chooseRole(trade, role!!))
        "confirm_identification" -> saved(client.confirmIdentification(trade))
        "reset_identification" -> saved(client.resetIdentification(trade))
        "set_terms" -> saved(client.setTerms(trade, text))
        "confirm_terms" -> saved(client.confirmTerms(trade))
        "request_release" -> client.requestRelease(trade).shown().let { Saved(view(it), it) }
        "request_return" -> client.requestReturn(trade).shown().let { Saved(view(it), it) }
        "request_claim" -> client.requestClaim(trade, address!!).shown().let { Saved(view(it), it) }
        "next_step" -> Saved(view(client.nextStep(trade).shown()))
        else -> saved(Trade.fromJson(trade.toJson()))
    }
}

fun saved(trade: Trade) = Saved(view(trade.shown()), trade)

private fun role(word: String): Role = Role.entries.find { it.wire == word } ?: fail("the role $word isn't known")
