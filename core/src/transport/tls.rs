//! Whom the library believes over TLS, and how it connects.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::error::Error;

/// Bundled roots, because a minimal container has none; the system's too, for a company's own proxy.
/// Plain connections to loopback skip the reading of all those files.
pub(super) fn config(secure: bool, ca_file: Option<&Path>) -> Result<rustls::ClientConfig, Error> {
    let mut roots = rustls::RootCertStore::empty();
    if secure {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if let Some(path) = ca_file {
        let unusable = |why: String| Error::invalid(format!("ca_file {}: {why}", path.display()));
        let pem = CertificateDer::pem_file_iter(path).map_err(|why| unusable(why.to_string()))?;
        let mut found = 0;
        for certificate in pem {
            let certificate = certificate.map_err(|why| unusable(why.to_string()))?;
            roots.add(certificate).map_err(|why| unusable(why.to_string()))?;
            found += 1;
        }
        if found == 0 {
            return Err(unusable("holds no PEM certificate".to_owned()));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::bug)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// Opens connections, without a proxy, over HTTP/2 where the server speaks it.
pub(super) fn connector(
    tls: rustls::ClientConfig,
    mut http: HttpConnector,
    connect: Duration,
) -> HttpsConnector<HttpConnector> {
    http.enforce_http(false);
    http.set_nodelay(true);
    http.set_connect_timeout(Some(connect));
    HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(http)
}
