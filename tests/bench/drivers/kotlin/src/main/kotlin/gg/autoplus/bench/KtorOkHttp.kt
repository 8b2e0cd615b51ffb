package gg.autoplus.bench

import io.ktor.client.HttpClient
import io.ktor.client.engine.okhttp.OkHttp

/** ktor's client over OkHttp, which keeps connections, set up as where OkHttp stands alone. */
fun main(args: Array<String>): Unit = drive(args, Ktor(overOkHttp()))

private fun overOkHttp(): HttpClient =
    HttpClient(OkHttp) {
        typed()
        engine {
            config { suited() }
        }
    }
