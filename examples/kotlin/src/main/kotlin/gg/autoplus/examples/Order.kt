package gg.autoplus.examples

import gg.autoplus.Crypto
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

/** Command line arguments of the form `name=value`. */
class Arguments(args: Array<String>) {
    private val values = args.associate { it.substringBefore('=') to it.substringAfter('=') }

    operator fun get(name: String): String = optional(name) ?: error("the argument $name=… is missing")

    fun optional(name: String): String? = values[name]

    fun order(): Order =
        Order(
            id = this["order"],
            buyer = this["buyer"],
            shop = this["shop"],
            crypto = Crypto.of(this["crypto"]),
            price = BigDecimal(this["price"]),
            shopTerms = this["shop-terms"],
            buyerTerms = this["buyer-terms"],
        )
}
