package gg.autoplus.examples

import java.nio.file.Path
import java.nio.file.StandardOpenOption.APPEND
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.DSYNC
import kotlin.io.path.exists
import kotlin.io.path.readLines
import kotlin.io.path.writeText

/**
 * A file that remembers what was done once and must not be done twice. It is written before the deed: after a crash in
 * between, a person has to look, and nobody pays or delivers twice.
 */
class Journal(private val file: Path) {
    /** True the first time; by then it is on the disk. */
    fun firstTime(deed: String): Boolean {
        if (file.exists() && deed in file.readLines()) return false
        file.writeText("$deed\n", options = arrayOf(CREATE, APPEND, DSYNC))
        return true
    }
}
