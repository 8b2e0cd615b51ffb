//! hyper alone: connections that are kept in a list, and nothing else.

use std::hint::black_box;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::stack::{Failed, GUILD, Settings, Stack};
use crate::typed::{Ask, Challenge, Confirm, Open, Opened, Page, Trade, fresh_key, read};

type Connection = SendRequest<Full<Bytes>>;

#[derive(Clone)]
pub(crate) struct Hyper(Arc<Inner>);

struct Inner {
    /// `127.0.0.1:port`.
    authority: String,
    tls: Option<TlsConnector>,
    trade: String,
    idle: Mutex<Vec<Connection>>,
    reviewed: OnceLock<Trade>,
}

impl Hyper {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Failed> {
        let url: Uri = settings.url.parse()?;
        let authority = url.authority().ok_or("a URL without a host")?.to_string();
        let tls = settings.ca_file.as_deref().map(trusting).transpose()?;
        let trade = settings.trade.clone();
        Ok(Self(Arc::new(Inner { authority, tls, trade, idle: Mutex::default(), reviewed: OnceLock::new() })))
    }

    async fn connect(&self) -> Result<Connection, Failed> {
        let socket = TcpStream::connect(&self.0.authority).await?;
        socket.set_nodelay(true)?;
        let sender = match &self.0.tls {
            None => {
                let (sender, connection) = handshake(TokioIo::new(socket)).await?;
                tokio::spawn(connection);
                sender
            }
            Some(tls) => {
                let socket = tls.connect(ServerName::try_from("127.0.0.1")?, socket).await?;
                let (sender, connection) = handshake(TokioIo::new(socket)).await?;
                tokio::spawn(connection);
                sender
            }
        };
        Ok(sender)
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        keyed: bool,
        body: Option<impl Serialize>,
    ) -> Result<T, Failed> {
        let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/v1{path}"))
            .header(HOST, &self.0.authority)
            .header(AUTHORIZATION, "Bearer bench");
        if keyed {
            request = request.header("idempotency-key", fresh_key()?);
        }
        let bytes = match body {
            None => Bytes::new(),
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json");
                Bytes::from(serde_json::to_vec(&body)?)
            }
        };
        connection.ready().await?;
        let response = connection.send_request(request.body(Full::new(bytes))?).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        if !status.is_success() {
            return Err(format!("{path} was answered {status}").into());
        }
        Ok(serde_json::from_slice(&body)?)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failed> {
        self.ask(Method::GET, path, false, None::<()>).await
    }
}

impl Stack for Hyper {
    async fn one(&self) -> Result<i64, Failed> {
        let trade: Trade = self.get(&format!("/trades/{}", self.0.trade)).await?;
        black_box((trade.status, trade.amount));
        let revision = trade.revision;
        self.0.reviewed.get_or_init(|| trade);
        Ok(revision)
    }

    async fn pay(&self) -> Result<i64, Failed> {
        let reviewed = self.0.reviewed.get().ok_or("no trade was read yet")?;
        let (sender, receiver) = (&reviewed.sender, &reviewed.receiver);
        let open = Open {
            crypto: &reviewed.crypto,
            sender: sender.as_deref().unwrap_or_default(),
            receiver: receiver.as_deref().unwrap_or_default(),
        };
        let opened: Opened =
            self.ask(Method::POST, &format!("/guilds/{GUILD}/trades"), true, Some(open)).await?;
        let path = format!("/trades/{}/action", reviewed.id);
        let challenge: Challenge =
            self.ask(Method::POST, &path, false, Some(Ask { action: "release" })).await?;
        let confirm = Confirm {
            action: &challenge.action,
            recipient: &challenge.recipient,
            confirmation_code: &challenge.confirmation_code,
        };
        let path = format!("/trades/{}/confirm-action", reviewed.id);
        let released: Trade = self.ask(Method::POST, &path, true, Some(confirm)).await?;
        Ok(opened.trade_id + released.revision)
    }

    async fn batch(&self) -> Result<i64, Failed> {
        let page: Page = self.get(&format!("/trades/{}/events?offset=0", self.0.trade)).await?;
        Ok(read(&page))
    }
}

fn trusting(ca_file: &str) -> Result<TlsConnector, Failed> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca_file)? {
        roots.add(certificate?)?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
