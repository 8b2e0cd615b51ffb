package gg.autoplus.internal

/** The library's native methods for what is called often. Numbers stand for what is in it; bytes are as uniffi writes them. */
internal object Direct {
    /** Raised with every change of what crosses here, together with the library's own. */
    const val LAYOUT: Long = 1

    @JvmStatic
    external fun layout(): Long

    /** Sets up a client: its number is in the answer. */
    @JvmStatic
    external fun client(settings: ByteArray, length: Int): ByteArray?

    /** Begins a call, whose answer comes through [drain] with this ticket. Gives a number for [cancel], zero if there is none. */
    @JvmStatic
    external fun submit(method: Int, target: Long, ticket: Long, arguments: ByteArray, length: Int): Long

    /** Waits for answers. Nothing if it was woken, null after a panic. */
    @JvmStatic
    external fun drain(): ByteArray?

    /** Lets [drain] come back. */
    @JvmStatic
    external fun wake()

    /** Ends a read; a change goes on. True if no answer comes any more. */
    @JvmStatic
    external fun cancel(number: Long): Boolean

    /** Makes a read on this thread. Null if it can't be made here. */
    @JvmStatic
    external fun get(method: Int, target: Long, arguments: ByteArray, length: Int, milliseconds: Int): ByteArray?

    /** Goes on with one that wasn't through. */
    @JvmStatic
    external fun goOn(number: Long, milliseconds: Int): ByteArray?

    /** Ends one that wasn't through. */
    @JvmStatic
    external fun leave(number: Long)

    /** Nobody holds this any more. */
    @JvmStatic
    external fun release(target: Long)
}

/** What can be called, by number. */
internal object Method {
    const val TRADE: Int = 1
    const val OPEN_TRADE: Int = 2
    const val CHOOSE_ROLE: Int = 3
    const val CONFIRM_IDENTIFICATION: Int = 4
    const val RESET_IDENTIFICATION: Int = 5
    const val SET_TERMS: Int = 6
    const val CONFIRM_TERMS: Int = 7
    const val REQUEST_RELEASE: Int = 8
    const val REQUEST_RETURN: Int = 9
    const val CONFIRM_ACTION: Int = 10
    const val NEXT_EVENTS: Int = 11
    const val COMMIT_EVENTS: Int = 12
    const val NEXT_WATCHED: Int = 13
    const val NEXT_NOTES: Int = 14
    const val SHUT_DOWN: Int = 15

    /** In debug builds only. */
    const val PANIC: Int = -1
}
