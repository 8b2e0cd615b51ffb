package gg.autoplus.matrix

import gg.autoplus.Execution
import gg.autoplus.FollowedTrade
import gg.autoplus.Gap
import gg.autoplus.StreamEnd
import gg.autoplus.StreamStats
import gg.autoplus.Trade
import gg.autoplus.TradeEvent
import gg.autoplus.TradeStream
import gg.autoplus.Watched
import kotlinx.serialization.json.JsonElement

// Canonical views of streams and of what they give.

fun view(stream: TradeStream): JsonElement =
    view {
        "tradeId" of stream.tradeId
        "consumer" of stream.consumer
        "offset" of stream.offset
    }

fun view(events: List<TradeEvent>, end: StreamEnd?): JsonElement =
    view {
        "events" of events.map(::event)
        end?.let { ended(it) }
    }

fun view(watched: Watched): JsonElement =
    view {
        "tradeId" of watched.tradeId
        when (watched) {
            is Watched.Event -> {
                "event" of event(watched.event)
            }

            is Watched.Ended -> {
                ended(watched.end)
            }

            is Watched.Failed -> {
                "error" of view(watched.error)
                "over" of watched.over
            }
        }
    }

private fun View.ended(end: StreamEnd) =
    when (end) {
        is StreamEnd.Closed -> {
            "end" of "closed"
            "outcome" ofWord end.outcome
        }

        is StreamEnd.NoLongerAvailable -> {
            "end" of "noLongerAvailable"
        }
    }

private fun event(event: TradeEvent) =
    view {
        "id" of event.id
        "type" ofWord event.type
        "occurredAt" of event.occurredAt
        "offset" of event.offset
        "trade" of view(event.trade)
        "outcome" ofWord event.changes.outcome
        "execution" of event.changes.execution?.let(::execution)
        "gap" of event.gap?.let { gap(it, event.trade) }
        extra(event.extra)
    }

private fun execution(execution: Execution) =
    view {
        "id" of execution.id
        "state" ofWord execution.state
        "reason" of execution.reason
    }

private fun gap(gap: Gap, current: Trade) =
    view {
        "fields" of gap.fields
        "lastKnown" of gap.lastKnown?.let(::view)
        "current" of view(current)
    }

fun view(stats: StreamStats): JsonElement =
    view {
        "streams" of stats.streams
        "trades" of stats.trades
        "pollsInFlight" of stats.pollsInFlight
        "waiting" of stats.waiting
        "silent" of stats.silent
        "polls" of stats.polls
        "events" of stats.events
        "reconnects" of stats.reconnects
        "gaps" of stats.gaps
        "dropped" of stats.dropped
        "notAdvancing" of stats.notAdvancing
    }

fun view(followed: FollowedTrade): JsonElement =
    view {
        "tradeId" of followed.tradeId
        "streams" of followed.streams
        "polling" of followed.polling
        "hasGoodPoll" of (followed.lastGoodPoll != null)
        "failures" of followed.failures
        "lag" of followed.lag
        "silent" of followed.silent
        "error" of followed.error?.kind
    }
