package gg.autoplus

import com.sun.jna.NativeLibrary
import java.io.File
import java.io.IOException
import java.io.InputStream
import java.nio.file.FileAlreadyExistsException
import java.nio.file.FileSystems
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions

/**
 * Finds a native library and loads it into the JVM, from where JNA finds it too: two copies would know nothing of each other.
 *
 * Every program waits for this at its start, so it is written with as few classes and lambdas as can be.
 */
internal class Loading(private val name: String) {
    private val file: String = System.mapLibraryName(name)

    /** The folder that it was loaded from, where that isn't for the system to know. */
    @Volatile
    var folder: File? = null
        private set

    /** JNA's name of this platform, if there could be a library for it. */
    val platform: String?
        get() {
            val system = System.getProperty("os.name").orEmpty()
            val one =
                when {
                    system == "Linux" -> "linux-"
                    system.startsWith("Mac") -> "darwin-"
                    system.startsWith("Windows") -> "win32-"
                    else -> return null
                }
            return when (System.getProperty("os.arch")) {
                "amd64", "x86_64" -> one + "x86-64"
                "aarch64", "arm64" -> one + "aarch64"
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
        if (told != null) return loadAt(NativeLibrary.getInstance(told, javaClass.classLoader).file)
        if (System.getProperty("java.vm.name") == "Dalvik") return System.loadLibrary(name)
        val why =
            try {
                if (fromPath() || fromArtifact()) return
                null
            } catch (failed: LinkageError) {
                failed
            }
        try {
            System.loadLibrary(name)
        } catch (elsewhere: LinkageError) {
            try {
                loadAt(NativeLibrary.getInstance(name, javaClass.classLoader).file)
            } catch (nowhere: LinkageError) {
                throw why ?: nowhere
            }
        }
    }

    private fun fromPath(): Boolean {
        val folders = System.getProperty("jna.library.path") ?: return false
        val found = folders.split(File.pathSeparator).map { File(it, file) }.firstOrNull { it.isFile } ?: return false
        try {
            loadAt(found.absoluteFile)
        } catch (elsewhere: UnsatisfiedLinkError) {
            // One file can't be loaded by two class loaders.
            if ("another classloader" !in elsewhere.message.orEmpty()) throw elsewhere
            loadCopy { found.inputStream() }
        }
        return true
    }

    private fun fromArtifact(): Boolean {
        val packed = javaClass.getResource("/" + (platform ?: return false) + "/" + file) ?: return false
        loadCopy { packed.openStream() }
        return true
    }

    private fun loadAt(file: File) {
        System.load(file.path)
        folder = file.parentFile
    }

    private inline fun loadCopy(library: () -> InputStream) {
        val told = System.getProperty("jna.tmpdir")
        if (told != null) return library().use { loadAt(copy(it, told)) }
        try {
            library().use { loadAt(copy(it, System.getProperty("java.io.tmpdir"))) }
        } catch (refused: LinkageError) {
            // Where nothing in a temporary folder may be run.
            try {
                library().use { loadAt(copy(it, File(System.getProperty("user.home"), ".cache").path)) }
            } catch (_: LinkageError) {
                throw refused
            }
        }
    }

    /** A copy for its owner alone, which goes with the process. */
    private fun copy(library: InputStream, place: String): File =
        try {
            val folder = newFolder(Path.of(place)).toFile()
            folder.deleteOnExit()
            val copy = File(folder, file)
            copy.deleteOnExit()
            Files.copy(library, copy.toPath())
            copy
        } catch (why: IOException) {
            throw UnsatisfiedLinkError("$file can't be put into $place: $why").apply { initCause(why) }
        }

    /** Made anew in any case: to guess its name gains nobody anything. */
    private fun newFolder(place: Path): Path {
        val mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        var number = System.nanoTime()
        while (true) {
            val folder = place.resolve("autoplus-" + java.lang.Long.toHexString(number))
            try {
                val posix = "posix" in FileSystems.getDefault().supportedFileAttributeViews()
                return if (posix) Files.createDirectory(folder, mine) else Files.createDirectory(folder)
            } catch (_: FileAlreadyExistsException) {
                number += 1
            }
        }
    }

    companion object {
        /** Where it is, for tests that have it elsewhere; the generated code asks for the same property. */
        const val OVERRIDE: String = "uniffi.component.autoplus.libraryOverride"

        private val SYSTEMS: List<String> get() = listOf("linux", "darwin", "win32")

        private val FILES: List<String> get() = listOf("lib%s.so", "lib%s.dylib", "%s.dll")
    }
}
