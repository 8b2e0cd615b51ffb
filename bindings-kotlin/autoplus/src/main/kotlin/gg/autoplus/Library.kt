package gg.autoplus

import com.sun.jna.CallbackThreadInitializer
import com.sun.jna.Native
import com.sun.jna.NativeLibrary
import com.sun.jna.Platform
import gg.autoplus.internal.NativeClient
import gg.autoplus.internal.Settings
import gg.autoplus.internal.uniffiRustFutureContinuationCallbackImpl

/** The native half of the SDK. */
internal object Library {
    private const val NAME = "autoplus_kotlin"

    /** Where it is, for tests that have it elsewhere; the generated code asks for the same property. */
    private const val OVERRIDE = "uniffi.component.autoplus.libraryOverride"

    private val PLATFORMS =
        listOf("linux", "darwin", "win32").flatMap { system -> listOf("x86-64", "aarch64").map { "$system-$it" } }

    /** Held, as JNA lets go of what nobody holds. */
    private var loaded: NativeLibrary? = null

    private val failed: LinkageError? by lazy {
        try {
            loaded = NativeLibrary.getInstance(System.getProperty(OVERRIDE) ?: NAME, javaClass.classLoader)
            null
        } catch (missing: LinkageError) {
            missing
        }
    }

    /** Throws what says what to do where the library can't be had. */
    fun need() {
        val why = failed ?: return
        throw UnsatisfiedLinkError(advice(why.message.orEmpty())).apply { initCause(why) }
    }

    private fun advice(why: String): String {
        val here = runCatching { Platform.RESOURCE_PREFIX }.getOrDefault(System.getProperty("os.arch"))
        val packed = PLATFORMS.filter { platform -> FILES.any { javaClass.getResource("/$platform/$it") != null } }
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

    private val FILES = listOf("lib$NAME.so", "lib$NAME.dylib", "$NAME.dll")
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
    fun client(): NativeClient {
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
        return bridged {
            Native.setCallbackThreadInitializer(uniffiRustFutureContinuationCallbackImpl, LIBRARY_THREAD)
            NativeClient(settings)
        }
    }
}
