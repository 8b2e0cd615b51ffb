//! Connections, and the one path that is answered.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::answers;
use crate::book::{Book, Counted, Poll};

/// What servers often allow on one connection of HTTP/2.
const STREAMS_A_CONNECTION: u32 = 100;
const LONGEST_HOLD: Duration = Duration::from_secs(60);
const USUAL_HOLD: Duration = Duration::from_secs(55);

pub(crate) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, book: Arc<Book>) {
    loop {
        // Out of file descriptors, most likely: some come back when clients leave.
        let Ok((socket, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let (tls, book) = (tls.clone(), book.clone());
        tokio::spawn(async move {
            let counts = &book.counts;
            counts.accepted.fetch_add(1, Ordering::Relaxed);
            let _open = Counted::new(&counts.connections);
            counts.most_connections.fetch_max(counts.connections.load(Ordering::Relaxed), Ordering::Relaxed);
            // Without it answers wait for acknowledgements; where it can't be set the client has left already.
            let _ = socket.set_nodelay(true);
            let Some(tls) = tls else { return converse(socket, &book).await };
            match tls.accept(socket).await {
                Ok(socket) => converse(socket, &book).await,
                Err(_) => {
                    counts.broken_handshakes.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
}

async fn converse(socket: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, book: &Arc<Book>) {
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http2().max_concurrent_streams(STREAMS_A_CONNECTION);
    let service = service_fn(|request| {
        let book = book.clone();
        async move { Ok::<_, Infallible>(answer(&request, &book).await) }
    });
    // A client that leaves is no error here: its polls are counted as dropped.
    let _ = server.serve_connection(TokioIo::new(socket), service).await;
}

async fn answer(request: &Request<Incoming>, book: &Book) -> Response<Full<Bytes>> {
    let path = request.uri().path();
    let id = path.strip_prefix("/v1/trades/").and_then(|rest| rest.strip_suffix("/events"));
    let known = id.and_then(answers::trade_at).and_then(|at| Some((at, book.trade(at)?)));
    let Some((at, trade)) = known else {
        let text = r#"{"code":"not_found","message":"No such trade.","requestId":"streams"}"#;
        return json(StatusCode::NOT_FOUND, text.to_owned());
    };
    let poll = Poll::begin(trade, &book.counts);
    let query = request.uri().query().unwrap_or_default();
    let text = match number(query, "offset") {
        None => answers::snapshot(at, trade.last_id()),
        Some(offset) => {
            let hold = number(query, "timeout").map_or(USUAL_HOLD, Duration::from_secs).min(LONGEST_HOLD);
            answers::page(at, offset, &trade.after(offset, hold, &book.counts).await)
        }
    };
    poll.answered();
    json(StatusCode::OK, text)
}

fn number(query: &str, name: &str) -> Option<u64> {
    query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
}

fn json(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    let kind = hyper::header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
