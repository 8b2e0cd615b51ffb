package gg.autoplus.android

import android.content.Context
import android.os.StrictMode
import gg.autoplus.Client
import java.io.File
import java.io.IOException

/** Where an app keeps what it began. */
public object Store {
    private val NAMES = Regex("[A-Za-z0-9._-]{1,64}")

    /**
     * The app's own file of this name, as the `store` of a [Client]. It lies where Android makes no backups: what stands in
     * it is true of this installation alone. It survives the process, and goes with the app or its data.
     *
     * It makes the folder, so not on the main thread; [tradeSession] takes care of that.
     *
     * @param name of letters, digits, `.`, `_` and `-`. One file is enough for all accounts.
     * @throws IllegalArgumentException if the name is another one.
     * @throws IOException if the folder can't be made.
     */
    @JvmStatic
    @JvmOverloads
    public fun android(context: Context, name: String = "autoplus"): String {
        val fits = NAMES.matches(name) && name.trim('.').isNotEmpty()
        require(fits) { "$name is no name of a store: letters, digits, . _ -" }
        StrictMode.noteSlowCall("autoplus: a store's folder is looked up")
        val folder = File(context.applicationContext.noBackupFilesDir, "autoplus")
        val isThere = folder.isDirectory || folder.mkdirs() || folder.isDirectory
        if (!isThere) throw IOException("$folder can't be made")
        return "sqlite:${File(folder, "$name.db")}"
    }
}
