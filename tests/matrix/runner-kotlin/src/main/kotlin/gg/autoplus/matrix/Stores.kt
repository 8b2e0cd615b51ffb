package gg.autoplus.matrix

import java.nio.file.Path
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.createTempDirectory
import kotlin.io.path.deleteRecursively

/** Where the clients of one scenario (`area/case`) keep their operations. */
@OptIn(ExperimentalPathApi::class)
class Stores(scenario: String, private val shared: Boolean) : AutoCloseable {
    private val kept = setting("MATRIX_KEEP")?.let { Path(it).resolve(scenario) }
    private val folder: Path = kept?.apply { deleteRecursively() }?.createDirectories() ?: createTempDirectory("matrix")
    private val files =
        when (val where = setting("MATRIX_STORE")) {
            null, "memory" -> false
            "file" -> true
            else -> fail("MATRIX_STORE is memory or file, not $where")
        }

    /** What a client's `store` is. */
    fun of(client: String): String =
        when {
            shared -> "sqlite:${folder.resolve("shared.db")}"
            files -> "sqlite:${folder.resolve("$client.db")}"
            else -> "memory"
        }

    override fun close() {
        if (kept == null) folder.deleteRecursively()
    }

    private fun setting(name: String): String? = System.getenv(name)?.ifEmpty { null }
}
