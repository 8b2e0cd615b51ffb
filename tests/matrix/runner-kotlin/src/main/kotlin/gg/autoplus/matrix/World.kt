package gg.autoplus.matrix

import gg.autoplus.AutoPlusException
import gg.autoplus.Client
import gg.autoplus.Timeouts
import gg.autoplus.testing.Simulator
import gg.autoplus.testing.User
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlin.time.Duration.Companion.seconds

/** One scenario from its first step to its last, in a simulator of its own. */
class World(private val name: String, private val scenario: Scenario) : AutoCloseable {
    private val stores = Stores(name, scenario.sharesStore)
    private val simulator = Simulator()
    private val clients = mutableMapOf<String, Client>()

    /** Streams and watches, each with the name of its client. */
    private val open = mutableListOf<Pair<String?, AutoCloseable>>()
    private val saved = SavedValues()

    suspend fun run() {
        Prints.begin(name)
        saved["world"] = Saved(Json.parseToJsonElement(simulator.control("""{"do": "world"}""")))
        scenario.steps.forEachIndexed { index, step ->
            try {
                withTimeout(STEP_LIMIT) { take(step) }
            } catch (failed: ScenarioFailed) {
                fail("step ${index + 1}: ${failed.message}")
            } catch (_: TimeoutCancellationException) {
                fail("step ${index + 1}: took longer than $STEP_LIMIT")
            }
        }
    }

    private suspend fun take(step: Step) {
        val act = step.act
        if (act is Act.Requests) return matchRequests(simulator.requests(clear = true), act, saved)
        if (act is Act.Restart) return act.clients.forEach(::restart)
        val result =
            try {
                if (act is Act.Control) control(act) else call(act as Act.Call)
            } catch (error: AutoPlusException) {
                return failedAsExpected(error.shown(), step)
            }
        when (val expect = step.expect) {
            is Expect.Error -> fail("expected the error ${expect.error}, but it gave ${result.view}")
            is Expect.Value -> match(saved.resolve(expect.value), result.view, "value")
            null -> Unit
        }
        step.save?.let { saved[it] = result }
    }

    private fun failedAsExpected(error: AutoPlusException, step: Step) {
        if (SECRET in error.toString()) fail("a token leaked: $error")
        val expect = step.expect as? Expect.Error ?: fail("${error.kind}: ${error.message}")
        match(saved.resolve(expect.error), view(error), "error")
        step.save?.let { saved[it] = Saved(view(error), error.operation) }
    }

    private fun restart(client: String) {
        val stopped = clients.remove(client) ?: fail("$client hasn't started yet")
        open.filter { (of, _) -> of == client }.forEach { (_, it) -> it.close() }
        stopped.apply { close() }.shown()
    }

    private fun control(act: Act.Control): Saved =
        try {
            Saved(Json.parseToJsonElement(simulator.control(saved.resolve(act.command).toString())))
        } catch (refused: IllegalArgumentException) {
            fail("the simulator refused: ${refused.message}")
        }

    private suspend fun call(act: Act.Call): Saved {
        val arguments = Arguments(act.with ?: JsonObject(emptyMap()), saved)
        val printed = Prints.count
        val saved =
            if (act.client == null) {
                withoutClient(act.name, arguments)
            } else {
                call(client(act.client), act.name, arguments)
            }
        val nothing = saved.view == JsonObject(emptyMap())
        if (printed != null && printed == Prints.count && !nothing) fail("${act.name}: what it gave was not `shown`")
        (saved.native as? AutoCloseable)?.let { open += act.client to it }
        return saved
    }

    private fun client(name: String): Client =
        clients.getOrPut(name) {
            val (timeouts, store) = timeouts(scenario.limits[name]) to stores.of(name)
            when (name) {
                "anonymous" -> Client(baseUrl = simulator.baseUrl, store = store, timeouts = timeouts)
                "bad_token" -> simulator.client(User(simulator.sender.id, "${SECRET}nobody"), timeouts, store)
                "sender", "second_sender" -> simulator.client(simulator.sender, timeouts, store)
                "receiver", "second_receiver" -> simulator.client(simulator.receiver, timeouts, store)
                "stranger" -> simulator.client(simulator.stranger, timeouts, store)
                "outsider" -> simulator.client(simulator.outsider, timeouts, store)
                else -> fail("the client $name isn't known")
            }.shown()
        }

    private fun timeouts(limits: Limits?): Timeouts {
        val usual = Timeouts()
        return usual.copy(
            call = limits?.call ?: usual.call,
            attempt = limits?.attempt ?: usual.attempt,
            poll = limits?.poll ?: usual.poll,
            pollGrace = limits?.pollGrace ?: usual.pollGrace,
        )
    }

    override fun close() {
        open.forEach { (_, it) -> it.close() }
        clients.values.forEach { it.apply { close() }.shown() }
        Prints.end(name, simulator)
        simulator.close()
        stores.close()
    }

    private companion object {
        val STEP_LIMIT = 10.seconds

        /** Every token of the simulator begins so; none may ever be seen in a message. */
        const val SECRET = "sim-token-"
    }
}
