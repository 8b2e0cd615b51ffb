package gg.autoplus.bench.kotlinx

import kotlinx.serialization.KSerializer
import kotlinx.serialization.descriptors.PrimitiveKind
import kotlinx.serialization.descriptors.PrimitiveSerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonDecoder
import kotlinx.serialization.json.jsonPrimitive
import java.math.BigDecimal
import java.time.Instant

/** The API may add fields; what has no value is left out. */
internal val json = Json { ignoreUnknownKeys = true }

/** The number as it is written: by way of a double it would not be exact. */
internal object MoneyAsNumber : KSerializer<BigDecimal> {
    override val descriptor = PrimitiveSerialDescriptor("Money", PrimitiveKind.STRING)

    override fun deserialize(decoder: Decoder): BigDecimal =
        BigDecimal((decoder as JsonDecoder).decodeJsonElement().jsonPrimitive.content)

    override fun serialize(encoder: Encoder, value: BigDecimal) = error("no request has an amount")
}

internal object TimeAsSeconds : KSerializer<Instant> {
    override val descriptor = PrimitiveSerialDescriptor("Time", PrimitiveKind.LONG)

    override fun deserialize(decoder: Decoder): Instant = Instant.ofEpochSecond(decoder.decodeLong())

    override fun serialize(encoder: Encoder, value: Instant) = error("no request has a time")
}
