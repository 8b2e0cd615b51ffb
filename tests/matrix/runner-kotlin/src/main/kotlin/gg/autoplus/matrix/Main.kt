package gg.autoplus.matrix

import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.extension
import kotlin.io.path.isDirectory
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.system.exitProcess
import kotlin.time.measureTimedValue

// Runs every scenario of tests/matrix against the Kotlin SDK; see FORMAT.md there.

private const val RUNNER = "kotlin"

fun main() {
    val folder = System.getenv("MATRIX_DIR")?.let(::Path) ?: matrixAbove(Path("").toAbsolutePath())
    val only = System.getenv("MATRIX_ONLY").orEmpty()
    val chosen = scenarios(folder).filter { (name, _) -> only in name }
    if (chosen.isEmpty()) {
        println("the matrix can't run: no scenario in $folder fits \"$only\"")
        exitProcess(1)
    }
    val lines = chosen.map { (name, path) -> run(name, path) }
    System.getenv("MATRIX_RESULTS")?.let { Path(it).writeText(lines.joinToString("") { line -> "$line\n" }) }
    val failed = lines.count { "why" in it }
    println("${lines.size - failed} passed, $failed failed")
    exitProcess(if (failed == 0) 0 else 1)
}

private fun run(name: String, path: Path): JsonObject {
    val (why, took) = measureTimedValue { whyItFails(name, path) }
    val seconds = "%.3f".format(took.inWholeMilliseconds / 1000.0)
    println(if (why == null) "ok     $seconds s  $name" else "FAILED $seconds s  $name\n       $why")
    val line =
        mutableMapOf<String, JsonElement>(
            "runner" to JsonPrimitive(RUNNER),
            "scenario" to JsonPrimitive(name),
            "ok" to JsonPrimitive(why == null),
            "seconds" to JsonPrimitive(seconds.toDouble()),
        )
    if (why != null) line["why"] = JsonPrimitive(why)
    return JsonObject(line)
}

private fun whyItFails(name: String, path: Path): String? =
    try {
        runBlocking { World(name, Scenario.parse(path.readText())).use { it.run() } }
        null
    } catch (failed: ScenarioFailed) {
        failed.message
    } catch (broken: Exception) {
        broken.stackTraceToString()
    }

private fun matrixAbove(here: Path): Path =
    generateSequence(here) { it.parent }.map { it.resolve("tests/matrix") }.find { it.isDirectory() }
        ?: error("there is no tests/matrix above $here; name the folder in MATRIX_DIR")

/** Name (`area/case`) and path of every scenario, sorted. */
private fun scenarios(folder: Path): List<Pair<String, Path>> =
    folder
        .listDirectoryEntries()
        .filter { it.isDirectory() }
        .flatMap { it.listDirectoryEntries() }
        .filter { it.extension == "yaml" }
        .map { "${it.parent.fileName}/${it.nameWithoutExtension}" to it }
        .sortedBy { it.first }
