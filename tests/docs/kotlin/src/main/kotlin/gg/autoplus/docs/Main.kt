package gg.autoplus.docs

private val PROGRAMS: Map<String, suspend () -> Unit> =
    mapOf(
        "start" to ::start,
        "sell" to ::sell,
        "buy" to ::buy,
        "crash" to ::crash,
        "changes" to ::changes,
        "btc" to ::btc,
        "many" to ::many,
        "errors" to ::errors,
    )

/** Runs the programs that are named, or all; says of each whether it did what it says. */
suspend fun main(args: Array<String>) {
    val first = args.firstOrNull()
    if (first != null && first !in PROGRAMS) return doomed(first, args.drop(1))
    for (name in args.toList().ifEmpty { PROGRAMS.keys }) {
        PROGRAMS.getValue(name)()
        println("ok $name")
    }
}
