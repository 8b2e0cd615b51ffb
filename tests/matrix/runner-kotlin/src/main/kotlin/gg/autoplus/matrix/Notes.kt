package gg.autoplus.matrix

import gg.autoplus.Client
import gg.autoplus.StreamChange
import gg.autoplus.StreamNote
import kotlinx.serialization.json.JsonElement

// Calls about what changes in how trades are followed.

fun openNotes(client: Client, arguments: Arguments): Saved {
    arguments.end()
    return Saved(NOTHING.view, client.streamNotes().shown())
}

suspend fun nextNotes(arguments: Arguments): Saved {
    val (notes, take) = arguments.notes() to arguments.count("take", least = 1)
    arguments.end()
    val taken = mutableListOf<StreamNote>()
    while (taken.size < take) taken += notes.next() ?: break
    return Saved(
        view {
            "notes" of taken.shown().map(::view)
            "missed" of notes.missed
        },
    )
}

private fun view(note: StreamNote): JsonElement =
    view {
        val change = note.change
        "tradeId" of note.tradeId
        "change" of change.wire
        "error" of ((change as? StreamChange.Failing)?.error ?: (change as? StreamChange.Refused)?.error)?.kind
        "hasSilence" of (change is StreamChange.Silent)
    }
