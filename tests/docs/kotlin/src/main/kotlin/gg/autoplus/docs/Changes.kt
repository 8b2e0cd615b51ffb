package gg.autoplus.docs

import gg.autoplus.ChangedSinceReviewException
import gg.autoplus.Crypto
import gg.autoplus.Trade
import gg.autoplus.TradeStatus
import gg.autoplus.testing.Simulator

/** The other side changes something between the look and the confirmation. */
suspend fun changes() {
    val shown = mutableListOf<String>()

    fun show(line: String) {
        shown += line
    }

    fun askAPerson(reviewed: Trade, current: Trade) {
        show("was: ${reviewed.terms?.receiver?.text}")
        show("now: ${current.terms?.receiver?.text}")
    }
    Simulator().use { simulator ->
        val id =
            simulator.openTrade(
                TradeStatus.WaitingTermsAcceptance,
                senderTerms = "0.5 LTC, paid at once",
                receiverTerms = "refund within a week",
            )
        val shop = simulator.receiver.id
        simulator.client(simulator.sender).use { client ->
            // ANCHOR: confirm
            val trade = client.trade(id) // a person reads both terms of this snapshot, and says yes
            // ANCHOR_END: confirm
            simulator.act(id, simulator.receiver, "set_terms", text = "no refunds")
            // ANCHOR: confirm
            try {
                client.confirmTerms(trade) // sends exactly these two texts and their version
            } catch (changed: ChangedSinceReviewException) {
                show("not confirmed: ${changed.fields} changed; landed: ${changed.landed}")
                askAPerson(changed.reviewed, changed.current) // a yes confirms changed.current, never trade
            }
            // ANCHOR_END: confirm

            // ANCHOR: parties
            val current = client.trade(id)
            if (current.sender == client.userId && current.receiver == shop && current.crypto == Crypto.Ltc) {
                println("still the trade that was agreed on")
            }
            // ANCHOR_END: parties
        }
        check(shown[0].endsWith("landed: false")) { shown }
        check(shown.drop(1) == listOf("was: refund within a week", "now: no refunds")) { shown }
        check(simulator.effects(id).confirms == 0)
    }
}
