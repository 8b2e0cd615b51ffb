//! Connections for long polls. A poll keeps its place for a minute, so none may queue behind another: where the server
//! speaks HTTP/2, further connections are opened at its stream limit; else each poll has one to itself.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::{http1, http2};
use hyper::header::{ACCEPT, AUTHORIZATION, HOST, HeaderValue, USER_AGENT};
use hyper::{Request, Uri};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::{Connection as _, HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::Notify;
use tower_service::Service;

use super::commands::whole;
use super::{AGENT, broken, no_connection};
use crate::error::Error;
use crate::protocol::answer::{Answer, Outcome};

type Body = Empty<Bytes>;
type Anyway = Box<dyn std::error::Error + Send + Sync>;

/// A dead connection is noticed by this, long before its polls' own ends.
const PING: Duration = Duration::from_secs(20);
const PONG: Duration = Duration::from_secs(10);
/// Fewer than most servers allow: what one connection loses has to be polled anew.
const STREAMS: usize = 200;
/// Answers are short; a poll that waits holds a buffer of this size.
const BUFFER: usize = 4096;
/// While a new connection waits for the server's settings.
const LOOK_AGAIN: Duration = Duration::from_millis(2);
/// A connection that no poll came back to.
const IDLE: Duration = Duration::from_secs(30);

pub(super) struct Polls {
    connector: HttpsConnector<HttpConnector>,
    connect: Duration,
    base_url: Box<str>,
    open: Mutex<Open>,
    /// One handshake after another where connections are shared.
    opening: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Open {
    shared: Vec<Arc<Shared>>,
    idle: Vec<(http1::SendRequest<Body>, Instant)>,
    /// The server was seen to speak HTTP/1.1 only.
    alone: bool,
}

/// An HTTP/2 connection.
struct Shared {
    sender: http2::SendRequest<Body>,
    limit: Limit,
    streams: AtomicUsize,
}

/// How many streams the server takes; zero until it said so.
type Limit = Arc<(AtomicUsize, Notify)>;

enum Ready {
    Shared(Stream),
    Alone(http1::SendRequest<Body>),
}

/// A place on a shared connection.
struct Stream(Arc<Shared>);

impl Drop for Stream {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Polls {
    pub(super) fn new(connector: HttpsConnector<HttpConnector>, connect: Duration, base_url: &str) -> Self {
        let (open, opening) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { connector, connect, base_url: base_url.into(), open, opening }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One poll. Dropping the future hangs up.
    pub(super) async fn get(&self, path: &str, token: Option<&HeaderValue>) -> Result<Answer, Outcome> {
        let uri: Uri =
            format!("{}{path}", self.base_url).parse().map_err(|why| Outcome::NotSent(Error::bug(why)))?;
        let ready = match tokio::time::timeout(self.connect, Box::pin(self.ready(&uri))).await {
            Ok(ready) => ready.map_err(|why| no_connection(&*why))?,
            Err(_) => return Err(no_connection(&std::io::Error::from(std::io::ErrorKind::TimedOut))),
        };
        let answered = match ready {
            Ready::Shared(stream) => {
                let request = request(uri, token).map_err(|why| Outcome::NotSent(Error::bug(why)))?;
                let response = stream.0.sender.clone().send_request(request).await;
                match response {
                    Ok(response) => whole(response).await,
                    Err(why) => Err(why),
                }
            }
            Ready::Alone(mut sender) => {
                let request = to_host(uri, token).map_err(|why| Outcome::NotSent(Error::bug(why)))?;
                let answered = match sender.send_request(request).await {
                    Ok(response) => whole(response).await,
                    Err(why) => Err(why),
                };
                if answered.is_ok() && sender.ready().await.is_ok() {
                    self.open().idle.push((sender, Instant::now()));
                }
                answered
            }
        };
        answered.map_err(|why| broken(&why))
    }

    /// Nobody polls any more: connections that are left are closed.
    pub(super) fn rest(&self) {
        let mut open = self.open();
        open.idle.clear();
        open.shared.retain(|shared| shared.streams.load(Ordering::Acquire) > 0);
    }

    async fn ready(&self, uri: &Uri) -> Result<Ready, Anyway> {
        if let Some(ready) = self.free() {
            return Ok(ready);
        }
        if self.open().alone {
            return Box::pin(self.connect(uri)).await;
        }
        let _one_by_one = self.opening.lock().await;
        match self.free() {
            Some(ready) => Ok(ready),
            None => Box::pin(self.connect(uri)).await,
        }
    }

    /// A place on what is open.
    fn free(&self) -> Option<Ready> {
        let mut open = self.open();
        open.shared.retain(|shared| !shared.sender.is_closed());
        let free = open.shared.iter().find(|shared| {
            let limit = shared.limit.0.load(Ordering::Acquire).min(STREAMS);
            shared.streams.load(Ordering::Acquire) < limit
        });
        if let Some(shared) = free {
            return Some(Ready::Shared(Stream::on(shared)));
        }
        open.idle.retain(|(sender, since)| !sender.is_closed() && since.elapsed() < IDLE);
        open.idle.pop().map(|(sender, _)| Ready::Alone(sender))
    }

    async fn connect(&self, uri: &Uri) -> Result<Ready, Anyway> {
        let io = self.connector.clone().call(uri.clone()).await?;
        if !io.connected().is_negotiated_h2() {
            let (sender, connection) =
                http1::Builder::new().read_buf_exact_size(Some(BUFFER)).handshake(io).await?;
            self.open().alone = true;
            tokio::spawn(connection);
            return Ok(Ready::Alone(sender));
        }
        let limit = Limit::default();
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(PING)
            .keep_alive_timeout(PONG)
            .keep_alive_while_idle(true)
            .initial_max_send_streams(0)
            .handshake(io)
            .await?;
        tokio::spawn(drive(connection, limit.clone()));
        let shared = Arc::new(Shared { sender, limit, streams: AtomicUsize::new(0) });
        shared.settled().await?;
        let stream = Stream::on(&shared);
        let mut open = self.open();
        open.alone = false;
        open.shared.push(shared);
        Ok(Ready::Shared(stream))
    }
}

impl Stream {
    fn on(shared: &Arc<Shared>) -> Self {
        shared.streams.fetch_add(1, Ordering::AcqRel);
        Self(shared.clone())
    }
}

impl Shared {
    /// Until the server has said how many streams it takes.
    async fn settled(&self) -> Result<(), Anyway> {
        loop {
            let told = self.limit.1.notified();
            tokio::pin!(told);
            told.as_mut().enable();
            if self.limit.0.load(Ordering::Acquire) > 0 {
                return Ok(());
            }
            if self.sender.is_closed() {
                return Err("it was closed at once".into());
            }
            told.await;
        }
    }
}

/// Drives a connection, and says how many streams it takes. The connection isn't woken when the server first says so.
async fn drive<T>(mut connection: http2::Connection<T, Body, TokioExecutor>, limit: Limit)
where
    T: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let mut look_again = tokio::time::interval(LOOK_AGAIN);
    std::future::poll_fn(|context| {
        let polled = Pin::new(&mut connection).poll(context);
        let streams = connection.current_max_send_streams();
        if limit.0.swap(streams, Ordering::AcqRel) != streams || polled.is_ready() {
            limit.1.notify_waiters();
        }
        while streams == 0 && look_again.poll_tick(context).is_ready() {}
        polled.map(|_| ())
    })
    .await;
}

fn request(uri: Uri, token: Option<&HeaderValue>) -> Result<Request<Body>, hyper::http::Error> {
    let mut request = Request::get(uri).header(USER_AGENT, AGENT).header(ACCEPT, "*/*");
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, token);
    }
    request.body(Body::new())
}

/// HTTP/1.1 names the host in a header and the path alone in the first line.
fn to_host(uri: Uri, token: Option<&HeaderValue>) -> Result<Request<Body>, hyper::http::Error> {
    let host = HeaderValue::from_str(uri.authority().map_or("", |authority| authority.as_str()))?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).parse()?;
    let mut request = request(path, token)?;
    request.headers_mut().insert(HOST, host);
    Ok(request)
}
