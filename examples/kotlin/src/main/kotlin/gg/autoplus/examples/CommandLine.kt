package gg.autoplus.examples

import gg.autoplus.Client
import gg.autoplus.Crypto
import gg.autoplus.StreamEnd
import java.math.BigDecimal

/** The command line's `--name value` pairs. */
class Arguments(args: Array<String>) {
    private val values = args.toList().chunked(2).associate { (name, value) -> name.removePrefix("--") to value }

    operator fun get(name: String): String = requireNotNull(values[name]) { "the argument --$name is missing" }

    fun optional(name: String): String? = values[name]

    fun order(buyer: String, shop: String): Order =
        Order(
            id = this["order"],
            buyer = buyer,
            shop = shop,
            crypto = Crypto.of(this["crypto"]),
            price = BigDecimal(this["price"]),
            shopTerms = this["shop-terms"],
            buyerTerms = this["buyer-terms"],
        )

    /** What is begun is on the disk before it is sent, so that it is known after a crash. */
    fun client(program: String): Client {
        val named = optional("store") ?: System.getenv("AUTOPLUS_STORE").orEmpty()
        return Client.fromEnv(store = named.ifEmpty { "sqlite:autoplus-$program.db" })
    }

    fun me(client: Client): String = requireNotNull(client.userId) { "set AUTOPLUS_USER_ID to your Discord user" }
}

/** Says how the trade ended; an end that isn't known is an error. */
fun report(end: StreamEnd?) {
    if (end !is StreamEnd.Closed) throw NeedsAPerson("the trade is gone, and how it ended isn't known")
    println("trade closed: ${end.outcome}")
}
