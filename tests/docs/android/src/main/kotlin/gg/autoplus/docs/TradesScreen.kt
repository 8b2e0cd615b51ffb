package gg.autoplus.docs

import android.content.Context
import gg.autoplus.AutoPlusException
import gg.autoplus.ChangedSinceReviewException
import gg.autoplus.OutcomeUnknownException
import gg.autoplus.Trade
import gg.autoplus.Verdict
import gg.autoplus.Watched
import gg.autoplus.android.tradeSession
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.runningFold
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.launch

// ANCHOR: relay

/** Your own server. It knows the person by the app's sign-in, and has the token that the app hasn't. */
interface Relay {
    /** Where it speaks as the API does, such as `https://relay.example.org/api/v1`. */
    val url: String

    /** The Discord user that the token belongs to. */
    val userId: String

    /** The relay's own session, which it takes in the token's place. */
    suspend fun session(): String
}
// ANCHOR_END: relay

// ANCHOR: screen

/** What a view model does: its `scope` is the `viewModelScope`. */
class TradesScreen(private val scope: CoroutineScope, app: Context, relay: Relay) {
    private val session =
        scope.tradeSession(app, userId = relay.userId, baseUrl = relay.url) {
            relay.session() // asked for at the start, and again when it is refused
        }

    private val opened = MutableSharedFlow<String>(extraBufferCapacity = 16)

    /** The trades as they stand. Without a consumer's name each begins with a snapshot of it. */
    val trades: StateFlow<Map<String, Trade>> =
        session
            .watch(opened = opened)
            .runningFold(emptyMap<String, Trade>()) { trades, item ->
                when (item) {
                    is Watched.Event -> trades + (item.tradeId to item.event.trade)
                    is Watched.Ended -> trades - item.tradeId
                    is Watched.Failed -> trades // the others go on
                }
            }.stateIn(scope, SharingStarted.Eagerly, emptyMap())

    fun add(tradeId: String): Boolean = opened.tryEmit(tradeId)
    // ANCHOR_END: screen

    val message = MutableStateFlow("")

    // ANCHOR: release

    /** The person looked at this very snapshot and said yes. */
    fun release(reviewed: Trade, order: String): Job =
        scope.launch {
            message.value =
                try {
                    session.call { it.requestRelease(reviewed).confirm("release:$order") }
                    "released"
                } catch (changed: ChangedSinceReviewException) {
                    "it changed: look at ${changed.fields} again"
                } catch (unknown: OutcomeUnknownException) {
                    "not known yet: it is looked up at the next start"
                } catch (failed: AutoPlusException) {
                    failed.message
                }
        }
    // ANCHOR_END: release

    // ANCHOR: restart

    /** After the death of the process: what it had begun, and what became of that. */
    fun tellWhatWasLeftOpen(): Job =
        scope.launch {
            for (settlement in session.start()) {
                message.value =
                    when (settlement.verdict) {
                        Verdict.Done -> "${settlement.operation.name} took effect, once"
                        Verdict.NotDone -> "${settlement.operation.name} did nothing"
                        Verdict.Unknown -> settlement.message
                    }
            }
        }
    // ANCHOR_END: restart
}
