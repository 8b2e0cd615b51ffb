package gg.autoplus

import com.sun.jna.CallbackThreadInitializer
import com.sun.jna.Native
import com.sun.jna.NativeLibrary
import gg.autoplus.internal.Direct
import gg.autoplus.internal.FfiConverterOptionalString
import gg.autoplus.internal.FfiConverterTypeSettings
import gg.autoplus.internal.Settings
import gg.autoplus.internal.uniffiRustFutureContinuationCallbackImpl

/** The native half of the SDK. */
internal object Library {
    /** Its name as JNA and [System.loadLibrary] take it. */
    const val NAME: String = "autoplus_kotlin"

    private val loading = Loading(NAME)

    private val failed: LinkageError? by lazy {
        try {
            loading.load()
            check(Direct.layout() == Direct.LAYOUT) { "this is the library of another version" }
            null
        } catch (missing: LinkageError) {
            missing
        } catch (other: IllegalStateException) {
            UnsatisfiedLinkError(other.message)
        }
    }

    /** Held, as JNA lets go of what nobody holds. */
    private val forGenerated: NativeLibrary by lazy {
        loading.folder?.let { NativeLibrary.addSearchPath(NAME, it.path) }
        val library = NativeLibrary.getInstance(System.getProperty(Loading.OVERRIDE) ?: NAME, javaClass.classLoader)
        Native.setCallbackThreadInitializer(uniffiRustFutureContinuationCallbackImpl, LIBRARY_THREAD)
        library
    }

    /** Throws what says what to do where the library can't be had. */
    fun needDirect() {
        val why = failed ?: return
        throw UnsatisfiedLinkError(advice(why.message.orEmpty())).apply { initCause(why) }
    }

    /** The same for what uniffi generated, which calls through JNA. That takes its time, so it is left for when it is called. */
    fun need() {
        needDirect()
        forGenerated
    }

    private fun advice(why: String): String {
        val here = loading.platform ?: System.getProperty("os.arch")
        val packed = loading.packed()
        val have = if (packed.isEmpty()) "none is packed with this artifact" else "this artifact has $packed"
        val hint =
            if (here in packed) {
                "It is there and can't be loaded: a system with another C library, or a temporary folder (set " +
                    "jna.tmpdir) from which nothing may be run?"
            } else {
                "Put one for this platform into a folder and set jna.library.path to it, or on Android depend on " +
                    "autoplus-android."
            }
        return "autoplus has no native library for $here; $have. $hint ($why)"
    }
}

/** The JVM keeps the library's thread, as a daemon, instead of meeting a new one with every answer. */
private val LIBRARY_THREAD = CallbackThreadInitializer(true, false, "autoplus")

/** How a client is set up; what is null takes the core's default. */
internal class Setup(
    val fromEnv: Boolean = false,
    val token: String? = null,
    val userId: String? = null,
    val baseUrl: String? = null,
    val proxy: String? = null,
    val caFile: String? = null,
    val store: String? = null,
    val timeouts: Timeouts,
) {
    fun client(): Made {
        val settings =
            Settings(
                fromEnv = fromEnv,
                token = token,
                userId = userId,
                baseUrl = baseUrl,
                proxy = proxy,
                caFile = caFile,
                store = store,
                connectTimeout = lasting("connect", timeouts.connect),
                attemptTimeout = lasting("attempt", timeouts.attempt),
                callTimeout = lasting("call", timeouts.call),
                pollTimeout = lasting("poll", timeouts.poll),
                pollGrace = lasting("pollGrace", timeouts.pollGrace),
            )
        Library.needDirect()
        val told = written { arguments(512) { FfiConverterTypeSettings.write(settings, it) } }
        val made = Direct.client(told.array(), told.position()) ?: throw bug("a client could not be made")
        return Answer(made).read { Made(Handle.OfClient(it.getLong()), FfiConverterOptionalString.read(it)) }
    }
}

/** A client in the library. */
internal class Made(val ending: Handle.OfClient, val userId: String?) {
    val handle: Handle = Handle(ending.number, ending)
}
