package gg.autoplus.examples

import gg.autoplus.Crypto
import gg.autoplus.NextStep
import gg.autoplus.Text
import gg.autoplus.Trade
import java.math.BigDecimal

/** What both sides agreed on before they came to AutoPlus. Everything in a trade is compared with it. */
data class Order(
    val id: String,
    /** Discord user who pays: the trade's sender. */
    val buyer: String,
    /** Discord user who delivers: the trade's receiver. */
    val shop: String,
    val crypto: Crypto,
    /** How much at least. */
    val price: BigDecimal,
    val shopTerms: String,
    val buyerTerms: String,
) {
    /** The right people in the right roles, and the right crypto. */
    fun fits(trade: Trade): Boolean = trade.sender == buyer && trade.receiver == shop && trade.crypto == crypto

    /** Word by word; text that can't be read exactly never fits. */
    fun fitsTerms(trade: Trade): Boolean =
        trade.terms?.sender?.text == Text(buyerTerms) && trade.terms?.receiver?.text == Text(shopTerms)
}

/** Something that a program must not decide. */
class NeedsAPerson(message: String) : Exception(message)

/** Stops at the steps that neither the shop nor the buyer goes on from alone. */
fun refuseSurprises(trade: Trade, step: NextStep) {
    when (step) {
        is NextStep.Unknown -> throw NeedsAPerson("trade ${trade.id} is at the unknown status ${step.status}")
        is NextStep.ChooseRole -> throw NeedsAPerson("somebody reset the roles of trade ${trade.id}")
        else -> Unit
    }
}
