package gg.autoplus.api

import kotlinx.validation.ExternalApi
import kotlinx.validation.api.dump
import kotlinx.validation.api.filterOutNonPublic
import kotlinx.validation.api.loadApiFromJvmClasses
import java.nio.file.Path
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.Path
import kotlin.io.path.createParentDirectories
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.inputStream
import kotlin.io.path.readText
import kotlin.io.path.walk
import kotlin.io.path.writeText
import kotlin.system.exitProcess

/** What uniffi writes: public for the JVM, and nobody's API. */
private val GENERATED = listOf("gg.autoplus.internal", "gg.autoplus.testing.internal")

/** `--check CLASSES DUMP` compares, `--write-api CLASSES DUMP` writes. */
fun main(args: Array<String>) {
    val (what, classes, dump) = args
    val now = api(Path(classes))
    when (what) {
        "--write-api" -> Path(dump).createParentDirectories().writeText(now)
        "--check" -> compare(Path(dump), now)
        else -> fail("$what isn't known: --check or --write-api")
    }
}

@OptIn(ExternalApi::class, ExperimentalPathApi::class)
private fun api(classes: Path): String {
    if (!classes.exists()) fail("$classes isn't there: make build-kotlin")
    val files = classes.walk().filter { it.extension == "class" }.sorted()
    return files
        .map { it.inputStream() }
        .loadApiFromJvmClasses()
        .filterOutNonPublic(GENERATED)
        .dump(StringBuilder())
        .toString()
}

private fun compare(dump: Path, now: String) {
    if (!dump.exists()) fail("$dump isn't there: bindings-kotlin/lint.sh --write-api")
    val (before, after) = dump.readText().lines() to now.lines()
    if (before == after) return
    val lost = (before - after.toSet()).map { "- $it" }
    val new = (after - before.toSet()).map { "+ $it" }
    (lost + new).take(40).forEach(System.err::println)
    fail("the public API isn't that of $dump. If that is meant: bindings-kotlin/lint.sh --write-api")
}

private fun fail(why: String): Nothing {
    System.err.println(why)
    exitProcess(1)
}
