package gg.autoplus

import gg.autoplus.testing.Simulator
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test

class ReadsTest {
    @Test
    fun everybodyMayReadThePublicEndpoints() =
        runBlocking {
            Simulator().use { simulator ->
                Client(baseUrl = simulator.baseUrl).use { client ->
                    println(client.servers())
                    println(client.stats())
                    println(client.transactions())
                }
                simulator.client(simulator.sender).use {
                    val trade = it.trade(simulator.openTrade(TradeStatus.WaitingAction))
                    println(trade)
                    println(it.nextStep(trade))
                }
            }
        }
}
