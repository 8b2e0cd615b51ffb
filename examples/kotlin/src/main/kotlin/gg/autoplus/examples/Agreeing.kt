package gg.autoplus.examples

import gg.autoplus.ChangedSinceReviewException
import gg.autoplus.Client
import gg.autoplus.ConflictException
import gg.autoplus.NextStep
import gg.autoplus.NotFoundException
import gg.autoplus.StreamEnd
import gg.autoplus.Text
import gg.autoplus.Trade

/** Calls [act] with the trade as it stands whenever something happened, until the trade is over; how it ended. */
suspend fun Client.follow(tradeId: String, act: suspend (Trade) -> Unit): StreamEnd? {
    val events = events(tradeId)
    events.collect {
        try {
            act(trade(tradeId))
        } catch (_: ChangedSinceReviewException) {
            println("the trade moved on meanwhile, looking again")
        } catch (_: ConflictException) {
            println("the trade moved on meanwhile, looking again")
        } catch (_: NotFoundException) {
            // It closed meanwhile: the last event comes next.
        }
    }
    return events.end
}

/** Confirms sender and receiver of a trade that is the order's. */
suspend fun Client.confirmParties(trade: Trade, order: Order) {
    if (!order.fits(trade)) throw NeedsAPerson("trade ${trade.id} isn't about order ${order.id}")
    confirmIdentification(trade)
    println("confirmed who sends and who receives")
}

/** Sets one's own terms, then confirms both once they are the order's. */
suspend fun Client.agree(trade: Trade, terms: NextStep.Terms, order: Order, own: String) {
    when {
        terms.mine != Text(own) -> {
            setTerms(trade, own)
            println("set my terms: $own")
        }

        terms.theirs == null || terms.confirmedByMe -> {
            Unit
        }

        // The other side is next.
        !order.fitsTerms(trade) -> {
            throw NeedsAPerson("their terms aren't those of order ${order.id}: ${terms.theirs}")
        }

        else -> {
            confirmTerms(trade)
            println("confirmed both terms")
        }
    }
}
