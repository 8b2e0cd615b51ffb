package gg.autoplus.docs

// ANCHOR: all
// ANCHOR: world
import gg.autoplus.Crypto
import gg.autoplus.Outcome
import gg.autoplus.StreamEnd
import gg.autoplus.testing.Simulator
import java.math.BigDecimal

private const val ADDRESS = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"

/** A whole trade in one file: both sides, from opening to payout, with play money. */
suspend fun start() {
    Simulator().use { simulator ->
        val shop = simulator.client(simulator.receiver)
        val buyer = simulator.client(simulator.sender)
        // ANCHOR_END: world

        // ANCHOR: agree
        val id =
            shop
                .openTrade(
                    simulator.guild,
                    crypto = Crypto.Ltc,
                    sender = simulator.sender.id,
                    receiver = simulator.receiver.id,
                    operation = "order:42",
                ).id
        // who pays, who gets paid: compare, then confirm
        for (side in listOf(shop, buyer)) side.confirmIdentification(side.trade(id))
        shop.setTerms(shop.trade(id), "one licence key")
        buyer.setTerms(buyer.trade(id), "0.5 LTC, paid at once")
        for (side in listOf(shop, buyer)) side.confirmTerms(side.trade(id))
        // ANCHOR_END: agree

        // ANCHOR: pay
        simulator.deposit(id, BigDecimal("0.5")) // in real life the buyer's wallet pays to trade.address
        simulator.confirmDeposit(id)
        val trade = buyer.trade(id)
        println("${trade.status} ${trade.amount?.toPlainString()} ${trade.crypto}") // waitingAction 0.5 ltc
        // ANCHOR_END: pay

        // ANCHOR: settle
        buyer.requestRelease(trade).confirm()
        shop.requestClaim(shop.trade(id), ADDRESS).confirm()
        val events = shop.events(id, startAfter = 0) // from the trade's beginning
        events.collect { println("${it.type} ${it.trade.status}") }
        println("ended: ${events.end}")
        // ANCHOR_END: settle

        check(events.end == StreamEnd.Closed(Outcome.Released))
        check(simulator.check(creates = 1).isEmpty())
        shop.close()
        buyer.close()
        // ANCHOR: settle
    }
}
// ANCHOR_END: settle
// ANCHOR_END: all
