package gg.autoplus

import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/** Where no native library fits, a program of its own is told so. */
class LibraryTest {
    @Test
    fun `what to do is told where there is no native library`() {
        val java = "${System.getProperty("java.home")}/bin/java"
        val missing = "-Duniffi.component.autoplus.libraryOverride=nowhere"
        val program =
            ProcessBuilder(java, missing, "-cp", System.getProperty("java.class.path"), "gg.autoplus.LibraryTestKt")
                .redirectErrorStream(true)
                .start()
        val said = program.inputReader().readText()
        assertEquals(0, program.waitFor(), said)
        val lines = said.lines().filter { it.startsWith("UnsatisfiedLinkError") }
        assertEquals(3, lines.size, said)
        for (line in lines) {
            assertTrue("no native library for linux-x86-64; this artifact has [linux-x86-64]" in line, line)
        }
    }
}

/** Each way in, the second time too. */
fun main() {
    val ways = listOf({ Client() }, { checkAddress(Crypto.Ltc, "ltc1") }, { Operation.fromJson("{}") })
    for (way in ways) {
        runCatching(way).onFailure { println("${it.javaClass.simpleName}: ${it.message}") }
    }
}
