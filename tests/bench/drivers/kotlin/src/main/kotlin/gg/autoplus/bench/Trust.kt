package gg.autoplus.bench

import java.io.FileInputStream
import java.security.KeyStore
import java.security.cert.CertificateFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager

/** What a peer needs to trust the authority that a file has. */
internal class Trust(caFile: String) {
    val manager: X509TrustManager
    val context: SSLContext

    init {
        val authority = FileInputStream(caFile).use { CertificateFactory.getInstance("X.509").generateCertificate(it) }
        val store = KeyStore.getInstance(KeyStore.getDefaultType()).apply { load(null, null) }
        store.setCertificateEntry("bench", authority)
        val factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()).apply { init(store) }
        manager = factory.trustManagers.first() as X509TrustManager
        context = SSLContext.getInstance("TLS").apply { init(null, factory.trustManagers, null) }
    }
}
