package gg.autoplus.docs

import gg.autoplus.Client
import gg.autoplus.Role
import gg.autoplus.Text
import gg.autoplus.Trade
import gg.autoplus.TradeStatus
import gg.autoplus.testing.Simulator
import gg.autoplus.testing.User
import kotlinx.coroutines.delay
import java.math.BigDecimal
import java.nio.file.Path
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.createTempDirectory
import kotlin.io.path.deleteRecursively
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

// The other side of a trade, which the programs play against: a client of its own.

const val BUYER_TERMS: String = "0.5 LTC, paid at once"
const val SHOP_TERMS: String = "one licence key"
const val LTC: String = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"

/** Confirms the parties, sets its own terms, and confirms both. */
suspend fun Client.agree(id: String, own: String, theirs: String) {
    val trade = trade(id)
    val me = if (trade.sender == userId) Role.Sender else Role.Receiver
    val them = if (me == Role.Sender) Role.Receiver else Role.Sender
    confirmIdentification(trade)
    wait(id) { it.status == TradeStatus.WaitingTermsAcceptance }
    setTerms(wait(id) { it.terms?.side(them)?.text == Text(theirs) }, own)
    confirmTerms(wait(id) { it.terms?.side(me)?.text == Text(own) })
}

/** The buyer: agrees, pays, waits for the goods, and releases the funds, or takes back what is returned. */
suspend fun Simulator.buy(id: String, pays: String, goodsAreHere: () -> Boolean) {
    client(sender).use { buyer ->
        buyer.agree(id, BUYER_TERMS, SHOP_TERMS)
        buyer.wait(id) { it.status == TradeStatus.WaitingReceive }
        deposit(id, BigDecimal(pays))
        confirmDeposit(id)
        while (!goodsAreHere() && buyer.trade(id).status != TradeStatus.WaitingReturnAddress) delay(20.milliseconds)
        val trade = buyer.trade(id)
        when (trade.status) {
            TradeStatus.WaitingReturnAddress -> buyer.requestClaim(trade, LTC).confirm()
            else -> buyer.requestRelease(trade).confirm()
        }
    }
}

suspend fun Client.wait(id: String, condition: (Trade) -> Boolean): Trade = waitFor(id, 20.seconds, condition)

fun Simulator.client(user: User, store: Path): Client = client(user, store = "sqlite:$store")

/** Runs with a folder of its own, which is removed afterwards. */
@OptIn(ExperimentalPathApi::class)
inline fun inFolder(run: (Path) -> Unit) {
    val folder = createTempDirectory("autoplus-")
    try {
        run(folder)
    } finally {
        folder.deleteRecursively()
    }
}
