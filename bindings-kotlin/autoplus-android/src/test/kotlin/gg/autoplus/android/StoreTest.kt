package gg.autoplus.android

import android.os.StrictMode
import org.junit.After
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35])
class StoreTest {
    @After
    fun calm() = StrictMode.setThreadPolicy(StrictMode.ThreadPolicy.LAX)

    @Test
    fun `a store lies where no backup is made`() {
        val folder = File(Screen.app.noBackupFilesDir, "autoplus")
        assertEquals("sqlite:$folder/autoplus.db", Store.android(Screen.app))
        assertEquals("sqlite:$folder/shop-2.db", Store.android(Screen.app, "shop-2"))
        assertTrue(folder.isDirectory)
    }

    @Test
    fun `a name that leads elsewhere is refused`() {
        for (name in listOf("", ".", "..", "../shop", "a/b", "a b", "a?mode=memory", "x".repeat(65))) {
            assertFailsWith<IllegalArgumentException>(name) { Store.android(Screen.app, name) }
        }
    }

    @Test
    fun `it is slow, and says so on the main thread`() {
        Screen.beStrict()
        val violation = assertFailsWith<RuntimeException> { Store.android(Screen.app) }
        assertTrue("StrictMode" in "$violation ${violation.cause}", "$violation")
    }
}
