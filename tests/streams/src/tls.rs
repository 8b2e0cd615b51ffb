//! A certificate for this run, signed by an authority that clients are given as a file.

use std::error::Error;
use std::io::Write;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What a server shows, and what it makes of connections.
pub struct Identity {
    /// The authority's certificate as PEM; deleted with this.
    pub ca_file: NamedTempFile,
    /// Takes a connection over.
    pub acceptor: TlsAcceptor,
}

impl Identity {
    /// One for 127.0.0.1 and localhost, which speaks these protocols over TLS, the preferred one first.
    pub fn new(protocols: &[&str]) -> Result<Self, Box<dyn Error>> {
        let (authority, authority_key) = (authority()?, KeyPair::generate()?);
        let ca_pem = authority.self_signed(&authority_key)?.pem();
        let key = KeyPair::generate()?;
        let mut own = CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()])?;
        own.distinguished_name.push(DnType::CommonName, "loopback server");
        let own = own.signed_by(&key, &Issuer::new(authority, authority_key))?;

        let mut ca_file = tempfile::Builder::new().prefix("loopback-ca-").suffix(".pem").tempfile()?;
        ca_file.write_all(ca_pem.as_bytes())?;

        let key = PrivateKeyDer::try_from(key.serialize_der())?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![own.der().clone()], key)?;
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        Ok(Self { ca_file, acceptor: TlsAcceptor::from(Arc::new(config)) })
    }
}

fn authority() -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    // Clients take a certificate that is named like its issuer for a self-signed one.
    params.distinguished_name.push(DnType::CommonName, "loopback authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}
