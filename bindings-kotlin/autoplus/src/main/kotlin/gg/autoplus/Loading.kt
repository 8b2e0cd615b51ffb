package gg.autoplus

import com.sun.jna.NativeLibrary
import java.io.File
import java.io.IOException
import java.io.InputStream
import java.nio.file.Files
import java.nio.file.Path

/** Finds a native library and loads it into the JVM, from where JNA finds it too: two copies would know nothing of each other. */
internal class Loading(private val name: String) {
    private val file: String = System.mapLibraryName(name)

    /** The folder that it was loaded from, where that isn't for the system to know. */
    @Volatile
    var folder: File? = null
        private set

    /** JNA's name of this platform, if there could be a library for it. */
    val platform: String? =
        when (val system = System.getProperty("os.name").orEmpty().lowercase()) {
            "linux" -> "linux"
            else -> if (system.startsWith("windows")) "win32" else "darwin".takeIf { system.startsWith("mac") }
        }?.let { system ->
            when (System.getProperty("os.arch")) {
                "amd64", "x86_64", "x86-64" -> "$system-x86-64"
                "aarch64", "arm64" -> "$system-aarch64"
                else -> null
            }
        }

    /** The platforms whose libraries are packed with this artifact. */
    fun packed(): List<String> {
        val platforms = SYSTEMS.flatMap { system -> listOf("$system-x86-64", "$system-aarch64") }
        return platforms.filter { FILES.any { file -> javaClass.getResource("/$it/${file.format(name)}") != null } }
    }

    /** Loads it, or throws why it can't be. */
    fun load() {
        val told = System.getProperty(OVERRIDE)
        if (told != null) return loadByJna(told)
        val ways =
            if (System.getProperty("java.vm.name") == "Dalvik") {
                listOf(::fromSystem)
            } else {
                listOf(::fromPath, ::fromArtifact, ::fromSystem, { loadByJna(name).let { true } })
            }
        var failed: LinkageError? = null
        for (way in ways) {
            try {
                if (way()) return
            } catch (why: LinkageError) {
                failed = failed ?: why
            }
        }
        throw failed ?: UnsatisfiedLinkError("$file isn't there")
    }

    private fun fromSystem(): Boolean {
        System.loadLibrary(name)
        return true
    }

    private fun fromPath(): Boolean {
        val folders = System.getProperty("jna.library.path").orEmpty().split(File.pathSeparator)
        val found = folders.filter { it.isNotEmpty() }.map { File(it, file) }.firstOrNull { it.isFile } ?: return false
        try {
            loadFile(found.absoluteFile)
        } catch (elsewhere: UnsatisfiedLinkError) {
            // One file can't be loaded by two class loaders.
            if ("another classloader" !in elsewhere.message.orEmpty()) throw elsewhere
            found.inputStream().use(::loadCopy)
        }
        return true
    }

    private fun fromArtifact(): Boolean {
        val packed = platform?.let { javaClass.getResourceAsStream("/$it/$file") } ?: return false
        packed.use(::loadCopy)
        return true
    }

    private fun loadByJna(told: String) {
        val found = NativeLibrary.getInstance(told, javaClass.classLoader).file
        System.load(found.absolutePath)
    }

    private fun loadFile(file: File) {
        System.load(file.path)
        folder = file.parentFile
    }

    /** Copies are for their owner alone, and go with the process. */
    private fun loadCopy(library: InputStream) {
        val bytes = library.readBytes()
        val own = System.getProperty("jna.tmpdir")
        val places = if (own != null) listOf(own) else listOf(System.getProperty("java.io.tmpdir"), cache())
        var failed: LinkageError? = null
        for (place in places) {
            try {
                return loadFile(copy(bytes, Path.of(place)))
            } catch (why: LinkageError) {
                failed = failed ?: why
            } catch (why: IOException) {
                failed = failed ?: UnsatisfiedLinkError("$file can't be put into $place: $why")
            }
        }
        throw checkNotNull(failed)
    }

    private fun cache() = "${System.getProperty("user.home")}${File.separator}.cache"

    private fun copy(bytes: ByteArray, place: Path): File {
        val folder = Files.createTempDirectory(place, "autoplus-").toFile()
        folder.deleteOnExit()
        val copy = File(folder, file)
        copy.deleteOnExit()
        copy.writeBytes(bytes)
        return copy
    }

    companion object {
        /** Where it is, for tests that have it elsewhere; the generated code asks for the same property. */
        const val OVERRIDE: String = "uniffi.component.autoplus.libraryOverride"

        private val SYSTEMS = listOf("linux", "darwin", "win32")

        private val FILES = listOf("lib%s.so", "lib%s.dylib", "%s.dll")
    }
}
