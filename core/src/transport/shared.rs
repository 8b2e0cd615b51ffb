//! HTTP/2: a connection that many requests share.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::Notify;

use super::connections::Anyway;
use super::message::Body;

/// A dead connection is noticed by this, long before its requests' own ends.
const PING: Duration = Duration::from_secs(20);
const PONG: Duration = Duration::from_secs(10);
/// Fewer than most servers allow: what one connection loses has to be asked anew.
const STREAMS: usize = 200;
/// While a new connection waits for the server's settings.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

pub(super) struct Shared {
    pub(super) sender: http2::SendRequest<Body>,
    limit: Limit,
    streams: AtomicUsize,
    /// When the last request left it.
    left: Mutex<Instant>,
}

/// How many streams the server takes; zero until it said so.
type Limit = Arc<(AtomicUsize, Notify)>;

/// A place on a shared connection.
pub(super) struct Stream(pub(super) Arc<Shared>);

impl Drop for Stream {
    fn drop(&mut self) {
        if self.0.streams.fetch_sub(1, Ordering::AcqRel) == 1 {
            *self.0.left.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
    }
}

impl Shared {
    pub(super) async fn open<I>(io: I) -> Result<Arc<Self>, Anyway>
    where
        I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
    {
        let limit = Limit::default();
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(PING)
            .keep_alive_timeout(PONG)
            .initial_max_send_streams(0)
            .handshake(io)
            .await?;
        tokio::spawn(drive(connection, limit.clone()));
        let (streams, left) = (AtomicUsize::new(0), Mutex::new(Instant::now()));
        let shared = Arc::new(Self { sender, limit, streams, left });
        shared.settled().await?;
        Ok(shared)
    }

    /// A place, unless all are taken.
    pub(super) fn place(self: &Arc<Self>) -> Option<Stream> {
        let limit = self.limit.0.load(Ordering::Acquire).min(STREAMS);
        if self.streams.fetch_add(1, Ordering::AcqRel) < limit {
            return Some(Stream(self.clone()));
        }
        self.streams.fetch_sub(1, Ordering::AcqRel);
        None
    }

    pub(super) fn is_in_use(&self) -> bool {
        self.streams.load(Ordering::Acquire) > 0
    }

    /// Nobody was there for so long.
    pub(super) fn is_left(&self, since: Duration) -> bool {
        !self.is_in_use() && self.left.lock().unwrap_or_else(PoisonError::into_inner).elapsed() > since
    }

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
