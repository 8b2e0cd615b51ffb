package gg.autoplus.blocking

import gg.autoplus.Client
import gg.autoplus.Crypto
import gg.autoplus.InvalidException
import gg.autoplus.OpenedTrade
import gg.autoplus.failure

/**
 * A trade to open. Each part is named, as sender and receiver swapped would send money the wrong way.
 *
 * @param guild Discord server ID.
 */
public class OpenTrade(private val guild: String) {
    private var crypto: Crypto? = null
    private var sender: String? = null
    private var receiver: String? = null
    private var operation: String? = null

    /** What is paid in. */
    public fun crypto(crypto: Crypto): OpenTrade = apply { this.crypto = crypto }

    /** Discord user who pays into escrow. */
    public fun sender(sender: String): OpenTrade = apply { this.sender = sender }

    /** Discord user who gets released funds. */
    public fun receiver(receiver: String): OpenTrade = apply { this.receiver = receiver }

    /**
     * Your own name for this intent, such as `order:42`: under one name the store opens one trade, however often the call
     * is repeated. Without one each call is an intent of its own.
     */
    public fun operation(operation: String): OpenTrade = apply { this.operation = operation }

    internal suspend fun openBy(client: Client): OpenedTrade =
        client.openTrade(
            guild,
            crypto = told("crypto", crypto),
            sender = told("sender", sender),
            receiver = told("receiver", receiver),
            operation = operation,
        )

    private fun <T : Any> told(name: String, part: T?): T =
        part ?: throw InvalidException(failure("invalid", "$name: a trade to open needs it. Nothing was sent"))
}
