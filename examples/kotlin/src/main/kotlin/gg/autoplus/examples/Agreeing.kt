package gg.autoplus.examples

import gg.autoplus.Client
import gg.autoplus.NextStep
import gg.autoplus.Text
import gg.autoplus.Trade

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
            throw NeedsAPerson("their terms aren't those of order ${order.id}: ${quoted(terms.theirs)}")
        }

        else -> {
            confirmTerms(trade)
            println("confirmed both terms")
        }
    }
}

/** Somebody else's text, made safe to print: what could move the cursor or turn the line around is escaped. */
fun quoted(text: Text?): String =
    text?.value.orEmpty().map { if (it in ODD) "\\u%04x".format(it.code) else "$it" }.joinToString("", "\"", "\"")

private operator fun Set<CharCategory>.contains(character: Char): Boolean = character.category in this

private val ODD =
    setOf(
        CharCategory.CONTROL,
        CharCategory.FORMAT,
        CharCategory.LINE_SEPARATOR,
        CharCategory.PARAGRAPH_SEPARATOR,
        CharCategory.SURROGATE,
    )
