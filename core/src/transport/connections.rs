//! Connections that are kept. None of what is sent queues behind anything else: where the server speaks HTTP/2, further
//! connections are opened at its stream limit; else each request has one to itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hyper::Response;
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1};
use hyper::header::HeaderValue;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::{Connection as _, HttpConnector};
use tower_service::Service;

use super::message::{Body, Http, Server, whole};
use super::shared::{Shared, Stream};
use super::{broken, no_connection};
use crate::error::Error;
use crate::protocol::answer::{Answer, Outcome};
use crate::protocol::request::Request;

pub(super) type Anyway = Box<dyn std::error::Error + Send + Sync>;
pub(super) type Connector = HttpsConnector<HttpConnector>;

/// A connection that nobody came back to.
const IDLE: Duration = Duration::from_secs(30);

pub(super) struct Connections {
    connector: Connector,
    connect: Duration,
    server: Server,
    /// What an HTTP/1.1 connection reads into; grows with what comes where this is none.
    buffer: Option<usize>,
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

enum Ready {
    Shared(Stream),
    Alone(http1::SendRequest<Body>),
}

impl Connections {
    pub(super) fn new(
        connector: Connector,
        connect: Duration,
        server: Server,
        buffer: Option<usize>,
    ) -> Self {
        let (open, opening) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { connector, connect, server, buffer, open, opening }
    }

    /// The same server over connections of its own.
    pub(super) fn apart(&self) -> Self {
        Self::new(self.connector.clone(), self.connect, self.server.clone(), self.buffer)
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One attempt. Dropping the future hangs up.
    pub(super) async fn send(
        &self,
        request: &Request,
        token: Option<&HeaderValue>,
    ) -> Result<Answer, Outcome> {
        let mut http =
            self.server.message(request, token).map_err(|why| Outcome::NotSent(Error::bug(why)))?;
        loop {
            let (ready, kept) = match self.free() {
                Some(ready) => (ready, true),
                None => (self.new_one().await?, false),
            };
            let answered = match ready {
                Ready::Shared(stream) => self.over_shared(stream, http).await,
                Ready::Alone(sender) => self.over_own(sender, http).await,
            };
            match answered {
                Ok(answer) => return Ok(answer),
                // A kept connection that was closed meanwhile gives back what it never wrote; another one takes it.
                Err((_, Some(unsent))) if kept => http = unsent,
                Err((why, _)) => return Err(broken(&why)),
            }
        }
    }

    async fn over_shared(
        &self,
        stream: Stream,
        mut http: Http,
    ) -> Result<Answer, (hyper::Error, Option<Http>)> {
        if self.server.in_full(&mut http).is_err() {
            // The parts were valid each; it goes out as it is and is refused.
            self.server.path_alone(&mut http);
        }
        let response = stream.0.sender.clone().try_send_request(http).await;
        let answered = self.answer(response).await;
        if let Err((_, Some(_))) = &answered {
            // It takes no more.
            self.open().shared.retain(|shared| !Arc::ptr_eq(shared, &stream.0));
        }
        answered
    }

    async fn over_own(
        &self,
        mut sender: http1::SendRequest<Body>,
        http: Http,
    ) -> Result<Answer, (hyper::Error, Option<Http>)> {
        if let Err(why) = sender.ready().await {
            return Err((why, Some(http)));
        }
        let response = sender.try_send_request(http).await;
        let answered = self.answer(response).await;
        if answered.is_ok() && !sender.is_closed() {
            self.open().idle.push((sender, Instant::now()));
        }
        answered
    }

    async fn answer(
        &self,
        response: Result<Response<Incoming>, TrySendError<Http>>,
    ) -> Result<Answer, (hyper::Error, Option<Http>)> {
        match response {
            Ok(response) => whole(response).await.map_err(|why| (why, None)),
            Err(mut why) => {
                let mut unsent = why.take_message();
                if let Some(http) = &mut unsent {
                    self.server.path_alone(http);
                }
                Err((why.into_error(), unsent))
            }
        }
    }

    /// Nobody asks any more: connections that are left are closed.
    pub(super) fn rest(&self) {
        let mut open = self.open();
        open.idle.clear();
        open.shared.retain(|shared| shared.is_in_use());
    }

    /// A place on what is open.
    fn free(&self) -> Option<Ready> {
        let mut open = self.open();
        if !open.shared.is_empty() {
            open.shared.retain(|shared| !shared.sender.is_closed() && !shared.is_left(IDLE));
            if let Some(stream) = open.shared.iter().find_map(Shared::place) {
                return Some(Ready::Shared(stream));
            }
        }
        while let Some((sender, since)) = open.idle.pop() {
            if since.elapsed() >= IDLE {
                // Those below it have waited for longer.
                open.idle.clear();
            } else if !sender.is_closed() {
                return Some(Ready::Alone(sender));
            }
        }
        None
    }

    async fn new_one(&self) -> Result<Ready, Outcome> {
        match tokio::time::timeout(self.connect, Box::pin(self.one_by_one())).await {
            Ok(ready) => ready.map_err(|why| no_connection(&*why)),
            Err(_) => Err(no_connection(&std::io::Error::from(std::io::ErrorKind::TimedOut))),
        }
    }

    async fn one_by_one(&self) -> Result<Ready, Anyway> {
        if self.open().alone {
            return self.connect().await;
        }
        let _one_by_one = self.opening.lock().await;
        match self.free() {
            Some(ready) => Ok(ready),
            None => self.connect().await,
        }
    }

    async fn connect(&self) -> Result<Ready, Anyway> {
        let io = self.connector.clone().call(self.server.uri.clone()).await?;
        if !io.connected().is_negotiated_h2() {
            let mut builder = http1::Builder::new();
            if self.buffer.is_some() {
                builder.read_buf_exact_size(self.buffer);
            }
            let (sender, connection) = builder.handshake(io).await?;
            self.open().alone = true;
            tokio::spawn(connection);
            return Ok(Ready::Alone(sender));
        }
        let shared = Shared::open(io).await?;
        let stream = shared.place().ok_or("the server takes no requests")?;
        let mut open = self.open();
        open.alone = false;
        open.shared.push(shared);
        Ok(Ready::Shared(stream))
    }
}
