@file:JvmName("Addresses")

package gg.autoplus

import gg.autoplus.internal.checkAddress as checkNatively

/**
 * Checks an address for a crypto without sending anything; [Client.requestClaim] does the same first. What decodes is
 * accepted; what is odd about it is a warning, for a person to look at before money goes there.
 *
 * @throws InvalidException if the address doesn't decode for the crypto's network: a wrong character or length, another
 *   network, a test network.
 */
public fun checkAddress(crypto: Crypto, address: String): AddressCheck =
    bridged {
        val check = checkNatively(crypto.wire, address)
        AddressCheck(check.canonical, check.warnings.map { AddressWarning(it.kind, it.text, it.networks) })
    }

/** An address that decoded for its crypto. */
public data class AddressCheck(
    /** The address as its network writes it. Two addresses of one crypto are the same exactly if these are equal. */
    val canonical: String,
    /** What a person should look at before money goes there. */
    val warnings: List<AddressWarning>,
)

/** What is odd about an address that is accepted all the same. As text it says what to do. */
public data class AddressWarning(
    /** `no_checksum`, `several_networks`, `off_curve`, `future_version` or `unchecked`. */
    val kind: String,
    /** What to do, in words. */
    val message: String,
    /** For `several_networks`: their names. */
    val networks: List<String> = emptyList(),
) {
    override fun toString(): String = message
}
