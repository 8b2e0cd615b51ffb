//! HTTP/1.1 over the world: reads a request, asks, and sends, withholds or cuts the answer.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http_body_util::{BodyExt, Either, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request as HttpRequest, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::body::Dripping;
use crate::respond::{self, Outgoing, Pace};
use crate::shared::Shared;
use crate::world::request::Request;

const BASE: &str = "/v1";
const LARGEST_BODY: usize = 1 << 20;

type Anyway = Box<dyn Error + Send + Sync>;
type AnswerBody = Either<Full<Bytes>, Dripping>;

/// Takes connections in, for ever.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(serve_connection(stream, Arc::clone(&shared)))),
            // Out of file descriptors, most likely: wait until some are free.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}

/// An open connection in the world's count, where those are left out that carry commands.
struct Counted<'a> {
    shared: &'a Shared,
    counts: AtomicBool,
}

impl Counted<'_> {
    fn new(shared: &Shared) -> Counted<'_> {
        shared.with(|world| world.connections += 1);
        Counted { shared, counts: AtomicBool::new(true) }
    }

    fn leave_out(&self) {
        if self.counts.swap(false, Ordering::Relaxed) {
            self.shared.with(|world| world.connections -= 1);
        }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.leave_out();
    }
}

async fn serve_connection(stream: TcpStream, shared: Arc<Shared>) {
    // Small answers should not wait for more.
    let _ = stream.set_nodelay(true);
    let counted = Counted::new(&shared);
    let service = service_fn(|request| answer(&counted, request));
    let connection =
        http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service);
    // An error here is a connection that a client gave up or a fault that was asked for.
    let _ = connection.await;
}

/// An error closes the connection without an answer.
async fn answer(
    counted: &Counted<'_>,
    request: HttpRequest<Incoming>,
) -> Result<Response<AnswerBody>, Anyway> {
    let is_control = request.method() == "POST" && request.uri().path() == "/control";
    let request = read(request).await?;
    if is_control {
        counted.leave_out();
        return to_http(respond::control(counted.shared, &request.body));
    }
    match respond::respond(counted.shared, request).await {
        Some(outgoing) => to_http(outgoing),
        None => Err("the connection is closed on purpose".into()),
    }
}

async fn read(request: HttpRequest<Incoming>) -> Result<Request, Anyway> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, LARGEST_BODY).collect().await?.to_bytes().to_vec();
    let path = head.uri.path();
    let path = match path.strip_prefix(BASE).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        Some(rest) => rest.to_owned(),
        None => format!("/..{path}"),
    };
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Ok(Request {
        method: head.method.to_string(),
        path,
        query: head.uri.query().unwrap_or("").to_owned(),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body,
    })
}

fn to_http(outgoing: Outgoing) -> Result<Response<AnswerBody>, Anyway> {
    let mut response = Response::builder().status(outgoing.status);
    for (name, value) in &outgoing.headers {
        response = response.header(name, value);
    }
    let body = Bytes::from(outgoing.body);
    let body = match outgoing.pace {
        Pace::Whole => Either::Left(Full::new(body)),
        Pace::Cut => Either::Right(Dripping::cut(&body)),
        Pace::Slow(time) => Either::Right(Dripping::slow(&body, time)),
    };
    Ok(response.body(body)?)
}
