//! Connections, and which request gets which answer.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use autoplus_bench::answers::{Answers, LAST_EVENT, TRADE};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const TOKEN: &[u8] = b"Bearer bench";
const KEY: &str = "idempotency-key";
const USUAL_HOLD: u64 = 55;
const LONGEST_HOLD: u64 = 60;

pub(crate) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, answers: Arc<Answers>) {
    loop {
        // Out of file descriptors, most likely: some come back when clients leave.
        let Ok((socket, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let (tls, answers) = (tls.clone(), answers.clone());
        tokio::spawn(async move {
            // Without it answers wait for acknowledgements; where it can't be set the client has left already.
            let _ = socket.set_nodelay(true);
            match tls {
                None => converse(socket, &answers).await,
                Some(tls) => {
                    if let Ok(socket) = tls.accept(socket).await {
                        converse(socket, &answers).await;
                    }
                }
            }
        });
    }
}

async fn converse(socket: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, answers: &Arc<Answers>) {
    let service = service_fn(|request| {
        let answers = answers.clone();
        async move { Ok::<_, Infallible>(answer(request, &answers).await) }
    });
    // A client that leaves is no error.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
}

async fn answer(request: Request<Incoming>, answers: &Answers) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    // Unread bytes would end the connection.
    if body.collect().await.is_err() {
        return refusal(StatusCode::BAD_REQUEST);
    }
    if head.headers.get(AUTHORIZATION).map(HeaderValue::as_bytes) != Some(TOKEN) {
        return refusal(StatusCode::UNAUTHORIZED);
    }
    let keyed = head.headers.get(KEY).is_some_and(|key| (8..=128).contains(&key.len()));
    let path: Vec<&str> = head.uri.path().split('/').skip(1).collect();
    match (&head.method, path.as_slice()) {
        (&Method::GET, ["v1", "trades", TRADE]) => json(StatusCode::OK, &answers.trade),
        (&Method::GET, ["v1", "trades", TRADE, "events"]) => {
            events(head.uri.query().unwrap_or_default(), answers).await
        }
        (&Method::POST, ["v1", "trades", TRADE, "action"]) => {
            json(StatusCode::CREATED, &Answers::challenge())
        }
        (&Method::POST, ["v1", "guilds", _, "trades"]) if keyed => json(StatusCode::CREATED, &answers.opened),
        (&Method::POST, ["v1", "trades", TRADE, "confirm-action"]) if keyed => {
            json(StatusCode::OK, &answers.released)
        }
        (&Method::POST, ["v1", "guilds", _, "trades"] | ["v1", "trades", TRADE, "confirm-action"]) => {
            refusal(StatusCode::BAD_REQUEST)
        }
        _ => refusal(StatusCode::NOT_FOUND),
    }
}

async fn events(query: &str, answers: &Answers) -> Response<Full<Bytes>> {
    let number = |name: &str| {
        query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('=')?.parse::<u64>().ok())
    };
    match number("offset") {
        None => json(StatusCode::OK, &answers.snapshot),
        Some(0) => json(StatusCode::OK, &answers.batch),
        Some(LAST_EVENT) => {
            let hold = number("timeout").unwrap_or(USUAL_HOLD).min(LONGEST_HOLD);
            tokio::time::sleep(Duration::from_secs(hold)).await;
            json(StatusCode::OK, &answers.nothing_new)
        }
        Some(_) => refusal(StatusCode::NOT_FOUND),
    }
}

fn json(status: StatusCode, body: &Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.clone()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn refusal(status: StatusCode) -> Response<Full<Bytes>> {
    let text =
        r#"{"code":"refused","message":"The benchmark's server doesn't know this.","requestId":"bench"}"#;
    json(status, &Bytes::from_static(text.as_bytes()))
}
