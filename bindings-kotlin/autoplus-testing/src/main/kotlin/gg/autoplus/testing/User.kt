package gg.autoplus.testing

/** A Discord user of the simulator. */
public data class User(
    /** Discord user ID. */
    val id: String,
    /** API token, if the user has one. */
    val token: String?,
) {
    override fun toString(): String = "User($id)"
}
