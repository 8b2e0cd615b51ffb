package gg.autoplus.bench

/** What starting a JVM costs by itself. */
fun main() = Unit
